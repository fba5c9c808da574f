from datetime import timedelta

import pytest

from cloison.errors import BadValueError, MissingFileError, NothingKeptError
from cloison.model.indicator import read_indicator
from cloison.ops.search import change_watchlist, read_file, read_moment, read_words, search, watched


def test_nothing_kept_is_never_a_clean_answer(tmp_path):
    with pytest.raises(NothingKeptError):
        search(tmp_path, [read_indicator("evil.example")])


def test_the_watchlist_grows_and_shrinks(tmp_path):
    words = read_words(["evil.example", "198.51.100.7"], ["*.bad.*"])
    assert change_watchlist(tmp_path, add=words) == 3
    assert change_watchlist(tmp_path, drop=words[:1]) == 2
    assert set(watched(tmp_path)) == set(words[1:])


def test_a_file_of_indicators_may_hold_remarks_and_quotes(tmp_path):
    (tmp_path / "list.txt").write_text('# bulletin\n"198.51.100.7",\nevil[.]example # seen twice\n\n198.51.100.7\n')
    assert [one.value for one in read_file(tmp_path / "list.txt")] == ["198.51.100.7/32", "evil.example"]


def test_bad_lines_are_named_all_at_once(tmp_path):
    (tmp_path / "list.txt").write_text("evil.example\n10.0.0.0/99\n???\n")
    with pytest.raises(BadValueError, match=r"2 lines.*2, 3"):
        read_file(tmp_path / "list.txt")


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe\x00", b"x" * (1 << 24) + b"yy"])
def test_a_file_without_indicators_is_refused(tmp_path, content):
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(BadValueError):
        read_file(tmp_path / "list.txt")


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(MissingFileError):
        read_file(tmp_path / "none.txt")


def test_a_day_alone_means_its_first_hour_or_its_last():
    assert read_moment("2026-03-02", end=True) - read_moment("2026-03-02") == timedelta(hours=23)
    assert read_moment("2026-03-02T10:00", end=True) == read_moment("2026-03-02T10:00")
    with pytest.raises(BadValueError):
        read_moment("yesterday")
