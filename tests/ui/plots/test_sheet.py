import json

import pytest

from cloison.errors import BadValueError, UnwritableFileError
from cloison.ui.languages import Translator
from cloison.ui.plots.sheet import DATA, PICTURES, Sheet, check_suffix, keep, tabled


def sheet():
    return Sheet("Soins", "heures", "soins", Translator("fr"))


def test_a_picture_is_written_in_three_forms_the_same_twice():
    for suffix, mark in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        assert mark in sheet().rendered(suffix)
    assert sheet().rendered(".svg") == sheet().rendered(".svg")


def test_the_text_of_a_picture_can_be_searched():
    assert "Soins" in sheet().rendered(".svg").decode()


def test_data_are_rows_in_two_forms():
    rows = [{"a": 1, "b": 2.5}, {"a": 3, "b": 4.0}]
    assert tabled(rows, ".csv") == b"a,b\n1,2.5\n3,4.0\n"
    assert json.loads(tabled(rows, ".json"))["rows"] == rows
    assert tabled([], ".csv") == b"\n"


def test_a_name_that_says_nothing_is_refused(tmp_path):
    for suffix in (*PICTURES, *DATA, ".PNG"):
        check_suffix(tmp_path / f"care{suffix}")
    with pytest.raises(BadValueError, match="svg"):
        check_suffix(tmp_path / "care.gif")


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(UnwritableFileError):
        keep(tmp_path / "absent" / "care.csv", b"")
