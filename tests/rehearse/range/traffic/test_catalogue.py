import subprocess
import sys

import pytest

from cloison.rehearse.range.traffic.catalogue import known_habit, known_habits


@pytest.mark.parametrize("name", known_habits())
def test_every_habit_bears_its_modules_name(name):
    habit = known_habit(name)
    assert habit is known_habits()[name]
    assert habit.name == type(habit).__module__.rpartition(".")[2] == name


def test_a_zone_loads_nothing_heavy_to_live():
    check = (
        "import sys, cloison.rehearse.range.traffic.living as l; l.known_habit('messages'); l.known_habit('pages');"
        "sys.exit(bool({'numpy', 'polars', 'pydantic', 'impacket'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
