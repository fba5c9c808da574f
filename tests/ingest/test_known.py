from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.known import known_formats, recognise


def test_each_module_of_the_package_is_one_format_with_its_own_name():
    names = [format_.name for format_ in known_formats()]
    assert {"argus", "eve", "zeek-json", "zeek-tsv"} <= set(names)
    assert len(set(names)) == len(names)


def test_the_format_that_recognises_the_beginning_is_given():
    assert recognise(b"#separator \\x09\n", [ZeekTsv()]) == ZeekTsv()
    assert recognise(b"anything else", [ZeekTsv()]) is None


def test_no_format_takes_what_is_empty_or_noise():
    for head in (b"", b"\n", b"\0" * 100, b"{}", b"[]", b"null\n", b"a,b,c\n1,2,3\n"):
        assert recognise(head, known_formats()) is None
