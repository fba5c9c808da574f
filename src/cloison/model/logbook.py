"""The logbook ("main courante"): what machines and people said, in order, and nothing taken away."""

from datetime import datetime
from enum import StrEnum

from cloison.model.noun import noun
from cloison.words import Sentence


class Author(StrEnum):
    """Who wrote an entry."""

    MACHINE = "machine"
    PERSON = "person"


@noun
class Draft:
    """What somebody, or Cloison, has to say.

    Attributes:
        author: a person's name, or the part of Cloison that speaks: "watch", "seal".
        account: the person's; empty for a machine.
        text: a person's words are `words.verbatim`.
        case: the incident that it is about; empty: none.
        drill: it is of an exercise.
        refers_to: number of the entry that this one corrects.
    """

    author: str
    kind: Author
    text: Sentence
    account: str = ""
    case: str = ""
    drill: bool = False
    refers_to: int | None = None


@noun
class Entry:
    """A draft once it is written.

    Attributes:
        number: from 1, without a hole.
        at: UTC.
        hash: SHA-256 of the entry before and of this one, in hexadecimal.
    """

    number: int
    at: datetime
    draft: Draft
    hash: str


@noun
class Chain:
    """What checking the whole logbook gave.

    Attributes:
        entries: read.
        broken_at: number of the first entry that was altered, is missing or out of place; None: all is whole.
        hash: of the last entry; on paper, it proves that none was cut off at the end since.
    """

    entries: int
    broken_at: int | None
    hash: str
