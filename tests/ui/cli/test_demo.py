import json
from contextlib import redirect_stdout
from io import StringIO

import pytest

from cloison.ui.cli.program import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "logs"


@pytest.fixture(scope="module")
def story(folder):
    return told("--keep", str(folder))


def told(*options):
    with redirect_stdout(StringIO()) as out:
        assert run(["demo", "--once", "--format", "json", *options]) == 0
    return json.loads(out.getvalue())


def test_the_demo_tells_the_whole_story_and_ends(story, folder):
    assert story["incident"]["findings"]
    assert story["plan"]["status"] == "optimal"
    assert len(story["map"]["zones"]) >= 15
    assert len(story["map"]["assets"]) >= 150
    assert story["map"]["conduits"]
    assert story["map"]["leaks"]
    assert (folder / "conn.log").is_file()


def test_another_seed_is_another_day(story):
    assert told("--seed", "2")["incident"]["findings"] != story["incident"]["findings"]
