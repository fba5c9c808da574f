import json

import pytest
from tests.ingest.logs import NOON, read_text

from cloison.ingest.formats.eve import Eve
from cloison.model.observations import Kind

ENDS = {"src_ip": "192.0.2.1", "src_port": 50000, "dest_ip": "192.0.2.2", "dest_port": 445, "proto": "TCP"}
NO_ADDRESS = "0.0.0.0"  # noqa: S104  # text, nothing is bound  # text, nothing is bound
STAMP = "2026-01-01T13:00:00.250000+0100"


def event(kind, **keys):
    return {"timestamp": STAMP, "event_type": kind, **ENDS, **keys}


def observed(tmp_path, *events):
    text = "".join(json.dumps(read) + "\n" for read in events)
    return read_text(tmp_path, "eve.json", text)


def one(tmp_path, read, kind):
    _, tables = observed(tmp_path, read)
    (row,) = tables[kind].rows(named=True)
    return row


def test_a_flow_is_seen_at_its_end(tmp_path):
    flow = {"pkts_toserver": 5, "pkts_toclient": 4, "bytes_toserver": 500, "bytes_toclient": 400, "state": "closed"}
    flow |= {"start": STAMP, "end": "2026-01-01T13:00:10.250000+0100"}
    keys = {"app_proto": "tls", "vlan": [12], "tcp": {"tcp_flags_ts": "1b", "tcp_flags_tc": "1b"}}
    row = one(tmp_path, event("flow", flow=flow, **keys), Kind.FLOW)
    assert row["ts"].timestamp() == NOON + 0.25
    assert (row["seen_at"] - row["ts"]).total_seconds() == 10
    assert (row["proto"], row["service"], row["vlan"], row["answered"]) == ("tcp", "ssl", 12, True)
    assert (row["src_bytes"], row["dst_bytes"], row["src_packets"], row["dst_packets"]) == (500, 400, 5, 4)


def test_long_ipv6_addresses_are_shortened(tmp_path):
    keys = {"src_ip": "fe80:0000:0000:0000:0000:0000:0000:0001", "proto": "IPv6-ICMP", "flow": {"pkts_toclient": 0}}
    row = one(tmp_path, event("flow", **keys), Kind.FLOW)
    assert (row["src"], row["proto"], row["dst_port"], row["answered"]) == ("fe80::1", "icmp", None, None)


def test_icmp_tells_its_type_and_code_and_tcp_its_odd_flags(tmp_path):
    echo = event("flow", proto="ICMP", icmp_type=8, icmp_code=0, flow={"pkts_toclient": 0})
    row = one(tmp_path, echo, Kind.FLOW)
    assert (row["src_port"], row["dst_port"], row["answered"], row["state"]) == (8, 0, False, None)
    probe = event("flow", flow={"pkts_toclient": 1}, tcp={"tcp_flags_ts": "29", "tcp_flags_tc": "14"})
    assert one(tmp_path, probe, Kind.FLOW)["state"] == "odd"


@pytest.mark.parametrize(
    "dns",
    [
        {"type": "answer", "rrname": "A.Example", "rrtype": "A", "rcode": "NOERROR", "rdata": "192.0.2.9"},
        {
            "version": 2,
            "type": "answer",
            "rrname": "a.example",
            "rrtype": "A",
            "rcode": "NOERROR",
            "answers": [{"rdata": "192.0.2.9"}],
        },
        {
            "version": 3,
            "type": "response",
            "rcode": "NOERROR",
            "queries": [{"rrname": "a.example", "rrtype": "A"}],
            "answers": [{"rdata": "192.0.2.9"}],
        },
    ],
    ids=["version 1", "version 2", "version 3"],
)
def test_dns_answers_of_every_version_read_alike(tmp_path, dns):
    row = one(tmp_path, event("dns", dns=dns, dest_port=53), Kind.DNS)
    assert (row["query"], row["query_type"], row["code"], row["answers"]) == (
        "a.example",
        "A",
        "NOERROR",
        ["192.0.2.9"],
    )


def test_an_answer_written_from_the_server_is_turned_round(tmp_path):
    keys = {"src_port": 53, "dest_port": 40000, "dns": {"type": "answer", "rrname": "a.example"}}
    row = one(tmp_path, event("dns", **keys), Kind.DNS)
    assert (row["src"], row["dst"], row["dst_port"]) == ("192.0.2.2", "192.0.2.1", 53)


@pytest.mark.parametrize(
    ("kind", "keys", "expected"),
    [
        ("http", {"http": {"hostname": "H.example", "url": "/x", "http_method": "GET", "status": 200, "length": 9}},
         (Kind.HTTP, {"host": "h.example", "path": "/x", "method": "GET", "status": 200, "dst_bytes": 9})),
        ("tls", {"tls": {"sni": "S.example", "version": "TLS 1.2", "ja3": {"hash": "ab"}}},
         (Kind.TLS, {"server_name": "s.example", "version": "TLSv12", "ja3": "ab"})),
        ("smb", {"smb": {"command": "SMB2_COMMAND_CREATE", "filename": "x.exe", "share": "\\\\srv\\C$", "share_type": "FILE"}},
         (Kind.SMB, {"action": "open", "name": "x.exe", "share": "\\\\srv\\C$", "share_type": "disk"})),
        ("smb", {"smb": {"command": "SMB2_COMMAND_SET_INFO", "rename": {"from": "a", "to": "b"}}},
         (Kind.SMB, {"action": "rename", "name": "b", "previous_name": "a"})),
        ("dcerpc", {"dcerpc": {"request": "REQUEST", "req": {"opnum": 12}, "interfaces": [{"uuid": "367abb81-9844-35f1-ad32-98f038001003"}]}},
         (Kind.RPC, {"endpoint": "svcctl", "operation": "CreateServiceW"})),
        ("krb5", {"krb5": {"msg_type": "KRB_TGS_REP", "cname": "alix", "realm": "EXAMPLE", "sname": "cifs/srv"}},
         (Kind.LOGON, {"protocol": "kerberos", "user": "alix/EXAMPLE", "service": "cifs/srv", "success": True, "detail": "TGS"})),
        ("krb5", {"krb5": {"msg_type": "KRB_ERROR", "error_code": "KDC_ERR_PREAUTH_FAILED"}},
         (Kind.LOGON, {"success": False, "detail": "KDC_ERR_PREAUTH_FAILED", "user": None})),
        ("rdp", {"rdp": {"cookie": "alix", "client": {"client_name": "PC-1"}}},
         (Kind.LOGON, {"protocol": "rdp", "client_name": "pc-1", "detail": "alix"})),
        ("ssh", {"ssh": {"client": {"software_version": "x"}}}, (Kind.LOGON, {"protocol": "ssh", "detail": "x"})),
        ("dhcp", {"dhcp": {"type": "reply", "client_mac": "AA:bb", "assigned_ip": "192.0.2.7", "client_ip": NO_ADDRESS, "dhcp_type": "ack"}},
         (Kind.DHCP, {"mac": "aa:bb", "assigned": "192.0.2.7", "src": None, "server": "192.0.2.1", "message": "ACK"})),
        ("fileinfo", {"app_proto": "smb", "fileinfo": {"filename": "x", "size": 5, "sha256": "AB"}},
         (Kind.FILE, {"protocol": "smb", "name": "x", "size": 5, "sha256": "ab", "src": "192.0.2.1"})),
        ("alert", {"alert": {"signature": "S", "severity": 9, "category": "C", "action": "allowed"}},
         (Kind.NOTICE, {"tool": "suricata", "name": "S", "severity": 3, "category": "C", "technique": None})),
        ("alert", {"alert": {"signature": "S", "metadata": {"tag": ["x"], "mitre_technique_id": ["T1190"]}}},
         (Kind.NOTICE, {"name": "S", "technique": "T1190"})),
        ("netflow", {"netflow": {"pkts": 3, "bytes": 30}}, (Kind.FLOW, {"src_packets": 3, "answered": None})),
    ],
)  # fmt: skip
def test_each_event_becomes_its_kind(tmp_path, kind, keys, expected):
    table, values = expected
    row = one(tmp_path, event(kind, **keys), table)
    assert {name: row[name] for name in values} == values


def test_kinds_keep_the_order_of_the_file_and_other_events_are_counted(tmp_path):
    flow = event("flow", flow={"start": STAMP})
    reading, tables = observed(
        tmp_path, flow, {"timestamp": STAMP, "event_type": "stats"}, event("tls", tls={}), flow, {"a": 1}
    )
    assert tables[Kind.FLOW]["record"].to_list() == [1, 4]
    assert tables[Kind.TLS]["record"].to_list() == [3]
    assert (reading.sources[0].unused, reading.sources[0].rejected) == (1, 1)


def test_values_of_the_wrong_shape_are_null_not_an_end(tmp_path):
    odd = event("flow", flow=[1, {"start": 5}], vlan="x", tcp=7, src_port="many")
    reading, tables = observed(tmp_path, odd, event("dns", dns={"answers": "x", "queries": {"a": 1}}))
    assert tables[Kind.FLOW]["src_port"].to_list() == [None]
    assert tables[Kind.DNS].height == 1
    assert reading.sources[0].rejected == 0


def test_it_is_recognised_by_its_keys():
    assert Eve().recognise(json.dumps(event("flow")).encode())
    assert not Eve().recognise(b'{"event_type":"x"}')
    assert Eve().stream_name(b"") == ""
