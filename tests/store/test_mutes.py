import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import finding
from tests.model.test_mute import decided

from cloison.errors import BadValueError, UnwritableFileError
from cloison.model.mute import Scope
from cloison.store.mutes import MUTES, keep_mutes, mutes_kept

ONE = decided(finding("10.1.0.5", "10.2.0.1"))


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(list(Scope)))
def test_what_is_kept_is_read_back(tmp_path_factory, reason, scope):
    home = tmp_path_factory.mktemp("home")
    one = decided(finding("10.1.0.5"), reason=reason, scope=scope)
    keep_mutes(home, [one, one])
    assert mutes_kept(home) == (one,)


def test_only_its_owner_reads_the_file_and_it_names_nobody(tmp_path):
    keep_mutes(tmp_path / "home", [ONE])
    path = tmp_path / "home" / MUTES
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert "author" not in path.read_text()


def test_nothing_kept_is_nothing_muted(tmp_path):
    assert mutes_kept(tmp_path) == ()


def damaged():
    keep = {"format": 1, "mutes": [{"id": "x"}]}
    return [b"", b"[]", b'{"format": 2, "mutes": []}', json.dumps(keep).encode(), b'{"format": 1}']


@pytest.mark.parametrize("content", damaged())
def test_a_damaged_file_is_an_error(tmp_path, content):
    (tmp_path / MUTES).write_bytes(content)
    with pytest.raises(BadValueError):
        mutes_kept(tmp_path)


def test_a_time_without_zone_is_refused(tmp_path):
    keep_mutes(tmp_path, [ONE])
    path = tmp_path / MUTES
    path.write_text(path.read_text().replace("12:00:00Z", "12:00:00"))
    with pytest.raises(BadValueError):
        mutes_kept(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UnwritableFileError):
        keep_mutes(tmp_path / "home", [ONE])
