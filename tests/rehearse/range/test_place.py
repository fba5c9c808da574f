"""Programs run where they are told, and end when they are told."""

import sys
from datetime import timedelta
from ipaddress import IPv4Address

import pytest

from cloison.errors import RangeError
from cloison.model.hospital import ZoneId
from cloison.rehearse.range.place import Loopback, Namespace

PLACE = Loopback(zone=ZoneId("laboratoire"), addresses={"automate": IPv4Address("127.0.40.10")})


def test_a_program_writes_to_its_log_and_sees_what_it_is_given(tmp_path):
    started = PLACE.spawn(
        [sys.executable, "-c", "import os; print(os.environ['MOT'])"],
        name="mot",
        folder=tmp_path / "a",
        env={"MOT": "oui"},
    )
    assert started.wait(10) == 0
    assert (tmp_path / "a" / "mot.log").read_text() == "oui\n"


def test_a_program_that_is_run_gives_its_code_and_its_words():
    done = PLACE.run([sys.executable, "-c", "import sys; print('dit'); sys.exit(4)"], timeout=timedelta(seconds=10))
    assert (done.returncode, done.stdout) == (4, "dit\n")


def test_a_program_that_lasts_too_long_is_killed_and_named():
    with pytest.raises(RangeError, match="did not end within"):
        PLACE.run(["sleep", "60"], timeout=timedelta(seconds=0.1))


@pytest.mark.parametrize("place", [PLACE, Namespace(zone=ZoneId("laboratoire"), namespace="laboratoire", addresses={})])
def test_a_program_that_is_not_installed_is_named(place, tmp_path):
    with pytest.raises(RangeError, match="programme-absent is not installed"):
        place.spawn(["programme-absent"], name="x", folder=tmp_path)
    with pytest.raises(RangeError, match="programme-absent is not installed"):
        place.run(["programme-absent"], timeout=timedelta(seconds=1))
