"""A range is started, entered and ended from outside."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from cloison.errors import BadValueError, RangeError, UnwritableFileError
from cloison.model.hospital import ZoneId
from cloison.ops.range_keeping import Orders
from cloison.ops.ranging import down, entering, record_packets, start
from cloison.rehearse.range.control import keeper_of, runs


def orders(folder):
    return Orders(
        folder=folder, nonce="n", origin=datetime(2026, 3, 2, tzinfo=UTC), life=timedelta(hours=1), furnished=False
    )


@pytest.mark.usefixtures("needs_range")
def test_a_range_kept_for_someone_who_stands_anywhere_ends_when_that_one_is_killed(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('a module of the folder one stands in')")
    program = f"""
import time
from cloison.ops.range_keeping import Orders
from cloison.ops.ranging import started
with started(Orders.read({orders(tmp_path / "range").written()!r})):
    print("ready", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-P", "-c", program], stdout=subprocess.PIPE, cwd=tmp_path) as keeping:
        assert keeping.stdout.readline() == b"ready\n"
        keeping.kill()
    until = time.monotonic() + 20
    while runs(tmp_path / "range") and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(tmp_path / "range")


def test_a_program_runs_inside_as_root_of_nothing(running_range):
    argv = entering(running_range, ["sh", "-c", "id -u; hostname -I || ip -br address"], zone=ZoneId("pharmacie"))
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert said.startswith("0\n")
    assert "10.42.0.10" in said


def test_a_zone_that_is_not_there_is_told_with_those_that_are(running_range):
    with pytest.raises(BadValueError, match="pharmacie"):
        entering(running_range, ["true"], zone=ZoneId("farmacie"))


def test_packets_are_recorded_for_a_while(running_range, tmp_path):
    assert record_packets(running_range, tmp_path / "seen.pcap", timedelta(seconds=1)) >= 0
    assert (tmp_path / "seen.pcap").read_bytes()[:4] == b"\xd4\xc3\xb2\xa1"
    with pytest.raises(UnwritableFileError):
        record_packets(running_range, tmp_path / "absent" / "seen.pcap", timedelta(seconds=1))


def test_where_none_runs_nothing_is_entered_ended_or_recorded(tmp_path):
    with pytest.raises(RangeError, match="no range is running"):
        entering(tmp_path, ["true"])
    with pytest.raises(RangeError, match="no range is running"):
        down(tmp_path)
    with pytest.raises(RangeError, match="no range is running"):
        record_packets(tmp_path, tmp_path / "seen.pcap", timedelta(seconds=1))
    assert not (tmp_path / "seen.pcap").exists()


@pytest.mark.usefixtures("needs_range")
def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFileError):
        start(orders(tmp_path / "file" / "range"))


@pytest.mark.usefixtures("needs_range")
def test_a_range_that_fails_inside_says_why(tmp_path):
    (tmp_path / "range" / "lock").mkdir(parents=True)
    with pytest.raises(RangeError, match="Is a directory"):
        start(orders(tmp_path / "range"))
    with pytest.raises(RangeError):
        keeper_of(tmp_path / "range")
