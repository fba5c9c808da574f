"""Scenarios as people write them: what they may hold, and every mistake with its line."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.errors import BadScenarioError, MissingFileError
from cloison.model.scenario import Scenario
from cloison.rehearse.intruder.act import known_acts
from cloison.store.scenario_file import Vocabulary, load_scenario, read_clock

KNOWN = Vocabulary(acts=known_acts(), assets={"poste", "serveur"}, zones={"internet", "serveurs"})

PAGE = """format = 1
name = "Essai"
story = "Une histoire."
source = "Inventée"
begins = "02:00"
lasts = "1:30"
speed = 60

[[step]]
at = "0:20"
act = "scan"
from = "poste"
to = "serveurs"
with = { ports = [445], hosts = 5 }

[[step]]
at = "0:05"
act = "beacon"
from = "poste"
to = "internet"
"""


def read(tmp_path, text):
    (tmp_path / "essai.toml").write_text(text)
    return load_scenario(tmp_path / "essai.toml", KNOWN)


def faults(tmp_path, text):
    with pytest.raises(BadScenarioError) as caught:
        read(tmp_path, text)
    return [(fault.line, str(fault.reason)) for fault in caught.value.faults]


def test_steps_are_put_in_order_of_time(tmp_path):
    scenario = read(tmp_path, PAGE)
    assert (scenario.id, scenario.begins, scenario.lasts) == ("essai", timedelta(hours=2), timedelta(minutes=90))
    assert [(step.act, step.at, step.from_, step.to) for step in scenario.steps] == [
        ("beacon", timedelta(minutes=5), "poste", "internet"),
        ("scan", timedelta(minutes=20), "poste", "serveurs"),
    ]
    assert scenario.steps[1].parameters == {"ports": [445], "hosts": 5}


@pytest.mark.parametrize(
    ("written", "instead", "line", "reason"),
    [
        ("speed = 60", "speed = 0", 7, "the speed must be more than 0"),
        ("speed = 60", 'speed = "vite"', 7, '"speed" has a value that it cannot hold'),
        ("speed = 60", "speeed = 60", 7, '"speeed" is no key here'),
        ('begins = "02:00"', 'begins = "25:00"', 5, "no hour of the day"),
        ('lasts = "1:30"', 'lasts = "0:10"', 10, "after the end of the scenario"),
        ('at = "0:20"', 'at = "0:99"', 10, "no time of the story"),
        ('act = "scan"', 'act = "scna"', 11, "no act scna"),
        ('from = "poste"\nto = "serveurs"', 'from = "pote"\nto = "serveurs"', 12, "no asset pote"),
        ('to = "serveurs"', 'to = "serveur s"', 13, "no asset and no zone serveur s"),
        ("hosts = 5", "hosts = 5000000", 14, '"hosts" is too large'),
        ("hosts = 5", "hosts = 0", 14, '"hosts" is too small'),
        ("hosts = 5", "hots = 5", 14, '"hots" is no key here'),
        ("format = 1", "format = 2", 1, "reads format 1"),
        ('name = "Essai"\n', "", 0, '"name" is missing'),
        ('source = "Inventée"', 'source = "Inventée', 4, "a character that cannot stand here"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, written, instead, line, reason):
    assert written in PAGE
    found = faults(tmp_path, PAGE.replace(written, instead, 1))
    assert any(where == line and reason in said for where, said in found), found


def test_a_scenario_without_a_step_is_none(tmp_path):
    found = faults(tmp_path, PAGE.partition("[[step]]")[0] + "step = []\n")
    assert found == [(0, "the scenario has no step")]


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        load_scenario(tmp_path / "absent.toml", KNOWN)


def test_what_is_not_text_is_said(tmp_path):
    (tmp_path / "essai.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadScenarioError):
        load_scenario(tmp_path / "essai.toml", KNOWN)


@given(st.text(alphabet='[]{}"=.,#\n ab1-:', max_size=80))
def test_any_text_is_a_scenario_or_a_clear_refusal(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("scenario")
    try:
        found = read(folder, PAGE + text)
    except BadScenarioError as error:
        found = [f"{fault.reason}{fault.fix}" for fault in error.faults]
    assert isinstance(found, Scenario) or (found and "pydantic" not in "".join(found))


@pytest.mark.parametrize(
    ("text", "minutes"), [("0:00", 0), ("02:30", 150), ("120:00", 7200), ("1:00:30", 60.5), ("1:60", None), ("x", None)]
)
def test_the_clock_of_the_story_is_hours_and_minutes(text, minutes):
    assert read_clock(text) == (None if minutes is None else timedelta(minutes=minutes))
