import pytest

from cloison.ingest.looks import look


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"From: a@example.org\nSubject: x\n", "e-mail"),
        (b"title: x\ndetection:\n  a: b\n", "YAML rule"),
        (b"<html>", "XML or HTML"),
        (b'{"a":1}', "of no known log"),
        (b"1.5\tCx\t192.0.2.1\t1\t192.0.2.2\t2\ttcp\n", "header lines that Zeek writes"),
        (b"# Title\n", "document"),
        (b"hello", "it is text"),
        (b"\n\n ", "blank lines"),
        (b"a\0b", "no known format"),
        (b"x" * 257 + b"ustar", "TAR"),
    ],
)
def test_what_a_file_looks_like_is_said(head, words):
    assert words in str(look(head, 100))


def test_an_empty_file_is_told_from_an_empty_archive():
    assert str(look(b"", 0)) == "the file is empty"
    assert "compressed" in str(look(b"", 20))
