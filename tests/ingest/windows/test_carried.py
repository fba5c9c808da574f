import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.windows.events import HOST, NOON, SECURITY, SYSMON, element

from cloison.ingest.windows.carried import from_object, is_event

BEAT = {
    "@timestamp": NOON,
    "winlog": {
        "channel": "Security",
        "computer_name": HOST,
        "event_id": "4625",
        "provider_name": SECURITY,
        "keywords": ["Audit Failure"],
        "task": "Logon",
        "user": {"identifier": "S-1-5-18"},
        "event_data": {"TargetUserName": "alix", "LogonType": "3"},
    },
    "log": {"level": "information"},
    "host": {"name": "collector"},
    "message": "An account failed to log on.",
}
OLD_BEAT = {
    "@timestamp": NOON,
    "log_name": "Security",
    "computer_name": HOST,
    "event_id": 4625,
    "source_name": SECURITY,
    "keywords": ["Audit Failure"],
    "level": "Information",
    "task": "Logon",
    "user": {"identifier": "S-1-5-18"},
    "event_data": {"TargetUserName": "alix", "LogonType": "3"},
}
FLAT = {
    "EventTime": "2026-01-01 13:00:00.250000+01:00",
    "EventReceivedTime": "2026-01-01 13:00:02",
    "Hostname": HOST,
    "Channel": "Security",
    "EventID": 4625,
    "SourceName": SECURITY,
    "Keywords": -9218868437227405312,
    "EventType": "AUDIT_FAILURE",
    "Task": 12544,
    "OpcodeValue": 0,
    "UserID": "S-1-5-18",
    "TargetUserName": "alix",
    "LogonType": "3",
    "Message": "An account failed to log on.",
    "SourceModuleName": "eventlog",
    "tags": ["x"],
}
WAZUH = {
    "data": {
        "win": {
            "system": {
                "providerName": SECURITY,
                "eventID": "4625",
                "channel": "Security",
                "computer": HOST,
                "systemTime": NOON,
                "keywords": "0x8010000000000000",
            },
            "eventdata": {"targetUserName": "alix", "logonType": "3"},
        }
    }
}
WRAPPED = element(4625, TargetUserName="alix", LogonType=3, system={"Keywords": "0x8010000000000000"})


@pytest.mark.parametrize(
    "carried",
    [BEAT, OLD_BEAT, FLAT, WAZUH, WRAPPED, WRAPPED["Event"], {"_index": "i", "_source": BEAT}],
    ids=["winlogbeat", "winlogbeat 6", "nxlog", "wazuh", "element", "bare element", "elasticsearch"],
)
def test_every_carrier_tells_the_same_event(carried):
    assert is_event(carried)
    event = from_object(carried)
    assert event[1:5] == (HOST, "Security", SECURITY, 4625)
    assert event.time[:10] == "2026-01-01"
    wanted = {
        "Provider_Name": SECURITY,
        "EventID": "4625",
        "Channel": "Security",
        "Computer": HOST,
        "Keywords": "0x8010000000000000",
        "TargetUserName": "alix",
        "LogonType": "3",
    }
    assert wanted.items() <= event.fields.items()
    assert not event.fields.keys() & {"Hostname", "tags", "SourceModuleName", "Message", "message", "EventType"}


def test_levels_are_windows_numbers():
    assert from_object(BEAT).fields["Level"] == "4"
    assert from_object(FLAT).fields["Level"] == "0"
    assert from_object({**FLAT, "EventType": "SetValue", "SeverityValue": 4}).fields["Level"] == "2"


@pytest.mark.parametrize(
    "beside",
    [
        {"@timestamp": "2026-01-01T16:30:03Z", "EventReceivedTime": "2026-01-01 12:00:03"},
        {"UtcTime": "2026-01-01 16:30:00.123"},
        {"@timestamp": "2026-01-01T16:30:01.500Z"},
    ],
    ids=["two clocks of the collector", "sysmon's own", "the collector's"],
)
def test_a_local_time_finds_its_zone_in_what_lies_beside_it(beside):
    event = from_object({"EventID": 1, "Channel": "c", "EventTime": "2026-01-01 12:00:00", **beside})
    assert event.time == "2026-01-01T16:30:00+00:00"


def test_an_event_of_a_registry_keeps_its_own_type():
    sysmon = {"EventID": 12, "SourceName": SYSMON, "EventTime": NOON, "EventType": "CreateKey"}
    assert from_object(sysmon).fields["EventType"] == "CreateKey"
    assert "EventType" not in from_object({**sysmon, "EventType": "INFO"}).fields


def test_the_account_that_a_forwarder_looked_up_is_no_field_of_the_event():
    looked_up = {**FLAT, "AccountName": "SYSTEM", "AccountType": "User", "Domain": "NT AUTHORITY"}
    assert not from_object(looked_up).fields.keys() & {"AccountName", "Domain", "AccountType"}
    assert from_object({**FLAT, "AccountName": "alix"}).fields["AccountName"] == "alix"


def test_values_without_a_name_are_data():
    data = {**BEAT["winlog"], "event_data": {"param1": "a", "param2": "b"}}
    fields = from_object({**BEAT, "winlog": data}).fields
    assert (fields["param1"], fields["Data"]) == ("a", "a\nb")


def test_an_event_kept_as_its_message_only_has_that_for_data():
    bare = {"EventID": 400, "Channel": "Windows PowerShell", "EventTime": NOON, "Message": "HostApplication=x"}
    assert from_object(bare).fields["Data"] == "HostApplication=x"
    assert "Data" not in from_object(FLAT).fields


@pytest.mark.parametrize("other", [{}, {"ts": 1, "uid": "C"}, {"event_type": "flow", "timestamp": "x"}, {"Event": 3}])
def test_other_logs_are_no_events(other):
    assert not is_event(other)
    assert from_object(other) is None


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([BEAT, OLD_BEAT, FLAT, WAZUH, WRAPPED]), st.data())
def test_values_of_any_shape_never_raise(carried, data):
    def shaken(node):
        if isinstance(node, dict):
            return {key: shaken(value) if data.draw(st.booleans()) else data.draw(TREES) for key, value in node.items()}
        return node

    event = from_object(shaken(carried))
    assert event is None or all(isinstance(value, str) for value in event.fields.values())


def test_a_number_set_in_the_registry_is_written_as_rules_expect_it():
    read = {**OLD_BEAT, "log_name": f"{SYSMON}/Operational", "event_id": 13, "event_data": {"Details": "1"}}
    event = from_object(read)
    assert event is not None
    assert event.fields["Details"] == "DWORD (0x00000001)"
