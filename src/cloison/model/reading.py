"""What was read, and what was refused."""

from cloison.model.noun import noun
from cloison.words import Sentence


@noun
class Source:
    """A file that was read.

    Attributes:
        path: as the person named it, or below the folder that they named.
        format: the reader's name: "zeek-tsv", "eve", "pcap"...
        records: observations taken from it.
        rejected: records that were malformed.
        unused: well-formed records of a sort that Cloison does not use.
        late: records too far out of order to be put back in place.
        remarks: what the reader wants known: truncated, a tool missing...
    """

    path: str
    format: str
    records: int = 0
    rejected: int = 0
    unused: int = 0
    late: int = 0
    remarks: tuple[Sentence, ...] = ()


@noun
class Refusal:
    """A file that was not read, and why."""

    path: str
    code: str
    reason: Sentence
    fix: Sentence
