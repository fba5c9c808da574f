"""One thing that somebody of the range does: decided before the life begins, done in its zone, counted."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

Word: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to do.

    Attributes:
        number: unique in a life.
        habit: name of the habit that knows how.
        at: real seconds after the life began.
        source: host that opens; `target`: host that answers.
        port: as the map declares it.
        conduit: the passage crossed; "" within a compartment.
        flow: the declared flow that it belongs to; "" when none is.
        items: things counted: images, messages, pages.
        what: what its habit wants to know.
    """

    number: int
    habit: str
    at: float
    source: str
    target: str
    port: int
    conduit: str = ""
    flow: str = ""
    items: int = 1
    what: Mapping[str, Word] = field(default_factory=dict)

    def name(self, item: int) -> str:
        """Name one of its items, the same at each try."""
        return f"{self.number}.{item}"


def write_errands(errands: Iterable[Errand], path: Path) -> None:
    """Write errands, one a line, in order of time."""
    with path.open("w", encoding="utf-8") as file:
        for errand in sorted(errands, key=lambda each: (each.at, each.number)):
            file.write(json.dumps(asdict(errand), ensure_ascii=False) + "\n")


def read_errands(path: Path) -> Iterator[Errand]:
    """Read what `write_errands` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Errand(**json.loads(line))
