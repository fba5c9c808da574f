import tarfile
import zipfile

import pytest

from cloison.errors import MissingFileError, NoRulesError
from cloison.ingest.rules_folder import LARGEST, read_texts, shipped_texts


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules" / "deep").mkdir(parents=True)
    (tmp_path / "rules" / "b.yml").write_text("b")
    (tmp_path / "rules" / "deep" / "a.YAML").write_text("a")
    (tmp_path / "rules" / "notes.txt").write_text("no")
    return tmp_path / "rules"


def test_a_folder_is_read_with_those_below(folder):
    assert [(text.file, text.content) for text in read_texts(folder)] == [("b.yml", b"b"), ("deep/a.YAML", b"a")]


@pytest.mark.parametrize("mode", ["w:xz", "w:gz", "w"])
def test_an_archive_is_read_as_the_folder(folder, tmp_path, mode):
    path = tmp_path / ("rules.tar" + mode[1:].replace(":", "."))
    with tarfile.open(path, mode) as archive:
        archive.add(folder, "rules")
    assert [text.content for text in read_texts(path)] == [b"b", b"a"]


def test_a_zip_is_read_as_the_folder(folder, tmp_path):
    path = tmp_path / "rules.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "b.yml", "../../b.yml")
    assert [text.content for text in read_texts(path)] == [b"b"]
    assert not (tmp_path.parent / "b.yml").exists()


def test_a_strangers_rule_does_not_pass_for_one_that_ships(folder):
    assert not any(text.shipped for text in read_texts(folder))


def test_one_file_is_read(folder):
    assert [text.file for text in read_texts(folder / "b.yml")] == ["b.yml"]


def test_only_the_beginning_of_a_huge_file_is_read(folder):
    (folder / "b.yml").write_bytes(b"x" * (LARGEST * 2))
    assert len(read_texts(folder)[0].content) == LARGEST + 1


def test_what_is_absent_empty_or_broken_is_told(tmp_path):
    with pytest.raises(MissingFileError):
        read_texts(tmp_path / "nowhere")
    with pytest.raises(NoRulesError):
        read_texts(tmp_path)
    for name in ("x.tar.xz", "x.zip", "x.tar"):
        (tmp_path / name).write_bytes(b"not an archive")
        with pytest.raises(NoRulesError):
            read_texts(tmp_path / name)


def test_rules_ship():
    assert all(text.file.startswith("cloison/") for text in shipped_texts())
    assert all(text.shipped for text in shipped_texts())
    assert len(shipped_texts()) >= 2
