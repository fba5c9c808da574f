"""The lines of a learning: what it adds to the map, what contradicts it, what was not seen; and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cloison.model.finding import Evidence
from cloison.model.noun import noun
from cloison.words import Sentence, say


class Entry(StrEnum):
    """Tables of the map, as the file names them."""

    ZONE = "zone"
    ASSET = "asset"
    CONDUIT = "conduit"
    FLOW = "flow"


@noun
class Added:
    """An entry that the map did not have.

    Attributes:
        what: its name and why, for people.
    """

    entry: Entry
    id: str
    what: Sentence


@noun
class Conflict:
    """Traffic that contradicts an entry; the map keeps what it said.

    Attributes:
        what: what the map says and what traffic says.
        evidence: a record that shows it; None when it is an absence.
    """

    entry: Entry
    id: str
    what: Sentence
    evidence: Evidence | None


@noun
class Unseen:
    """An entry that no traffic showed for long.

    Attributes:
        last: when it was last seen; None when never.
    """

    entry: Entry
    id: str
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Writes reasons down in the reader's language, with file and record.

    Attributes:
        render: a sentence in the map's language.
        sources: paths of the files read, by origin.
    """

    render: Callable[[Sentence], str]
    sources: Sequence[str] = ()

    def because(self, reasons: Iterable[Evidence]) -> tuple[str, ...]:
        """Write each reason as one line."""
        return tuple(self.render(self._located(reason)) for reason in reasons)

    def _located(self, reason: Evidence) -> Sentence:
        if reason.origin < len(self.sources):
            path = self.sources[reason.origin]
            return say("{what} — {path}, record {record}", what=reason.note, path=path, record=str(reason.record))
        return say(
            "{what} — source {origin}, record {record}",
            what=reason.note,
            origin=str(reason.origin + 1),
            record=str(reason.record),
        )
