import pytest

from cloison.errors import BadValueError, UnwritableFileError
from cloison.model.indicator import read_indicator, read_pattern
from cloison.store.watched import WATCHED, watch, watched

LIST = (read_indicator("evil.example"), read_indicator("198.51.100.0/24"), read_pattern("*.evil.*"))


def test_what_is_watched_is_read_back_once_each(tmp_path):
    watch(tmp_path / "home", [*LIST, LIST[0]])
    assert set(watched(tmp_path / "home")) == set(LIST)
    assert len(watched(tmp_path / "home")) == 3
    assert oct((tmp_path / "home" / WATCHED).stat().st_mode & 0o777) == "0o600"


def test_no_list_is_nothing_watched(tmp_path):
    assert watched(tmp_path) == ()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 2}', b'{"format": 1, "indicators": [{"kind": "x"}]}'])
def test_a_damaged_list_is_an_error_and_never_silence(tmp_path, content):
    (tmp_path / WATCHED).write_bytes(content)
    with pytest.raises(BadValueError):
        watched(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UnwritableFileError):
        watch(tmp_path / "home", LIST)
