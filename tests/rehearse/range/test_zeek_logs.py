"""What a capture shows is read again from its Zeek-like logs."""

from datetime import UTC, datetime, timedelta

import polars as pl

from cloison.ingest.reading import open_reading
from cloison.model.observations import Kind, conform
from cloison.rehearse.range.zeek_logs import write_zeek_logs

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def table(kind, *rows):
    common = {"ts": START, "seen_at": START + timedelta(seconds=2), "origin": 0, "src": "10.0.0.1", "dst": "10.0.0.2"}
    named = [{**common, "record": number, "dst_port": 104, **row} for number, row in enumerate(rows)]
    return conform(kind, pl.DataFrame(named))


TABLES = {
    Kind.FLOW: table(
        Kind.FLOW,
        {"src_port": 4000, "proto": "tcp", "service": "dicom", "src_bytes": 900, "dst_bytes": 80, "answered": True},
        {"src_port": 4001, "proto": "tcp", "answered": False},
        {"src_port": 4002, "proto": "udp"},
    ),
    Kind.DNS: table(
        Kind.DNS, {"query": "pacs.ch.example", "query_type": "A", "code": "NOERROR", "answers": ["10.0.0.9"]}
    ),
    Kind.HTTP: table(Kind.HTTP, {"method": "GET", "host": "dpi.ch.example", "path": "/patients", "status": 200}),
    Kind.TLS: table(Kind.TLS, {"server_name": "dpi.ch.example", "version": "TLSv13"}),
    Kind.SMB: table(
        Kind.SMB,
        {"action": "map", "share": "SERVICES", "share_type": "disk"},
        {"action": "write", "name": "planning.xlsx"},
    ),
    Kind.RPC: table(Kind.RPC, {"endpoint": "svcctl", "operation": "OpenSCManagerW"}),
    Kind.LOGON: table(
        Kind.LOGON,
        {"protocol": "ntlm", "user": "camille.ardoise", "success": True},
        {"protocol": "ssh", "success": False},
        {"protocol": "kerberos", "user": "a/CH.EXAMPLE", "success": False, "detail": "AS KDC_ERR_PREAUTH_REQUIRED"},
        {"protocol": "kerberos", "service": "cifs/fichiers", "success": True, "detail": "TGS aes256-cts-hmac-sha1-96"},
    ),
}


def test_every_observation_comes_back(tmp_path):
    logs = write_zeek_logs(TABLES, tmp_path / "zeek", START)
    assert len(logs) == 10
    seen = {}
    for batch in open_reading([tmp_path / "zeek"]).batches():
        for kind, frame in batch.items():
            seen[kind] = pl.concat([seen[kind], frame]) if kind in seen else frame
    assert {kind: len(frame) for kind, frame in seen.items()} == {kind: len(frame) for kind, frame in TABLES.items()}
    columns = ["ts", "src", "dst", "src_port", "service", "src_bytes", "dst_bytes", "answered"]
    flows = seen[Kind.FLOW].sort("src_port").select(columns)
    assert flows.equals(TABLES[Kind.FLOW].select(columns))
    for kind, names in {Kind.DNS: ("query", "code", "answers"), Kind.HTTP: ("path", "status")}.items():
        assert seen[kind].select(names).equals(TABLES[kind].select(names))
    logons = seen[Kind.LOGON].filter(pl.col("protocol") == "kerberos").select("user", "service", "success", "detail")
    written = TABLES[Kind.LOGON].filter(pl.col("protocol") == "kerberos").select(logons.columns)
    assert sorted(logons.rows(), key=str) == sorted(written.rows(), key=str)
    smb = seen[Kind.SMB].sort("action").select("action", "share", "name").rows()
    assert smb == [("map", "SERVICES", None), ("write", None, "planning.xlsx")]


def test_a_log_without_a_line_is_not_written(tmp_path):
    assert write_zeek_logs({Kind.FLOW: TABLES[Kind.FLOW].clear()}, tmp_path / "zeek", START) == ()
