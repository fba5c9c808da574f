"""A range is spoken to through its folder, by its owner alone."""

import os
import stat

import pytest

from cloison.errors import RangeError
from cloison.rehearse.range.control import SOCKET, Listening, ask, keeper_of, runs


@pytest.fixture
def folder(tmp_path):
    deep = tmp_path.joinpath(*["un-dossier-profond"] * 8)
    deep.mkdir(parents=True)
    return deep


def test_a_question_has_its_answer_however_deep_the_folder(folder):
    listening = Listening(folder, lambda question: {"heard": question})
    assert ask(folder, {"do": "status"}) == {"heard": {"do": "status"}}
    assert (keeper_of(folder), runs(folder)) == (os.getpid(), True)
    listening.close()


def test_nobody_else_may_speak_to_it(folder):
    listening = Listening(folder, lambda _: {})
    assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o600
    listening.close()


def test_where_none_runs_the_way_to_start_one_is_told(folder):
    with pytest.raises(RangeError, match="no range is running here"):
        ask(folder, {})
    Listening(folder, lambda _: {}).close()
    with pytest.raises(RangeError, match="no range is running"):
        keeper_of(folder)
    assert not runs(folder / "absent")


def test_an_answer_longer_than_a_packet_comes_whole(folder):
    listening = Listening(folder, lambda _: {"text": "é" * 200_000})
    assert len(ask(folder, {})["text"]) == 200_000
    listening.close()
