import polars as pl

from cloison.detect.file_names import PASSING, PEOPLES, base, ending, folder, foreign, inner_ending, peoples

NAMES = pl.DataFrame({"name": [r"Unit\Report.DOCX.Lk9", "plain", "log.txt.20260302", "/mnt/a.b/scan.pdf", None]})


def told(expression):
    return NAMES.select(expression.alias("told"))["told"].to_list()


def test_endings_are_told_without_dot_or_capitals():
    assert told(ending("name")) == ["lk9", None, "20260302", "pdf", None]
    assert told(inner_ending("name")) == ["docx", None, "txt", None, None]


def test_a_foreign_ending_is_neither_peoples_nor_a_programs_nor_a_date():
    assert told(foreign(ending("name"))) == [True, False, False, False, False]
    assert told(peoples(ending("name"))) == [False, False, False, True, False]


def test_folder_and_name_are_parted_at_the_last_separator():
    assert told(folder("name")) == ["unit", "", "", "/mnt/a.b", ""]
    assert told(base("name"))[0] == "report.docx.lk9"


def test_an_ending_is_of_one_sort():
    assert not PEOPLES & PASSING
