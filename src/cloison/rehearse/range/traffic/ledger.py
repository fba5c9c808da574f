"""What was sent and what was answered, appended as it happens: the witness of a drill.

A line counts one event of one item (an image, a message, a page): {"at", "flow", "conduit", "item", "sent",
"acknowledged", "lost", "retried"}, each count 0 or 1, and "seconds" from the first try when it was acknowledged. Sums
over lines are totals; what is sent and neither acknowledged nor lost is under way. A retry is a delay, not a loss.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from cloison.rehearse.range.traffic.errand import Errand

CARE, OTHER = "care.jsonl", "other.jsonl"
"""Exchanges of the map's flows, and all others, in the folder of the life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of one flow's items.

    Attributes:
        sent: tried at least once.
        lost: given up.
        retries: tries after the first; `delayed`: items acknowledged after more than one.
        slowest: longest time from the first try to the acknowledgement, seconds.
        lost_items: which, with the moment of giving up (ISO 8601, UTC).
    """

    sent: int = 0
    acknowledged: int = 0
    lost: int = 0
    retries: int = 0
    delayed: int = 0
    slowest: float = 0.0
    lost_items: tuple[tuple[str, str], ...] = ()

    @property
    def under_way(self) -> int:
        """Items neither acknowledged nor given up."""
        return self.sent - self.acknowledged - self.lost


class Ledger:
    """The two files, open for adding; processes of several zones add to the same ones."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # One write of one short line to a file opened for appending is never mixed with another's: write(2).
        self._files = {
            name: os.open(folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) for name in (CARE, OTHER)
        }

    def sent(self, errand: Errand, item: int) -> None:
        """Note a first try."""
        self._add(errand, item, sent=1)

    def retried(self, errand: Errand, item: int) -> None:
        """Note a further try."""
        self._add(errand, item, retried=1)

    def acknowledged(self, errand: Errand, item: int, seconds: float) -> None:
        """Note that the other end has it."""
        self._add(errand, item, acknowledged=1, seconds=round(seconds, 3))

    def lost(self, errand: Errand, item: int) -> None:
        """Note that the sender gave up."""
        self._add(errand, item, lost=1)

    def close(self) -> None:
        """Close both."""
        for file in self._files.values():
            os.close(file)

    def __enter__(self) -> Self:
        """Open for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _add(self, errand: Errand, item: int, **counts: float) -> None:
        line: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "flow": errand.flow,
            "conduit": errand.conduit,
            "habit": errand.habit,
            "item": errand.name(item),
            "sent": 0,
            "acknowledged": 0,
            "lost": 0,
            "retried": 0,
            **counts,
        }
        os.write(self._files[CARE if errand.flow else OTHER], json.dumps(line).encode() + b"\n")


def tally(
    path: Path, *, by: str = "flow", since: datetime | None = None, until: datetime | None = None
) -> dict[str, Count]:
    """Sum a ledger's file.

    Args:
        path: `CARE` or `OTHER` of a life; absent: nothing was sent yet.
        by: field to group by: "flow", "conduit" or "habit".
        since: only items first tried from then on; what became of them later counts.
        until: only items first tried before then.

    Returns:
        Group -> what became of its items.
    """
    totals: dict[str, Counter[str]] = {}
    slowest: dict[str, float] = {}
    gone: dict[str, list[tuple[str, str]]] = {}
    tried: dict[str, int] = {}
    for line in _lines(path):
        moment = datetime.fromisoformat(line["at"])
        item, group = line["item"], line[by]
        if line["sent"] and not ((since and moment < since) or (until and moment >= until)):
            tried[item] = 0
        if item not in tried:
            continue
        counts = totals.setdefault(group, Counter())
        counts.update({name: line[name] for name in ("sent", "acknowledged", "lost", "retried")})
        tried[item] += line["retried"]
        if line["acknowledged"]:
            counts["delayed"] += tried[item] > 0
            slowest[group] = max(slowest.get(group, 0.0), line["seconds"])
        if line["lost"]:
            gone.setdefault(group, []).append((item, line["at"]))
    return {
        group: Count(
            sent=counts["sent"],
            acknowledged=counts["acknowledged"],
            lost=counts["lost"],
            retries=counts["retried"],
            delayed=counts["delayed"],
            slowest=slowest.get(group, 0.0),
            lost_items=tuple(gone.get(group, ())),
        )
        for group, counts in sorted(totals.items())
    }


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    text = path.read_bytes()
    # A line that is being written has no end yet.
    return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]
