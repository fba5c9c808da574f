import io
from dataclasses import replace

import pytest
from tests.ops.crisis_room import ANNE, desk_at

from cloison.errors import BadValueError
from cloison.ops.crisis_reading import BROUGHT, LATEST, MOST_FILES, READING, bring_logs, unread
from cloison.ops.sightings import Lookout
from cloison.store.hospital_file import load
from cloison.store.logbook import entries
from cloison.store.map_versions import versions
from cloison.ui.languages import Translator

CONN = (
    '{{"ts":{ts},"uid":"C{n}","id.orig_h":"10.1.0.5","id.orig_p":{port},"id.resp_h":"10.2.0.{n}","id.resp_p":445,'
    '"proto":"tcp","conn_state":"S0","orig_bytes":0,"resp_bytes":0,"history":"S"}}\n'
)
SCAN = "".join(CONN.format(ts=1767225600 + n, n=n, port=40000 + n) for n in range(1, 120)).encode()


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


ANSWERED = "".join(
    f'{{"ts":{1767225600 + n},"uid":"D{n}","id.orig_h":"10.1.0.{n}","id.orig_p":50000,"id.resp_h":"10.9.0.8","id.resp_p":443,'
    '"proto":"tcp","conn_state":"SF","orig_bytes":900,"resp_bytes":900,"history":"ShADadFf"}\n'
    for n in range(1, 20)
).encode()
WORDS = Translator("en")


def bring(desk, *files, complete=False):
    brought = [(name, io.BytesIO(content)) for name, content in files]
    map_file = desk.home / "hospital.toml"
    bring_logs(desk, map_file, brought, render=WORDS.sentence, by=ANNE, complete=complete)
    desk.worker.finish(READING)


def mapped(desk):
    """Give the same desk, on the map of its own folder."""
    path = desk.home / "hospital.toml"
    return replace(desk, hospital=lambda: load(path) if path.is_file() else None)


def test_what_files_tell_becomes_a_case_and_the_logbook_says_who_brought_them(desk):
    bring(desk, ("conn.log", SCAN))
    told = str(LATEST.of(desk.database).told)
    assert told.startswith("119 records read")
    assert len(desk.cases()) == 1
    said = [str(entry.draft.text) for entry in entries(desk.database)]
    assert any(line.startswith("Anne D. brings files: 119 records read") for line in said)


def test_files_that_hold_nothing_say_so_and_open_nothing(desk):
    bring(desk, ("photo.bin", bytes(range(256))))
    assert "not one record" in str(LATEST.of(desk.database).told)
    assert desk.cases() == ()


def test_a_fault_of_ours_is_told_and_not_the_files(desk):
    assert unread(desk) is None

    def broken():
        raise ZeroDivisionError

    desk.worker.start(READING, broken)
    with pytest.raises(ZeroDivisionError):
        desk.worker.finish(READING)
    assert "ZeroDivisionError" in str(unread(desk))
    bring(desk, ("conn.log", SCAN))
    assert unread(desk) is None


def test_a_name_never_leads_out_of_the_folder(desk):
    bring(desk, ("../../etc/passwd", SCAN), ("..", SCAN), ("a\x00b", SCAN))
    names = [path.name for path in (desk.home / BROUGHT).rglob("*") if path.is_file()]
    assert sorted(names) == ["00-passwd", "01-journal", "02-a_b"]


@pytest.mark.parametrize("count", [0, MOST_FILES + 1])
def test_none_or_too_many_are_refused(desk, count):
    with pytest.raises(BadValueError):
        bring(desk, *[("conn.log", b"")] * count)


def test_where_there_is_no_map_the_files_propose_one_and_its_leaks_are_known(desk):
    desk = mapped(desk)
    bring(desk, ("conn.log", ANSWERED))
    proposed = desk.hospital()
    assert {str(network) for zone in proposed.zones for network in zone.networks} == {"10.1.0.0/24", "10.9.0.0/24"}
    assert [version.by for version in versions(desk.database)] == [ANNE[1]]
    assert any("has traffic propose the map" in str(entry.draft.text) for entry in entries(desk.database))
    seen = Lookout(desk.home).sightings(proposed, desk.home / "hospital.toml")
    assert seen.report is not None
    assert [source.path.endswith("00-conn.log") for source in seen.sources] == [True]


def test_files_without_exchanges_propose_no_map(desk):
    desk = mapped(desk)
    dns = (
        '{"ts":1767225600.0,"uid":"C1","id.orig_h":"10.1.0.5","id.orig_p":40000,"id.resp_h":"10.2.0.1","id.resp_p":53,'
    )
    bring(desk, ("dns.log", f'{dns}"proto":"udp","query":"exemple.example","qtype_name":"A"}}\n'.encode()))
    assert desk.hospital() is None
    assert "no map: these files hold no exchange" in str(LATEST.of(desk.database).told)


def test_a_map_that_is_there_changes_only_when_asked_to(desk):
    desk = mapped(desk)
    bring(desk, ("conn.log", ANSWERED))
    before = desk.hospital()
    more = ANSWERED.replace(b"10.9.0.8", b"10.77.0.8")
    bring(desk, ("more.log", more))
    assert desk.hospital() == before
    bring(desk, ("more.log", more), complete=True)
    assert len(desk.hospital().zones) == len(before.zones) + 1
    assert len(versions(desk.database)) == 2


def test_what_was_brought_before_is_still_among_the_leaks(desk):
    desk = mapped(desk)
    bring(desk, ("conn.log", ANSWERED))
    bring(desk, ("more.log", ANSWERED.replace(b"10.9.0.8", b"10.9.0.9")))
    seen = Lookout(desk.home).sightings(desk.hospital(), desk.home / "hospital.toml")
    assert len(seen.sources) == 2
    assert str(LATEST.of(desk.database).told).endswith("0 leaks")
