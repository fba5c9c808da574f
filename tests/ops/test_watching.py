import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from tests.ops.watched_logs import append, quiet_office, sweep

from cloison.errors import AlreadyWatchingError, MissingFileError
from cloison.model.finding import Finding
from cloison.ops.watching import Told, Wanted, _alone, watch
from cloison.store.cases import open_cases
from cloison.store.checkpoints import keep_checkpoint, kept_checkpoint
from cloison.store.database import Database
from cloison.store.logbook import entries
from cloison.store.sensors import sensors

CLOISON = Path(sys.executable).with_name("cloison")
PATIENCE = 60


def told(**other):
    hear = {"news": lambda *_: None, "changes": lambda _: None, "pulse": lambda _: None, "remark": lambda _: None}
    return Told(**{**hear, **other})


def judged(home, records):
    """Watch in this process until so many records are judged; give what was said."""
    stop, said, changes = Event(), [], []

    def pulse(how):
        if how.records >= records:
            stop.set()

    wanted = Wanted(paths=(home.parent / "logs",), home=home, hold=timedelta(0))
    watch(wanted, told(pulse=pulse, changes=changes.extend, remark=said.append), stop)
    return said, changes


def found(home):
    """Give what a home's open cases tell, by finding."""
    database = Database.at(home)
    cases = open_cases(database)
    database.close()
    findings: list[Finding] = [finding for case in cases for finding in case.findings]
    assert len({finding.id for finding in findings}) == len(findings)
    return {finding.id: finding for finding in findings}, {case.id for case in cases}


def test_what_is_found_is_told_once_and_kept_as_a_case_with_its_logbook_entry(tmp_path):
    append(tmp_path / "logs" / "conn.log", [*quiet_office(0, 100), *sweep(200)])
    _, changes = judged(tmp_path / "home", 140)
    assert [change.opened for change in changes] == [True]
    assert changes[0].hosts == ("10.1.0.66",)
    assert found(tmp_path / "home")[1] == {changes[0].case.id}
    assert judged(tmp_path / "home", 140)[1] == []
    database = Database.at(tmp_path / "home")
    assert [entry.draft.case for entry in entries(database)] == [changes[0].case.id]
    assert {sensor.kind for sensor in sensors(database)} == {"zeek-tsv", "watch"}
    database.close()


def test_a_second_watch_of_the_same_home_is_refused(tmp_path):
    (tmp_path / "logs").mkdir()
    with _alone(tmp_path), pytest.raises(AlreadyWatchingError):
        watch(Wanted(paths=(tmp_path / "logs",), home=tmp_path), told(), Event())


def test_a_folder_that_is_not_there_is_refused_at_the_start(tmp_path):
    with pytest.raises(MissingFileError):
        watch(Wanted(paths=(tmp_path / "nowhere",), home=tmp_path), told(), Event())


def test_a_damaged_checkpoint_is_told_and_the_logs_are_read_again(tmp_path):
    append(tmp_path / "logs" / "conn.log", sweep())
    judged(tmp_path / "home", 40)
    before = found(tmp_path / "home")
    keep_checkpoint(tmp_path / "home", kept_checkpoint(tmp_path / "home")[:-7])
    said, changes = judged(tmp_path / "home", 40)
    assert [remark.template for remark in said][:1] == ["the watch begins anew: {reason}"]
    assert changes == []
    assert found(tmp_path / "home") == before


def test_a_database_that_is_away_is_told_and_its_cases_are_written_once_it_is_back(tmp_path):
    home, stop, said = tmp_path / "home", Event(), []
    append(tmp_path / "logs" / "conn.log", quiet_office(0, 50))
    seen = []

    def pulse(how):
        seen.append(how.records)
        if how.records == 50 and len(seen) == 1:
            _hide(home, "cases")
            append(tmp_path / "logs" / "conn.log", sweep(100))
        if how.records == 90 and said and not stop.is_set():
            _bring_back(home, "cases")
            stop.set()

    wanted = Wanted(paths=(tmp_path / "logs",), home=home, hold=timedelta(0))
    watch(wanted, told(pulse=pulse, remark=said.append), stop)
    assert {remark.template for remark in said} == {"the database does not answer: {reason}"}
    assert len(found(home)[0]) == 1


def _hide(home, table):
    with sqlite3.connect(home / "cloison.db") as database:
        database.execute(f"ALTER TABLE {table} RENAME TO hidden")
    database.close()


def _bring_back(home, table):
    with sqlite3.connect(home / "cloison.db") as database:
        database.execute(f"ALTER TABLE hidden RENAME TO {table}")
    database.close()


def test_killed_at_any_moment_it_finds_the_same_and_tells_nothing_twice(tmp_path):
    random = Random(11)
    for name in ("calm", "killed"):
        (tmp_path / name / "logs").mkdir(parents=True)
    pieces = [
        (f"conn.{hour}.log", [*quiet_office(600 * hour + 60 * part, 60), *_attack(600 * hour + 60 * part + 59, part)])
        for hour in range(2)
        for part in range(4)
    ]
    records = sum(len(rows) for _, rows in pieces)
    for name, rows in pieces:
        append(tmp_path / "calm" / "logs" / name, rows)
    judged(tmp_path / "calm" / "home", records)
    process, out = None, (tmp_path / "said.txt").open("wb")
    try:
        for place, (name, rows) in enumerate(pieces):
            if process is None:
                process = _watching(tmp_path / "killed", out)
            append(tmp_path / "killed" / "logs" / name, rows)
            if place == 4:
                _wait(tmp_path / "killed" / "home", sum(len(some) for _, some in pieces[:place]))
                time.sleep(random.random() * 2)
                process.send_signal(signal.SIGKILL)
                process.wait()
                process = None
        _wait(tmp_path / "killed" / "home", records)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        out.close()
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
    assert found(tmp_path / "killed" / "home")[0].keys() == found(tmp_path / "calm" / "home")[0].keys()
    calm, killed = (_without_places(found(tmp_path / name / "home")[0]) for name in ("calm", "killed"))
    assert killed == calm
    assert calm
    lines = (tmp_path / "said.txt").read_text().splitlines()
    titles = [line for line in lines if "looks for machines" in line]
    assert len(titles) == len(set(titles))


def _attack(begin, part):
    return sweep(begin, source=f"10.1.0.{60 + part}") if part % 2 else []


def _without_places(findings):
    return {name: (str(one.title), str(one.explanation), one.targets, one.last_seen) for name, one in findings.items()}


def _watching(folder, out):
    command = [
        str(CLOISON),
        "watch",
        str(folder / "logs"),
        "--home",
        str(folder / "home"),
        "--hold",
        "0",
        "--lang",
        "en",
    ]
    return subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "TZ": "UTC"})


def _wait(home, records):
    """Wait until so many records are judged."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (home / "cloison.db").is_file():
            database = Database.at(home)
            done = [sensor.records for sensor in sensors(database) if sensor.id == "watch"]
            database.close()
            if done and done[0] >= records:
                return
        time.sleep(0.2)
    pytest.fail(f"{records} records were not judged in time")
