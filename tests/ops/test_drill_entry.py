import os
import subprocess
import sys

import pytest

from cloison.errors import UnknownIdError
from cloison.ops.drill_entry import DEFAULT, find_scenario, scenarios
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load


@pytest.fixture(scope="module")
def hospital():
    with shipped_map() as path:
        return load(path)


def test_the_five_scenarios_that_ship_are_of_the_map_that_ships(hospital):
    known = scenarios(hospital)
    assert len(known) == 5
    assert DEFAULT in {one.id for one in known}
    for one in known:
        assert one.steps[-1].at < one.lasts
        assert one.source
        assert one.lasts.total_seconds() / one.speed <= 420


def test_a_scenario_is_found_by_name_or_file_else_the_names_are_told(hospital, tmp_path):
    assert find_scenario(DEFAULT, hospital).id == DEFAULT
    with pytest.raises(UnknownIdError, match="courriel-lent"):
        find_scenario("absent", hospital)
    with pytest.raises(Exception, match="not there"):
        find_scenario(str(tmp_path / "absent.toml"), hospital)


def test_the_process_inside_ends_when_its_starter_is_gone():
    near, far = os.pipe()
    program = (
        "import sys, time; from cloison.ops.drill_entry import end_with_starter;"
        " end_with_starter(int(sys.argv[1])); print('here', flush=True); time.sleep(60)"
    )
    words = [sys.executable, "-c", program, str(near)]
    with subprocess.Popen(words, pass_fds=(near,), stdout=subprocess.PIPE) as inside:
        os.close(near)
        assert inside.stdout.readline() == b"here\n"
        assert inside.poll() is None
        os.close(far)
        assert inside.wait(20) == 3
