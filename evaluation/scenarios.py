"""The recordings, grouped into scenarios, with what their labels say."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDERS = ("zeek", "pcap", "eve", "netflow", "evtx", "winlog_json")
WINDOWS = frozenset({"evtx", "winlog_json"})
"""Folders that `--rules` speaks of."""

DIRECTORIES = frozenset({"zeek"})
"""Folders where one directory is one scenario: the logs of one sensor, or of several, read together."""

LEFT_OUT = {
    "strato_001-zeek-scenario-malicious/labeled-conn.log.gz": "the connections of conn.log again, with their labels",
    "wrccdc2018_json": "the same traffic as wrccdc2018_tsv, in JSON",
}

HALF_BYTE = 3
"""The byte of the hash that draws a half: the one that parts each kind most evenly, chosen before any result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is known of a recording.

    Attributes:
        verdict: malicious, mixed, benign or unlabelled.
        attackers, victims, masters: addresses, networks or names; `masters` are outside or command and control.
        computers: machines that wrote the log, where they are all that is known.
        techniques: ATT&CK ids.
        start, end: of the attack where known, else of the whole file; None when the label gives no clock.
    """

    verdict: str
    attackers: tuple[str, ...]
    victims: tuple[str, ...]
    masters: tuple[str, ...]
    computers: tuple[str, ...]
    techniques: tuple[str, ...]
    start: datetime | None
    end: datetime | None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every machine that a finding may rightly name; empty when the label names none."""
        return (*self.attackers, *self.victims, *self.masters) or self.computers


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Files that are read together."""

    name: str
    paths: tuple[Path, ...]
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that happened, recorded once or by several sensors.

    Attributes:
        name: folder and origin's id, directory or file.
        kind: folder: the kind of log.
        what: the label's sentence.
        source: who recorded it.
        recordings: each is read alone; the scenario is found only if every one of them suffices.
    """

    name: str
    kind: str
    what: str
    source: str
    recordings: tuple[Recording, ...]

    @property
    def label(self) -> Label:
        """What is known of it."""
        return self.recordings[0].label

    @property
    def half(self) -> str:
        """Half "A" was looked at while tuning, "B" was not: drawn from the origin's name alone.

        The folder is left out, so that one run recorded as packets and as Windows events is in one half.
        """
        return "A" if sha256(self.name.partition("/")[2].encode()).digest()[HALF_BYTE] % 2 == 0 else "B"


def read_scenarios(data: Path, only: Sequence[str] = ()) -> list[Scenario]:
    """Read every label under `data` and group files into scenarios, by name."""
    found: list[Scenario] = []
    for folder in FOLDERS:
        if only and folder not in only:
            continue
        labels = data / folder / "labels.json"
        entries: list[dict[str, Any]] = json.loads(labels.read_text())["entries"]
        groups: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for entry in entries:
            directory = entry["file"].partition("/")[0]
            if entry["file"] in LEFT_OUT or directory in LEFT_OUT:
                continue
            together = directory if folder in DIRECTORIES else entry["file"]
            origin = entry.get("origin_id") or together
            groups.setdefault(f"{folder}/{origin}", {}).setdefault(together, []).append(entry)
        found.extend(_scenario(name, folder, data / folder, parts) for name, parts in groups.items())
    return sorted(found, key=lambda scenario: scenario.name)


def _scenario(name: str, folder: str, base: Path, parts: dict[str, list[dict[str, Any]]]) -> Scenario:
    first = next(iter(parts.values()))[0]
    return Scenario(
        name=name,
        kind=folder,
        what=first["scenario"],
        source=first["origin"]["repo"],
        recordings=tuple(
            Recording(
                name=f"{folder}/{together}",
                paths=tuple(base / entry["file"] for entry in entries),
                label=_label(entries),
            )
            for together, entries in parts.items()
        ),
    )


def _label(entries: Sequence[dict[str, Any]]) -> Label:
    verdicts = {entry["label"] for entry in entries}
    starts = [moment for entry in entries for moment in _moments(entry, "start")]
    ends = [moment for entry in entries for moment in _moments(entry, "end")]
    return Label(
        verdict=next(item for item in ("malicious", "mixed", "unlabelled", "benign") if item in verdicts),
        attackers=_all(entries, "attacker"),
        victims=_all(entries, "victim"),
        masters=_all(entries, "c2_or_external"),
        computers=_all(entries, "computers"),
        techniques=_all(entries, "technique"),
        start=min(starts, default=None),
        end=max(ends, default=None),
    )


def _all(entries: Sequence[dict[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for entry in entries for value in entry.get(key) or ()))


def _moments(entry: dict[str, Any], side: str) -> Iterator[datetime]:
    window = entry.get("attack_window") or entry.get("window") or {}
    value = window.get(side)
    if isinstance(value, str):
        yield datetime.fromisoformat(value)
    elif isinstance(value, int | float):
        yield datetime.fromtimestamp(value, UTC)
