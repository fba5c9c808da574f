"""What the rehearsed intruder really did: one line an act and target, written before the target is touched."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from cloison.model.finding import Technique
from cloison.model.noun import noun

TRUTH = "truth.jsonl"


@noun
class Deed:
    """One line of the truth.

    Attributes:
        at: UTC, real time.
        act: the act's name.
        source: address that acts.
        target: address, or what is acted upon there.
        hostile: False for what a user does without meaning harm.
    """

    at: datetime
    act: str
    technique: Technique
    source: str
    target: str
    hostile: bool = True


_DEED = TypeAdapter(Deed)


class Truth:
    """The file of one exercise; several acts write in it at once."""

    def __init__(self, folder: Path) -> None:
        """Name it; it is made with the first line."""
        self._path = folder / TRUTH

    def tell(self, act: str, technique: Technique, source: str, target: str, *, hostile: bool) -> None:
        """Add a line: lines of this size are written whole by one call, whoever else writes (open(2), O_APPEND)."""
        deed = Deed(at=datetime.now(UTC), act=act, technique=technique, source=source, target=target, hostile=hostile)
        line = json.dumps(_DEED.dump_python(deed, mode="json"), ensure_ascii=True) + "\n"
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def read_truth(folder: Path) -> tuple[Deed, ...]:
    """Give what was done so far, in order of time; nothing when nothing was."""
    return tuple(sorted(_deeds(folder / TRUTH), key=lambda deed: deed.at))


def _deeds(path: Path) -> Iterator[Deed]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    for line in content[: content.rfind(b"\n") + 1].splitlines():
        yield _DEED.validate_json(line)
