import io

import pytest
from tests.enforce.wards import hospital
from tests.ops.crisis_room import ANNE, desk_at

from cloison.errors import BadValueError
from cloison.ops.crisis_reading import BROUGHT, LATEST, MOST_FILES, READING, bring_logs
from cloison.store.logbook import entries

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


def bring(desk, *files):
    bring_logs(desk, hospital(), [(name, io.BytesIO(content)) for name, content in files], by=ANNE)
    desk.worker.finish(READING)


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


def test_a_name_never_leads_out_of_the_folder(desk):
    bring(desk, ("../../etc/passwd", SCAN), ("..", SCAN), ("a\x00b", SCAN))
    names = [path.name for path in (desk.home / BROUGHT).rglob("*") if path.is_file()]
    assert sorted(names) == ["00-passwd", "01-journal", "02-a_b"]


@pytest.mark.parametrize("count", [0, MOST_FILES + 1])
def test_none_or_too_many_are_refused(desk, count):
    with pytest.raises(BadValueError):
        bring(desk, *[("conn.log", b"")] * count)
