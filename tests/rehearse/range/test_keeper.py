"""One range a folder, and nothing left of it when its keeper dies."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloison.errors import RangeError
from cloison.ops.range_keeping import Orders
from cloison.ops.ranging import start
from cloison.rehearse.range.control import ask, keeper_of, runs

ORDERS = Orders(
    folder=None, nonce="n", origin=datetime(2026, 3, 2, 8, tzinfo=UTC), life=timedelta(hours=1), furnished=False
)


def test_a_second_range_in_the_same_folder_is_refused(running_range):
    with pytest.raises(RangeError, match="runs here already"):
        start(replace(ORDERS, folder=running_range))


def test_its_status_says_what_lives_there(running_range, layout):
    told = ask(running_range, {"do": "status"})
    assert [one["zone"] for one in told["zones"]] == [zone.id for zone in layout.hospital.zones]
    assert (told["hospital"], told["speed"], told["doors"], told["sensors"]["asleep"]) == (
        layout.hospital.name,
        1.0,
        [],
        [],
    )
    assert told["clock"].startswith("2026-03-02T08:")


@pytest.mark.usefixtures("needs_range")
def test_killed_outright_it_leaves_no_process_no_namespace_and_no_mount(tmp_path):
    before = seen_of_the_machine()
    (tmp_path / "range" / "life").mkdir(parents=True)
    start(replace(ORDERS, folder=tmp_path / "range"))
    assert not (tmp_path / "range" / "life").exists(), "an earlier range's life is no news of this one"
    keeper = keeper_of(tmp_path / "range")
    theirs = processes_of(keeper)
    assert len(theirs) >= 4
    os.kill(keeper, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(is_there(pid) for pid in theirs) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in theirs if is_there(pid)]
    assert not runs(tmp_path / "range")
    assert seen_of_the_machine() == before


def processes_of(keeper):
    """Every process in the keeper's own process namespace."""
    space = Path(f"/proc/{keeper}/ns/pid").readlink()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "ns/pid").readlink() == space:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def seen_of_the_machine():
    links = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True)
    return Path("/proc/self/mounts").read_text(), links.stdout


def is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
