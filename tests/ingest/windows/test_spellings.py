import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.windows.events import HOST, NOON, SECURITY

from cloison.ingest.windows.carried import from_object, is_event
from cloison.ingest.windows.spellings import instant_of, respelt

SECONDS = 1767268800.25
OWN = {"TargetUserName": "alix"}
NAMED = [{"Name": "TargetUserName", "Value": "alix"}]
HEAD = {"Computer": HOST, "Channel": "Security"}
SPELLINGS = {
    "dots, as Elasticsearch exports columns": {
        "@timestamp": NOON,
        "winlog.event_id": "4625",
        "winlog.channel": "Security",
        "winlog.computer_name": HOST,
        "winlog.provider_name": SECURITY,
        "winlog.event_data.TargetUserName": "alix",
    },
    "dots, of Windows' element": {
        "Event.System.EventID": "4625",
        "Event.System.Channel": "Security",
        "Event.System.Computer": HOST,
        "Event.System.TimeCreated.@SystemTime": NOON,
        "Event.System.Provider.@Name": SECURITY,
        "Event.EventData.TargetUserName": "alix",
    },
    "a list of names and values": {
        "Event": {
            "System": {
                **HEAD, "EventID": {"#text": "4625"}, "Provider": {"@Name": SECURITY}, "TimeCreated": {"@SystemTime": NOON},
            },
            "EventData": NAMED,
        }
    },
    "a list of objects, times in seconds (Velociraptor)": {
        "System": {
            **HEAD, "EventID": {"Value": 4625}, "Provider": {"Name": SECURITY}, "TimeCreated": {"SystemTime": SECONDS},
        },
        "EventData": [OWN],
    },
    "Winlogbeat with a list, the host outside": {
        "host": {"name": HOST},
        "winlog": {
            "event_id": 4625, "channel": "Security", "provider_name": SECURITY, "time_created": NOON, "event_data": NAMED,
        },
    },
    "Splunk": {
        "_time": NOON, "ComputerName": HOST, "EventCode": "4625", "LogName": "Security", "SourceName": SECURITY, **OWN,
    },
    "small letters": {
        "timestamp": SECONDS * 1000, "hostname": HOST, "event_id": 4625.0, "channel": "Security", "provider": SECURITY, **OWN,
    },
    "EvtxECmd": {
        "TimeCreated": NOON, "EventId": 4625, "Provider": SECURITY, **HEAD,
        "Payload": json.dumps({"EventData": {"Data": [{"@Name": "TargetUserName", "#text": "alix"}]}}),
    },
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_event_is_the_same_in_every_spelling(spelling):
    event = from_object(SPELLINGS[spelling])
    assert is_event(SPELLINGS[spelling])
    assert event is not None
    assert event[1:5] == (HOST, "Security", SECURITY, 4625)
    assert event.fields["TargetUserName"] == "alix"
    assert event.time.startswith("2026-01-01T12:00:00.25")


def test_powershells_export_keeps_values_without_names():
    read = {
        "Id": 4625,
        "TimeCreated": "/Date(1767268800250)/",
        "MachineName": HOST,
        "LogName": "Security",
        "ProviderName": SECURITY,
        "Properties": [{"Value": "alix"}, {"Value": 3}],
    }
    event = from_object(read)
    assert event is not None
    assert event.fields["Data"] == "alix\n3"
    assert event.time == "2026-01-01T12:00:00.250000+00:00"


@pytest.mark.parametrize(
    "read",
    [{}, {"id": 1}, {"id": "x", "channel": "c"}, {"event_type": "alert", "id": 5}, {"id": True, "source_name": "s"}],
)
def test_what_is_no_event_stays_unread(read):
    assert respelt(read) is None
    assert not is_event(read)


@pytest.mark.parametrize("value", [None, True, [], 1e300, float("nan"), {"value": []}])
def test_what_is_no_time_is_none(value):
    assert instant_of(value) is None


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(
    ["EventID", "id", "Channel", "host", "winlog.a", "Event.System", "System", "Payload", "time", "_time"]
)


@given(
    st.dictionaries(
        KEYS | st.text(max_size=4), st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
    )
)
def test_no_object_breaks_the_reader(read):
    assert from_object(read) is None or is_event(read)
