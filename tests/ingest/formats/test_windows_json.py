import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.windows.events import NOON, element, lines, read_file

from cloison.ingest.formats.windows_json import WindowsJson
from cloison.model.observations import Kind

LOGON = element(TargetUserName="alix", LogonType=3, IpAddress="192.0.2.1")
FLAT = {"EventID": 1, "Channel": "c", "EventTime": NOON, "Hostname": "h", "Image": "C:\\x.exe"}


@pytest.mark.parametrize(
    "text",
    [
        lines(LOGON, FLAT),
        json.dumps([LOGON, FLAT]),
        json.dumps([LOGON, FLAT], indent=2),
        json.dumps(LOGON, indent=2) + "\n" + json.dumps(FLAT, indent=2),
        "[\n" + json.dumps(LOGON) + ",\n" + json.dumps(FLAT) + "\n]\n",
        "\ufeff" + lines(LOGON, FLAT),
        "\r\n".join(["", json.dumps(LOGON), json.dumps(FLAT)]),
    ],
    ids=["lines", "array", "pretty array", "pretty", "array of lines", "byte order mark", "windows' line ends"],
)
def test_events_are_found_however_the_objects_lie(tmp_path, text):
    reading, tables = read_file(tmp_path, text)
    assert tables[Kind.EVENT]["event_id"].to_list() == [4624, 1]
    assert tables[Kind.LOGON]["user"].to_list() == ["alix"]
    (source,) = reading.sources
    assert (source.format, source.rejected, source.unused) == ("windows-json", 0, 0)


def test_a_record_is_its_line(tmp_path):
    _, tables = read_file(tmp_path, lines(LOGON) + "\n" + lines(FLAT))
    assert tables[Kind.EVENT]["record"].to_list() == [1, 3]


def test_what_is_malformed_is_counted_and_the_rest_goes_on(tmp_path):
    deep = '{"EventID":1,"Channel":"c","x":' + "[" * 10_000 + "]" * 10_000 + "}\n"
    nested = '{"EventID":1,"Channel":"c","EventTime":"' + NOON + '","x":' + '{"a":' * 900 + "1" + "}" * 900 + "}\n"
    bad = "{broken\n" + deep + lines({"other": "log"}) + lines({**FLAT, "EventTime": "2206-01-01T00:00:00Z"})
    reading, tables = read_file(tmp_path, lines(FLAT) + bad + nested + lines(LOGON))
    assert tables[Kind.EVENT]["event_id"].to_list() == [1, 1, 4624]
    assert (reading.sources[0].rejected, reading.sources[0].unused) == (3, 1)


def test_bytes_that_are_not_utf_8_are_shown(tmp_path):
    text = json.dumps(FLAT).encode().replace(b"x.exe", b"\xe9\xff.exe") + b"\n"
    _, tables = read_file(tmp_path, text)
    assert json.loads(tables[Kind.EVENT]["data"][0])["Image"] == "C:\\��.exe"


def test_a_name_of_sixty_thousand_letters_is_only_a_long_name(tmp_path):
    _, tables = read_file(tmp_path, lines(element(TargetUserName="a" * 60_000, LogonType=3)))
    assert len(tables[Kind.LOGON]["user"][0]) == 60_000


def test_a_first_event_longer_than_what_is_looked_at_is_recognised(tmp_path):
    _, tables = read_file(tmp_path, lines({**FLAT, "Script": "x" * 100_000}, FLAT))
    assert tables[Kind.EVENT].height == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.integers(0, 12), st.integers(1, 400), st.integers(1, 5))
def test_the_size_of_the_pieces_changes_nothing(tmp_path, count, block_bytes, events):
    text = lines(*(LOGON if n % 3 else FLAT for n in range(count + 1)))
    _, expected = read_file(tmp_path, text)
    formats = [WindowsJson(block_bytes=block_bytes, events=events)]
    _, tables = read_file(tmp_path, text, formats=formats)
    assert tables.keys() == expected.keys()
    assert all(tables[kind].equals(expected[kind]) for kind in expected)


@pytest.mark.parametrize(
    "head",
    [b"", b"{", b"[]", b'{"ts":1,"uid":"C"}', b'{"event_type":"flow","timestamp":"x"}', b"\xff\xfe{", b"ElfFile\0"],
)
def test_other_files_are_not_recognised(head):
    assert not WindowsJson().recognise(head)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_beginning_raises(head):
    assert WindowsJson().recognise(head) in {True, False}
    assert WindowsJson().stream_name(head) == ""
