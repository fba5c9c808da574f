import pytest
from tests.ingest.windows.events import HOST, SECURITY, SYSMON

from cloison.ingest.windows.traffic import TRAFFIC
from cloison.model.observations import SCHEMAS, Kind

SHARE = {"IpAddress": "192.0.2.1", "ShareName": "\\\\*\\ADMIN$", "RelativeTargetName": "x.exe"}
FILTERED = {
    "Direction": "%%14592", "SourceAddress": "192.0.2.1", "SourcePort": "50000", "DestAddress": "192.0.2.2",
    "DestPort": "445", "Protocol": "6",
}  # fmt: skip
CONNECTED = {
    "Initiated": "true", "Protocol": "tcp", "SourceIp": "192.0.2.1", "SourcePort": "50000",
    "DestinationIp": "192.0.2.2", "DestinationPort": "445",
}  # fmt: skip
FLOW = {"src": "192.0.2.1", "src_port": 50000, "dst": "192.0.2.2", "dst_port": 445, "proto": "tcp", "answered": True}
RECEIVED_OLD = {"SourceIp": "192.0.2.2", "SourcePort": "445", "DestinationIp": "192.0.2.1", "DestinationPort": "50000"}


@pytest.mark.parametrize(
    ("provider", "number", "fields", "kind", "expected"),
    [
        (SECURITY, 5140, {"IpAddress": "::ffff:192.0.2.1", "ShareName": "\\\\*\\IPC$"}, Kind.SMB,
         {"src": "192.0.2.1", "dst": HOST, "dst_port": 445, "action": "map", "share": "\\\\*\\IPC$", "share_type": "pipe", "name": None}),
        (SECURITY, 5145, {**SHARE, "AccessMask": "0x100180"}, Kind.SMB, {"action": "open", "name": "x.exe", "share_type": "disk"}),
        (SECURITY, 5145, {**SHARE, "AccessMask": "0x2"}, Kind.SMB, {"action": "write"}),
        (SECURITY, 5145, {**SHARE, "AccessMask": "0x10080"}, Kind.SMB, {"action": "delete"}),
        (SECURITY, 5145, {"ShareName": "\\\\*\\IPC$", "RelativeTargetName": "svcctl", "AccessMask": "0x12019f"}, Kind.SMB,
         {"action": "open", "name": "svcctl"}),
        (SECURITY, 5156, FILTERED, Kind.FLOW, FLOW),
        (SECURITY, 5157, FILTERED, Kind.FLOW, {**FLOW, "answered": False}),
        (SECURITY, 5156, {**FILTERED, "Protocol": "17"}, Kind.FLOW, {"proto": "udp", "answered": None}),
        (SECURITY, 5156, {**FILTERED, "Protocol": "1"}, Kind.FLOW, {"proto": "icmp", "src_port": None, "dst_port": None}),
        (SYSMON, 3, CONNECTED, Kind.FLOW, FLOW),
        (SYSMON, 3, {**CONNECTED, "Initiated": "false"}, Kind.FLOW, FLOW),
        (SYSMON, 3, {**CONNECTED, "Initiated": "false", **RECEIVED_OLD}, Kind.FLOW, FLOW),
        (SYSMON, 22, {"QueryName": "A.Example.", "QueryStatus": "0", "QueryResults": "type:  5 b.example;::ffff:192.0.2.9;-;"}, Kind.DNS,
         {"src": HOST, "query": "a.example", "code": "NOERROR", "answers": ["b.example", "192.0.2.9"]}),
        (SYSMON, 22, {"QueryName": "x", "QueryStatus": "9003", "QueryResults": "-"}, Kind.DNS, {"code": "NXDOMAIN", "answers": []}),
    ],
)  # fmt: skip
def test_each_event_tells_what_passed(provider, number, fields, kind, expected):
    meaning = TRAFFIC[provider.lower(), number]
    row = meaning.read(fields, HOST)
    assert meaning.kind is kind
    assert row.keys() <= SCHEMAS[kind].keys()
    assert {name: row.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("provider", "number", "fields"),
    [
        (SECURITY, 5145, {**SHARE, "Keywords": "0x8010000000000000"}),
        (SECURITY, 5156, {**FILTERED, "SourceAddress": "127.0.0.1"}),
        (SECURITY, 5156, {**FILTERED, "SourceAddress": "192.0.2.2"}),
        (SYSMON, 3, {**CONNECTED, "Initiated": "false", "Protocol": "udp"}),
        (SYSMON, 22, {"QueryName": "-"}),
    ],
    ids=["refused", "loopback", "to itself", "datagram received", "no name"],
)
def test_what_passed_nowhere_gives_nothing(provider, number, fields):
    assert TRAFFIC[provider.lower(), number].read(fields, HOST) is None


@pytest.mark.parametrize("meaning", TRAFFIC.values(), ids=map(str, TRAFFIC))
def test_an_event_without_its_fields_never_raises(meaning):
    meaning.read({}, None)
    meaning.read({"AccessMask": "many", "Keywords": "x", "SourcePort": "y"}, None)
