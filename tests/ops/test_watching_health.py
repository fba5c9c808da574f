from datetime import UTC, datetime, timedelta

from tests.ops.watched_logs import append, quiet_office

from cloison.ops.rules import rules_of
from cloison.ops.watching_engine import Engine
from cloison.ops.watching_health import health
from cloison.ops.watching_listeners import NOWHERE, Listeners

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def told(engine, tmp_path, now=NOW):
    listeners = Listeners(tmp_path / "spool", NOWHERE)
    return {sensor.id: sensor for sensor in health(engine, listeners, 0.25, timedelta(minutes=10), began=NOW, now=now)}


def test_each_series_of_logs_is_a_sensor_and_so_is_the_watch(tmp_path):
    logs = tmp_path / "logs"
    append(logs / "conn.log", quiet_office(0, 10))
    with (logs / "conn.log").open("a") as out:
        out.write("no\tline\tof\tthis\tlog\n")
    (logs / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(90))
    engine = Engine([logs], None, rules=rules_of(), hold=timedelta(0))
    engine.step(NOW.timestamp)
    engine.finish()
    sensors = told(engine, tmp_path)
    assert set(sensors) == {f"{logs}/conn", "watch"}
    conn = sensors[f"{logs}/conn"]
    assert (conn.kind, conn.records, conn.rejected, conn.behind, conn.quiet) == ("zeek-tsv", 10, 1, 0, False)
    assert sensors["watch"].heard_at == NOW
    assert next(str(remark) for remark in sensors["watch"].remarks).startswith(f"{logs}/photo.jpg is not read")
    engine.rest()


def test_a_sensor_that_falls_silent_is_told(tmp_path):
    logs = tmp_path / "logs"
    append(logs / "conn.log", quiet_office(0, 10))
    engine = Engine([logs], None, rules=rules_of(), hold=timedelta(0))
    engine.step(NOW.timestamp)
    assert not told(engine, tmp_path, NOW + timedelta(minutes=9))[f"{logs}/conn"].quiet
    assert told(engine, tmp_path, NOW + timedelta(minutes=11))[f"{logs}/conn"].quiet
    engine.rest()
