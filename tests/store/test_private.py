import pytest

from cloison.errors import UnwritableFileError
from cloison.store.private import replace_private


def test_a_file_is_replaced_for_its_owner_alone(tmp_path):
    path = tmp_path / "home" / "list.json"
    replace_private(path, b"one")
    replace_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["list.json"]


def test_a_file_in_the_place_of_the_folder_is_told_and_left(tmp_path):
    (tmp_path / "home").write_text("mine")
    with pytest.raises(UnwritableFileError):
        replace_private(tmp_path / "home" / "list.json", b"x")
    assert (tmp_path / "home").read_text() == "mine"
