import os

import pytest

from cloison.errors import MissingFileError
from cloison.ingest.walk import find_files, shown


def test_folders_are_walked_sorted_without_what_is_hidden_or_linked(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.log").write_text("x")
    root = tmp_path / "logs"
    (root / "b" / "deep").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for name in ("z.log", "a.log", ".dot", "b/deep/c.log", ".hidden/d.log"):
        (root / name).write_text(name)
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "away.log").symlink_to(outside / "secret.log")
    found = [path.relative_to(root).as_posix() for _, path in find_files([root])]
    assert found == ["a.log", "b/deep/c.log", "z.log"]


def test_a_file_named_directly_is_taken_once_link_or_hidden(tmp_path):
    (tmp_path / ".conn.log").write_text("x")
    (tmp_path / "link.log").symlink_to(tmp_path / ".conn.log")
    found = find_files([tmp_path / "link.log", tmp_path / ".conn.log", tmp_path])
    assert [path.name for _, path in found] == ["link.log"]


def test_a_path_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        find_files([tmp_path / "none"])


def test_a_name_that_is_not_text_can_still_be_shown(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.log")).write_text("x")
    ((name, _),) = find_files([tmp_path])
    assert name.endswith("caf\ufffd.log")
    assert shown(tmp_path) == str(tmp_path)
