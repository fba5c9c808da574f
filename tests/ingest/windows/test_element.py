import pytest
from tests.ingest.windows.events import HOST, NOON, SECURITY, element

from cloison.ingest.windows.element import from_element


def read(**options):
    return from_element(element(**options)["Event"])


def test_an_element_tells_when_where_and_what():
    event = read(TargetUserName="alix", LogonType=3)
    assert event[:5] == (NOON, HOST, "Security", SECURITY, 4624)
    assert event.fields == {
        "Provider_Name": SECURITY,
        "EventID": "4624",
        "Channel": "Security",
        "Computer": HOST,
        "Level": "0",
        "Task": "12544",
        "Opcode": "0",
        "Keywords": "0x8020000000000000",
        "UserID": "S-1-5-18",
        "TargetUserName": "alix",
        "LogonType": "3",
    }


@pytest.mark.parametrize(
    "system",
    [
        {"Provider_attributes": {"Name": "p"}, "TimeCreated_attributes": {"SystemTime": NOON}, "EventID": "7"},
        {"Provider": {"@Name": "p"}, "TimeCreated": {"@SystemTime": NOON}, "EventID": {"#text": "7", "@Qualifiers": "0"}},
        {"Provider": {"Name": "p"}, "TimeCreated": {"SystemTime": NOON}, "EventID": {"#text": 7}},
    ],
    ids=["apart", "at signs", "plain"],
)  # fmt: skip
def test_attributes_are_found_however_the_tool_wrote_them(system):
    event = from_element({"System": system})
    assert (event.time, event.provider, event.event_id) == (NOON, "p", 7)


def test_an_event_s_own_field_wins_over_every_event_s():
    cleared = {"LogFileCleared": {"Channel": "Security", "SubjectUserName": "alix"}}
    event = from_element({**element(104, channel="System")["Event"], "EventData": None, "UserData": cleared})
    assert event.channel == "System"
    assert event.fields["Channel"] == "Security"
    assert event.fields["SubjectUserName"] == "alix"


@pytest.mark.parametrize("broken", [{}, {"System": 1}, {"System": {}}, {"System": {"TimeCreated": {"SystemTime": []}}}])
def test_without_a_time_there_is_no_event(broken):
    assert from_element(broken) is None
