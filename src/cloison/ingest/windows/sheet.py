"""Tables out of events, a stretch of a log at a time."""

from collections.abc import Mapping, Sequence

import orjson
import polars as pl

from cloison.ingest.format import Tally
from cloison.ingest.instants import instant, possible, read_iso
from cloison.ingest.windows.audited import REGISTRY_VALUE_CHANGED, SECURITY, name_value_changed
from cloison.ingest.windows.event import Event, Meaning, Row
from cloison.ingest.windows.logons import LOGONS
from cloison.ingest.windows.traffic import TRAFFIC
from cloison.model.observations import SCHEMAS, Kind

EVENTS = 20_000
"""Events of a stretch: about 40 MB of text at a kilobyte and a half each."""

WEIGHT = 6
"""An event takes about a kilobyte and a half where a connection takes 250 bytes."""

_MEANINGS: Mapping[tuple[str, int], Meaning] = {**LOGONS, **TRAFFIC}
_OWN = ("computer", "channel", "provider", "event_id", "data")
_IDS = frozenset(number for _, number in _MEANINGS)


class Sheet:
    """The events of a stretch, and what they also mean."""

    def __init__(self) -> None:
        """Begin with none."""
        self._records: list[int] = []
        self._times: list[str] = []
        self._events: dict[str, list[str | int | None]] = {name: [] for name in _OWN}
        self._also: dict[Kind, list[tuple[int, Row]]] = {}

    def __len__(self) -> int:
        """Count the events."""
        return len(self._records)

    def add(self, record: int, event: Event) -> None:
        """Take an event, by rising records."""
        time, computer, channel, provider, number, fields = event
        if number == REGISTRY_VALUE_CHANGED and (channel or "").lower() == SECURITY:
            name_value_changed(fields)
        if number in _IDS and number is not None:
            meaning = _MEANINGS.get(((provider or "").lower(), number))
            row = meaning.read(fields, computer) if meaning else None
            if meaning and row:
                self._also.setdefault(meaning.kind, []).append((len(self._records), row))
        self._records.append(record)
        self._times.append(time)
        events = self._events
        events["computer"].append(computer)
        events["channel"].append(channel)
        events["provider"].append(provider)
        events["event_id"].append(number)
        events["data"].append(orjson.dumps(fields).decode())

    def tables(self, tally: Tally) -> list[tuple[Kind, pl.DataFrame]]:
        """Give a table a kind, events first; those at an impossible time are counted as rejected, and dropped."""
        if not self._records:
            return []
        seconds = read_iso(pl.Series("seconds", self._times, dtype=pl.String))
        stamped = seconds.to_frame().select(pl.when(possible(pl.col("seconds"))).then(instant(pl.col("seconds"))))
        times = stamped.to_series()
        tally.rejected += times.null_count()
        tables = [(Kind.EVENT, _timed(Kind.EVENT, {"record": self._records, **self._events}, times))]
        for kind, rows in self._also.items():
            places = [place for place, _ in rows]
            columns: dict[str, list[object]] = {name: [row.get(name) for _, row in rows] for name in _types(kind)}
            columns["record"] = [self._records[place] for place in places]
            tables.append((kind, _timed(kind, columns, times.gather(places))))
        return [(kind, table) for kind, table in tables if table.height]


def _types(kind: Kind) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in SCHEMAS[kind].items() if name not in {"ts", "seen_at", "origin"}}


def _timed(kind: Kind, columns: Mapping[str, Sequence[object]], times: pl.Series) -> pl.DataFrame:
    """Make a table, with when each event was created; drop what has no time."""
    typed = [pl.Series(name, columns[name], dtype=dtype, strict=False) for name, dtype in _types(kind).items()]
    table = pl.DataFrame([times.alias("ts"), times.alias("seen_at"), *typed])
    return table.filter(pl.col("ts").is_not_null()) if times.null_count() else table
