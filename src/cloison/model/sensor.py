"""How the eyes are: what each sensor last told, and how far behind the reading is."""

from datetime import datetime

from cloison.model.noun import noun
from cloison.words import Sentence


@noun
class Sensor:
    """One series of logs, or one listener.

    Attributes:
        id: its folder or address, and what it writes; never changes.
        kind: the format's name, "netflow-listener", "syslog-listener", or "watch" for the watching itself.
        last_record_at: latest moment that its records tell.
        heard_at: when its last record came, by our own clock.
        lag_seconds: how long after a record came it was judged.
        records: taken in all.
        rejected: malformed.
        late: came after later ones were judged.
        lost: datagrams that the system dropped before they could be read.
        behind: bytes that wait to be read.
        quiet: it has told nothing for longer than it should.
        remarks: what a person should know.
    """

    id: str
    kind: str
    last_record_at: datetime | None
    heard_at: datetime
    lag_seconds: float = 0.0
    records: int = 0
    rejected: int = 0
    late: int = 0
    lost: int = 0
    behind: int = 0
    quiet: bool = False
    remarks: tuple[Sentence, ...] = ()
