from datetime import timedelta
from random import Random

import pytest
from tests.ingest.logs import NOON
from tests.ops.watched_logs import append, plain, quiet_office, sweep

from cloison.errors import BadStateError
from cloison.model.indicator import read_indicator
from cloison.ops.analysis import analyze
from cloison.ops.rules import rules_of
from cloison.ops.search import keeper, search
from cloison.ops.watching_engine import Engine
from cloison.store.hospital_file import load

WAIT = timedelta(minutes=10)
BEGIN, END = 10 * 60 + 40, 11 * 60 + 10
"""Minutes of the shipped day: before its intrusion, and through its first acts."""

ENGINES = []


@pytest.fixture(autouse=True)
def closed():
    yield
    while ENGINES:
        ENGINES.pop().rest()


def engine_on(folder, hospital=None, **other):
    ENGINES.append(Engine([folder], hospital, rules=rules_of(), hold=WAIT, **other))
    return ENGINES[-1]


class Clock:
    """A clock that moves when told."""

    def __init__(self):
        self.now = 4e9

    def __call__(self):
        self.now += 1
        return self.now


def test_a_folder_that_grows_gives_what_the_folder_gives_once_it_is_over(shipped_day, tmp_path):
    hospital, random, clock = load(shipped_day / "hospital.toml"), Random(7), Clock()
    whole = {path.name: _timed(path) for path in (shipped_day / "logs").iterdir()}
    engine, heard = engine_on(tmp_path / "logs", hospital), {}
    (tmp_path / "logs").mkdir()
    for minute in range(BEGIN, END, 5):
        for name, (header, lines) in whole.items():
            with (tmp_path / "logs" / name).open("ab") as out:
                out.write(header if minute == BEGIN else b"")
                out.write(b"".join(line for seen, line in lines if minute <= seen / 60 < minute + 5))
        heard.update((finding.id, finding) for finding in engine.step(clock))
        if random.random() < 0.3:
            saved = engine.save()
            engine = engine_on(tmp_path / "logs", hospital)
            engine.take_up(saved)
    heard.update((finding.id, finding) for finding in engine.finish())
    found = analyze([tmp_path / "logs"], hospital)
    assert engine.counts.records == found.records
    assert (engine.last, engine.late) == (found.window_end, 0)
    there = plain(found.findings, lambda origin: found.sources[origin].path)
    here = plain(engine.findings, dict(engine.places(engine.findings)).get)
    assert here == there
    assert there
    assert set(heard) == set(there)


def _timed(path):
    """Give a log's header, and its lines with the second of the day when a sensor writes them."""
    lines = path.read_bytes().splitlines(keepends=True)
    header = [line for line in lines if line.startswith(b"#") and b"close" not in line]
    fields = next(line for line in header if line.startswith(b"#fields")).split()[1:]
    lasts = fields.index(b"duration") if b"duration" in fields else None
    timed = []
    for line in lines:
        if not line.startswith(b"#"):
            began = float(line[:17]) % 86_400
            if BEGIN - 60 <= began / 60 < END:
                row = line.split(b"\t")
                lasted = float(row[lasts]) if lasts is not None and row[lasts] != b"-" else 0.0
                timed.append((began + lasted, line))
    return b"".join(header), timed


def test_a_record_that_comes_too_late_is_judged_and_counted(tmp_path):
    clock, engine = Clock(), engine_on(tmp_path)
    engine._hold = timedelta(seconds=2)
    append(tmp_path / "conn.log", quiet_office(0, 50))
    engine.step(clock)
    clock.now += 60
    engine.step(clock)
    append(tmp_path / "conn.log", quiet_office(10, 3))
    engine.step(clock)
    engine.finish()
    assert engine.counts.records == 53
    assert engine.late == 3


def test_a_record_dated_in_the_future_is_set_aside_and_counted(tmp_path):
    clock, engine = Clock(), engine_on(tmp_path)
    clock.now = NOON
    append(tmp_path / "conn.log", [*quiet_office(0, 5), *quiet_office(86_400, 1), *quiet_office(5, 5)])
    engine.step(clock)
    engine.finish()
    assert engine.counts.records == 10
    assert [heard.ahead for heard in engine.counts.heard.values()] == [1]


def test_what_is_held_back_is_judged_when_nothing_more_comes(tmp_path):
    clock, engine = Clock(), engine_on(tmp_path)
    append(tmp_path / "conn.log", sweep())
    assert engine.step(clock) == ()
    assert engine.waiting > 0
    clock.now += WAIT.total_seconds()
    assert [finding.sources for finding in engine.step(clock)] == [("10.1.0.66",)]
    assert engine.waiting == 0


def test_history_goes_on_across_a_restart_and_counts_nothing_twice(tmp_path):
    home, logs, clock = tmp_path / "home", tmp_path / "logs", Clock()
    history = keeper(home)
    engine = engine_on(logs, history=history)
    append(logs / "conn.log", quiet_office(0, 40))
    engine.step(clock)
    saved = engine.save()
    append(logs / "conn.log", quiet_office(40, 40))
    engine.step(clock)
    engine.write_history()
    history.close()  # written, then the crash: the checkpoint is older
    history = keeper(home)
    engine = engine_on(logs, history=history)
    engine.take_up(saved)
    engine.finish()
    engine.write_history()
    history.close()
    found = search(home, [read_indicator("10.1.9.1")])
    assert sum(hit.records for hit in found.hits) == 80


def test_a_history_that_cannot_be_written_is_told_and_the_watching_goes_on(tmp_path):
    home, logs = tmp_path / "home", tmp_path / "logs"
    home.mkdir()
    (home / "history").write_text("a file where a folder should be")
    engine = engine_on(logs, history=keeper(home))
    for hour in range(6):
        append(logs / "conn.log", [*quiet_office(3600 * hour, 5), *(sweep() if not hour else [])])
    assert [finding.sources for finding in engine.finish()] == [("10.1.0.66",)]
    engine.save()
    assert engine.trouble is not None


def test_another_version_s_state_is_refused_and_leaves_a_fresh_engine_usable(tmp_path, monkeypatch):
    engine = engine_on(tmp_path)
    saved = engine.save()
    monkeypatch.setattr("cloison.ops.watching_engine.__version__", "0.0.0")
    with pytest.raises(BadStateError):
        engine_on(tmp_path).take_up(saved)


def test_the_place_of_a_record_follows_the_file_it_is_in(tmp_path):
    clock, engine = Clock(), engine_on(tmp_path)
    (tmp_path / "conn.log").write_text("")
    append(tmp_path / "conn.log", sweep())
    engine.step(clock)
    clock.now += WAIT.total_seconds()
    engine.step(clock)
    (tmp_path / "conn.log").rename(tmp_path / "conn.00:00:00-01:00:00.log")
    clock.now += 60
    engine.step(clock)
    assert {place for _, place in engine.places(engine.findings)} == {str(tmp_path / "conn.00:00:00-01:00:00.log")}
