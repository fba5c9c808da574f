"""The sensors' health: what each told last, how far behind it is read, what was lost, who fell silent."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cloison.model.sensor import Sensor
from cloison.ops.watching_engine import Engine, moment
from cloison.ops.watching_listeners import Listeners
from cloison.words import Sentence, say, say_many

REFUSALS_SHOWN = 20


def health(
    engine: Engine,
    listeners: Listeners,
    lag_seconds: float,
    quiet_after: timedelta,
    *,
    began: datetime,
    now: datetime,
) -> tuple[Sensor, ...]:
    """Say how each series of logs, each listener and the watch itself are.

    Args:
        engine: what reads.
        listeners: what listens.
        lag_seconds: how long after it came a record was judged, lately at worst.
        quiet_after: a sensor that told nothing for this long is quiet.
        began: when this watch began: before it nobody could be heard.
        now: the present.
    """
    rejected: dict[str, int] = {}
    behind: dict[str, int] = {}
    remarks: dict[str, dict[Sentence, None]] = {}
    for log in engine.follower.logs.values():
        rejected[log.series] = rejected.get(log.series, 0) + log.tally.rejected
        behind[log.series] = behind.get(log.series, 0) + log.behind()
        remarks.setdefault(log.series, {}).update(dict.fromkeys(log.source().remarks))
    told = []
    for series, heard in sorted(engine.counts.heard.items()):
        if engine.flows is not None and series == listeners.flows_name:
            continue
        told.append(
            Sensor(
                id=_shown(series),
                kind=heard.kind,
                last_record_at=moment(heard.last or None),
                heard_at=datetime.fromtimestamp(heard.at, UTC),
                lag_seconds=round(lag_seconds, 3),
                records=heard.records,
                rejected=rejected.get(series, 0) + heard.ahead,
                behind=behind.get(series, 0),
                quiet=now - max(datetime.fromtimestamp(heard.at, UTC), began) > quiet_after,
                remarks=(*remarks.get(series, {}), *_ahead(heard.ahead)),
            )
        )
    return (
        *told,
        *_listeners(engine, listeners, lag_seconds, quiet_after, began=began, now=now),
        _watch(engine, lag_seconds, now),
    )


def _listeners(
    engine: Engine,
    listeners: Listeners,
    lag_seconds: float,
    quiet_after: timedelta,
    *,
    began: datetime,
    now: datetime,
) -> list[Sensor]:
    told = []
    for name, status in sorted(listeners.status().items()):
        flows = name == listeners.flows_name and engine.flows is not None
        heard = engine.counts.heard.get(name)
        last = float(status["last"])
        told.append(
            Sensor(
                id=name,
                kind="netflow-listener" if flows else "syslog-listener",
                last_record_at=moment(heard.last or None) if heard else None,
                heard_at=datetime.fromtimestamp(last, UTC) if last else now,
                lag_seconds=round(lag_seconds, 3),
                records=heard.records if heard else int(status["received"]),
                rejected=int(status["unknown"])
                + (engine.flows.tally.rejected if flows and engine.flows else 0)
                + (heard.ahead if heard else 0),
                lost=int(status["dropped"]) + int(status["refused"]),
                behind=engine.flows.behind() if flows and engine.flows else 0,
                quiet=now - max(datetime.fromtimestamp(last, UTC), began) > quiet_after,
                remarks=(*_lost(status["dropped"], status["refused"]), *_ahead(heard.ahead if heard else 0)),
            )
        )
    return told


def _ahead(count: int) -> tuple[Sentence, ...]:
    told = say_many(
        "{n} record is dated in the future and was set aside: check the sensor's clock",
        "{n} records are dated in the future and were set aside: check the sensor's clock",
        count,
    )
    return (told,) if count else ()


def _lost(dropped: int, refused: int) -> tuple[Sentence, ...]:
    remarks = []
    if dropped:
        remarks.append(
            say_many(
                "the system dropped {n} datagram before it could be read",
                "the system dropped {n} datagrams before they could be read",
                dropped,
            )
        )
    if refused:
        remarks.append(
            say_many(
                "{n} record was not kept: the disk is nearly full",
                "{n} records were not kept: the disk is nearly full",
                refused,
            )
        )
    return tuple(remarks)


def _watch(engine: Engine, lag_seconds: float, now: datetime) -> Sensor:
    """The watch itself: its row is the heartbeat."""
    refusals = sorted(engine.follower.refusals.values(), key=lambda refusal: refusal.path)[:REFUSALS_SHOWN]
    return Sensor(
        id="watch",
        kind="watch",
        last_record_at=engine.last,
        heard_at=now,
        lag_seconds=round(lag_seconds, 3),
        records=engine.counts.records,
        late=engine.late,
        behind=engine.behind(),
        remarks=(
            *((engine.trouble,) if engine.trouble else ()),
            *(say("{path} is not read: {reason}", path=one.path, reason=one.reason) for one in refusals),
        ),
    )


def _shown(series: str) -> str:
    """Name a series as people do: the folder, and what is written there."""
    folder, format_, stream = series.split("|")
    return f"{folder}/{stream or format_}"


def silent(sensors: Iterable[Sensor], now: datetime, after: timedelta) -> bool:
    """Tell from its heartbeat whether a watch that once ran is silent now: for the console, which has no guard."""
    beats = [sensor.heard_at for sensor in sensors if sensor.kind == "watch"]
    return bool(beats) and now - max(beats) > after
