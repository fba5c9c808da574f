import json

from tests.ingest.windows.events import HOST, NOON, SECURITY, element

from cloison.ingest.format import Tally
from cloison.ingest.windows.carried import from_object
from cloison.ingest.windows.event import Event
from cloison.ingest.windows.sheet import Sheet
from cloison.model.observations import SCHEMAS, Kind


def sheet_of(*elements):
    sheet = Sheet()
    for record, each in enumerate(elements, 1):
        sheet.add(record, from_object(each))
    return sheet


def test_an_event_is_a_row_and_what_it_means_another_of_the_same_record():
    logon = element(TargetUserName="alix", LogonType=3, IpAddress="192.0.2.1")
    tables = dict(sheet_of(element(4672), logon, element(5156)).tables(Tally()))
    assert tables.keys() == {Kind.EVENT, Kind.LOGON}
    for kind, table in tables.items():
        wanted = {name: dtype for name, dtype in SCHEMAS[kind].items() if name != "origin"}
        assert dict(table.schema) == wanted
    assert tables[Kind.EVENT]["record"].to_list() == [1, 2, 3]
    (row,) = tables[Kind.LOGON].rows(named=True)
    assert (row["record"], row["src"], row["dst"], row["user"]) == (2, "192.0.2.1", HOST, "alix")
    assert row["ts"] == row["seen_at"] == tables[Kind.EVENT]["ts"][1]
    assert row["ts"].isoformat() == NOON.replace("Z", "+00:00")


def test_the_data_are_one_flat_object_of_text():
    tables = dict(sheet_of(element(4625, LogonType=3)).tables(Tally()))
    data = json.loads(tables[Kind.EVENT]["data"][0])
    assert data["LogonType"] == "3"
    assert data["Provider_Name"] == SECURITY
    assert all(isinstance(value, str) for value in data.values())


def test_impossible_times_are_rejected_with_all_that_they_meant():
    tally = Tally()
    sheet = sheet_of(*(element(time=time) for time in ("1601-01-01T00:00:00Z", "2206-01-01T00:00:00Z", "soon", NOON)))
    tables = dict(sheet.tables(tally))
    assert tally.rejected == 3
    assert tables[Kind.EVENT]["record"].to_list() == tables[Kind.LOGON]["record"].to_list() == [4]


def test_a_sheet_without_events_has_no_table():
    assert Sheet().tables(Tally()) == []
    assert len(Sheet()) == 0


def test_another_provider_s_event_of_the_same_number_means_nothing_more():
    assert dict(sheet_of(element(4624, provider="Other")).tables(Tally())).keys() == {Kind.EVENT}


def test_an_audited_registry_value_has_the_path_that_rules_look_at():
    fields = {"ObjectName": r"\REGISTRY\MACHINE\SOFTWARE\X", "ObjectValueName": "Run"}
    sheet = Sheet()
    sheet.add(1, Event(NOON, HOST, "Security", SECURITY, 4657, fields))
    ((_, table),) = sheet.tables(Tally())
    assert '"TargetObject":"HKLM\\\\SOFTWARE\\\\X\\\\Run"' in table["data"][0]
