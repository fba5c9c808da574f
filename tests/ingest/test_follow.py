import gzip
import json
import os
import shutil
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.ingest.logs import CONN, conn, tsv
from tests.ingest.packets import NOON as NETFLOW_NOON
from tests.ingest.packets import SYN, ethernet, ipv4, pcap, tcp, v5

from cloison.detect.state import dump, load
from cloison.errors import MissingFileError
from cloison.ingest.follow import Follower
from cloison.ingest.order import NEVER

LATER = 4_000_000_000.0
"""A present in which no file has changed for long."""


FOLLOWERS = []


@pytest.fixture(autouse=True)
def closed():
    """Close every file at the end."""
    yield
    while FOLLOWERS:
        FOLLOWERS.pop().rest()


def following(paths):
    FOLLOWERS.append(Follower(paths))
    return FOLLOWERS[-1]


def rows_of(follower, now=0.0):
    """Take all that there is: (origin, record, src port's stand-in) of each row."""
    follower.look(now)
    taken = []
    while follower.unread():
        log, tables = follower.read()
        for _, table in tables:
            taken += [(log.origin, *row) for row in table.select("record", "src", "ts").rows()]
    return taken


def lines(first, count):
    return tsv(
        "conn", CONN, [conn(first + i, src=f"10.0.{(first + i) // 250}.{(first + i) % 250 + 1}") for i in range(count)]
    )


def body(first, count):
    return "".join(line for line in lines(first, count).splitlines(keepends=True) if not line.startswith("#"))


def header():
    return "".join(
        line for line in lines(0, 1).splitlines(keepends=True) if line.startswith("#") and "close" not in line
    )


def sources(taken):
    return [row[2] for row in taken]


def expected(count, first=0):
    return [f"10.0.{i // 250}.{i % 250 + 1}" for i in range(first, first + count)]


def crash(follower, paths):
    """Stop at once, and begin again from what was saved."""
    follower.rest()
    again = following(paths)
    again.take_up(load(dump(follower.save(), {}), follower.save(), {}))
    return again


def test_a_log_that_grows_is_read_once_with_its_true_line_numbers(tmp_path):
    path = tmp_path / "conn.log"
    follower, taken = following([tmp_path]), []
    path.write_text(header())
    taken += rows_of(follower)
    for first in range(0, 50, 10):
        with path.open("a") as out:
            out.write(body(first, 10))
        taken += rows_of(follower)
    assert sources(taken) == expected(50)
    at = header().count("\n")
    assert [record for _, record, *_ in taken] == list(range(at + 1, at + 51))
    assert {origin for origin, *_ in taken} == {0}


def test_half_a_line_waits_for_its_end(tmp_path):
    path = tmp_path / "conn.log"
    text = header() + body(0, 3)
    follower, taken = following([tmp_path]), []
    for cut in range(0, len(text), 37):
        path.write_bytes(text.encode()[: cut + 37])
        taken += rows_of(follower)
    assert sources(taken) == expected(3)


def test_a_last_line_without_newline_counts_once_nothing_follows(tmp_path):
    (tmp_path / "conn.log").write_text((header() + body(0, 3)).rstrip("\n"))
    assert sources(rows_of(following([tmp_path]), now=LATER)) == expected(3)


def test_rotation_as_zeek_does_it_loses_nothing_and_repeats_nothing(tmp_path):
    path, day = tmp_path / "conn.log", tmp_path / "2026-01-01"
    follower, taken = following([tmp_path]), []
    day.mkdir()
    for hour in range(4):
        path.write_text(header() + body(100 * hour, 50))
        taken += rows_of(follower)
        with path.open("a") as out:  # written just before the rotation, not yet read
            out.write(body(100 * hour + 50, 50))
        away = tmp_path / f"conn.{hour}.log"
        path.rename(away)
        if hour % 2:
            taken += rows_of(follower)
        packed = day / f"conn.{hour:02}:00:00-{hour + 1:02}:00:00.log.gz"
        packed.write_bytes(gzip.compress(away.read_bytes()))
        os.utime(packed, (0, 0))
        if hour > 1:
            taken += rows_of(follower, now=10)
        away.unlink()
        taken += rows_of(follower, now=10)
    assert sorted(sources(taken)) == sorted(expected(400))


def test_what_rotated_while_nobody_looked_is_found_in_the_archive(tmp_path):
    path = tmp_path / "conn.log"
    follower = following([tmp_path])
    path.write_text(header() + body(0, 30))
    taken = rows_of(follower)
    saved = follower.save()
    follower.rest()
    packed = tmp_path / "conn.10:00:00-11:00:00.log.gz"
    packed.write_bytes(gzip.compress((header() + body(0, 60)).encode()))
    os.utime(packed, (0, 0))
    path.unlink()
    path.write_text(header() + body(60, 10))
    again = following([tmp_path])
    again.take_up(saved)
    taken += rows_of(again, now=10)
    assert sorted(sources(taken)) == sorted(expected(70))
    assert again.logs[0].source().path == str(packed)


def test_an_archive_that_is_still_being_written_waits(tmp_path):
    packed = tmp_path / "conn.log.gz"
    whole = gzip.compress((header() + body(0, 30)).encode())
    packed.write_bytes(whole[:100])
    os.utime(packed, (100, 100))
    follower = following([tmp_path])
    assert rows_of(follower, now=101) == []
    packed.write_bytes(whole)
    os.utime(packed, (102, 102))
    assert sources(rows_of(follower, now=110)) == expected(30)


def eve(first, count):
    return "".join(
        json.dumps(
            {
                "timestamp": f"2026-01-01T12:{i // 60 % 60:02}:{i % 60:02}.000000+0000",
                "event_type": "flow",
                "src_ip": f"10.0.{i // 250}.{i % 250 + 1}",
                "src_port": 1234,
                "dest_ip": "10.9.9.9",
                "dest_port": 445,
                "proto": "TCP",
                "flow": {"start": "2026-01-01T12:00:00.000000+0000", "end": "2026-01-01T12:00:01.000000+0000"},
            }
        )
        + "\n"
        for i in range(first, first + count)
    )


def test_copy_and_empty_loses_nothing_and_repeats_nothing(tmp_path):
    path = tmp_path / "eve.json"
    follower, taken = following([tmp_path]), []
    path.write_text(eve(0, 40))
    taken += rows_of(follower)
    with path.open("a") as out:
        out.write(eve(40, 20))
    shutil.copy(path, tmp_path / "eve.json.1")
    taken += rows_of(follower)  # both hold the same now
    with path.open("a") as out:
        out.write(eve(60, 0))
    os.truncate(path, 0)
    with path.open("a") as out:
        out.write(eve(60, 15))
    taken += rows_of(follower)
    (tmp_path / "eve.json.1").rename(tmp_path / "eve.json.2")
    shutil.copy(path, tmp_path / "eve.json.1")
    os.truncate(path, 0)
    taken += rows_of(follower)
    path.write_text(eve(75, 5))
    taken += rows_of(follower)
    assert sorted(sources(taken)) == sorted(expected(80))


def test_what_was_copied_but_not_read_before_emptying_comes_from_the_copy(tmp_path):
    path = tmp_path / "eve.json"
    follower = following([tmp_path])
    path.write_text(eve(0, 40))
    taken = rows_of(follower)
    with path.open("a") as out:
        out.write(eve(40, 20))
    shutil.copy(path, tmp_path / "eve.json.1")
    path.write_text(eve(60, 50))
    taken += rows_of(follower)
    assert sorted(sources(taken)) == sorted(expected(110))


# Read while it held its header alone, then filled, moved away and compressed between two looks.
@settings(max_examples=25, deadline=None)
@example(seed=774)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_cut_rotated_and_crashed_each_record_comes_once(seed, tmp_path_factory):
    random = Random(seed)
    folder = tmp_path_factory.mktemp("logs")
    path = folder / "conn.log"
    follower, taken, written, rotated = following([folder]), [], 0, 0
    path.write_text(header())
    for step in range(random.randint(3, 15)):
        count = random.randint(0, 30)
        with path.open("a") as out:
            out.write(body(written, count))
        written += count
        deed = random.choice(["look", "look", "crash", "rename", "pack", "nothing"])
        if deed == "look":
            taken += rows_of(follower, now=step)
        elif deed == "crash":
            follower = crash(follower, [folder])
        elif deed in {"rename", "pack"} and path.stat().st_size > len(header()):
            rotated += 1
            away = folder / f"conn.{rotated:03}.log"
            path.rename(away)
            if deed == "pack":
                packed = away.with_suffix(".log.gz")
                packed.write_bytes(gzip.compress(away.read_bytes()))
                os.utime(packed, (step - 20, step - 20))
                away.unlink()
            path.write_text(header())
    taken += rows_of(follower, now=100)
    assert sorted(sources(taken)) == sorted(expected(written))
    follower.rest()


def test_a_restart_in_the_middle_of_an_archive_goes_on_from_there(tmp_path, monkeypatch):
    monkeypatch.setattr("cloison.ingest.follow_log.SLICE_BYTES", 2000)
    packed = tmp_path / "conn.log.gz"
    packed.write_bytes(gzip.compress((header() + body(0, 200)).encode()))
    follower, taken = following([tmp_path]), []
    follower.look(LATER)
    while follower.unread():
        _, tables = follower.read()
        taken += [row for _, table in tables for row in table["src"]]
        follower = crash(follower, [tmp_path])
        follower.look(LATER)
    assert taken == expected(200)


def test_logs_of_many_hours_are_read_in_the_order_of_time(tmp_path):
    for hour in (3, 1, 0, 2):
        for name in ("conn", "dns"):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            (folder / f"{hour}.log").write_text(header() + body(3600 * hour, 20))
    follower, seen = following([tmp_path]), []
    follower.look(LATER)
    while follower.unread():
        floor = follower.floor()
        _, tables = follower.read()
        seen += [(floor, table["ts"].to_physical().min()) for _, table in tables]
    starts = [start for _, start in seen]
    assert starts == sorted(starts)
    assert follower.floor() == NEVER


def test_logs_with_the_same_header_are_not_taken_for_each_other(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conn.log").write_text(header())
    follower = following([tmp_path])
    taken = rows_of(follower)
    for name, first in (("a", 0), ("b", 100)):
        with (tmp_path / name / "conn.log").open("a") as out:
            out.write(body(first, 10))
    taken += rows_of(follower)
    assert sorted(sources(taken)) == sorted([*expected(10), *expected(10, 100)])


def test_what_is_no_log_is_told_with_its_reason_and_the_rest_goes_on(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (tmp_path / "conn.log").write_text(header() + body(0, 2))
    follower = following([tmp_path])
    assert sources(rows_of(follower, now=LATER)) == expected(2)
    assert [Path(path).name for path in follower.refusals] == ["photo.jpg"]


def test_a_path_that_is_not_there_is_refused_at_the_start(tmp_path):
    with pytest.raises(MissingFileError):
        following([tmp_path / "nowhere"]).check()


def test_what_is_not_lines_is_read_once_complete_and_goes_on_after_a_restart(tmp_path):
    path = tmp_path / "nfcapd.202601011200"
    flows = [("10.0.0.1", 50_000 + i, "10.0.0.2", 443, 6, 1, 100, 2, 1000, 2000) for i in range(5)]
    path.write_bytes(v5(flows))
    os.utime(path, (100, 100))
    follower = following([tmp_path])
    assert rows_of(follower, now=102) == []
    assert rows_of(follower, now=110) == []  # another may still be appended: no later file is there
    (tmp_path / "nfcapd.202601011205").write_bytes(v5(flows, seconds=NETFLOW_NOON + 300))
    os.utime(tmp_path / "nfcapd.202601011205", (400, 400))
    taken = rows_of(follower, now=402)
    assert len(taken) == 5
    follower = crash(follower, [tmp_path])
    assert len(rows_of(follower, now=1000)) == 5
    assert rows_of(follower, now=2000) == []


def test_an_empty_capture_hides_none_of_those_after_it(tmp_path):
    call = ethernet(ipv4("10.0.0.1", "10.0.0.2", 6, tcp(50_000, 445, SYN)))
    (tmp_path / "ring_1.pcap").write_bytes(pcap([]))
    (tmp_path / "ring_2.pcap").write_bytes(pcap([(1, call)]))
    (tmp_path / "ring_3.pcap").write_bytes(pcap([(2, call)]))
    for place in (1, 2, 3):
        os.utime(tmp_path / f"ring_{place}.pcap", (100 * place, 100 * place))
    assert len(rows_of(following([tmp_path]), now=LATER)) == 2


def test_json_over_many_lines_is_read_whole(tmp_path):
    events = [json.loads(line) for line in eve(0, 1).splitlines()]
    (tmp_path / "eve.json").write_text(json.dumps(events[0], indent=1))
    follower = following([tmp_path])
    rows_of(follower, now=LATER)
    assert not follower.unread()


def test_a_line_longer_than_any_record_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("cloison.ingest.follow_log.SLICE_BYTES", 1 << 18)
    monkeypatch.setattr("cloison.ingest.follow_log.LONGEST_LINE", 1 << 16)
    (tmp_path / "conn.log").write_text(header() + body(0, 2) + "x" * (1 << 20) + "\n" + body(2, 2))
    follower = following([tmp_path])
    taken = rows_of(follower, now=LATER)
    assert sources(taken) == expected(4)
    at = header().count("\n")
    assert [record for _, record, *_ in taken] == [at + 1, at + 2, at + 4, at + 5]
    assert follower.logs[0].source().rejected == 1
