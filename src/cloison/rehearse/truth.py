"""What was really written: for tests and for telling the first act from the first alert. No detector reads it."""

from datetime import datetime

from cloison.model.finding import Technique
from cloison.model.hospital import ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence


@noun
class Act:
    """One step of the emulated intruder.

    Attributes:
        at: its first trace, UTC.
        until: its last trace, UTC.
        technique: ATT&CK id.
        source: address that acts.
        targets: addresses acted upon, sorted.
        sentence: what it did.
    """

    at: datetime
    until: datetime
    technique: Technique
    source: str
    targets: tuple[str, ...]
    sentence: Sentence


@noun
class KnownLeak:
    """Traffic of the ordinary day that no conduit of the map declares, put there on purpose.

    Attributes:
        from_: zone that opens; `to`: zone that answers.
        service: "tcp/443".
    """

    from_: ZoneId
    to: ZoneId
    service: str
    sentence: Sentence


@noun
class Truth:
    """One rehearsed day.

    Attributes:
        start: moment zero, UTC.
        seed: what it was drawn from.
        lines: (log, lines) pairs.
        leaks: deliberate leaks of the ordinary day.
        acts: the intruder's, in time order; empty on a quiet day.
    """

    start: datetime
    seed: int
    lines: tuple[tuple[str, int], ...]
    leaks: tuple[KnownLeak, ...]
    acts: tuple[Act, ...]
