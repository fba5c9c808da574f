"""What a capture shows, written as the logs that Zeek would have given of it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from cloison.model.observations import Kind
from cloison.rehearse.zeek_writer import LOGS, WRITTEN, write_log

_STATES = {True: "SF", False: "S0"}
"""Zeek's conn_state of connections that were taken and that were not; "OTH" where it cannot be told."""

_CONN = {
    "uid": pl.format("C{}", "record"),
    "id.orig_p": pl.col("src_port"),
    "proto": pl.col("proto"),
    "service": pl.col("service"),
    "duration": (pl.col("seen_at") - pl.col("ts")).dt.total_microseconds() / 1e6,
    "orig_bytes": pl.col("src_bytes"),
    "resp_bytes": pl.col("dst_bytes"),
    "orig_pkts": pl.col("src_packets"),
    "resp_pkts": pl.col("dst_packets"),
    "conn_state": pl.coalesce(
        "state", pl.col("answered").replace_strict(_STATES, default="OTH", return_dtype=pl.String)
    ),
}
_DNS = {
    "proto": pl.lit("udp"),
    "query": pl.col("query"),
    "qtype_name": pl.col("query_type"),
    "rcode_name": pl.col("code"),
    "answers": pl.col("answers").list.join(","),
}
_HTTP = {
    "method": pl.col("method"),
    "host": pl.col("host"),
    "uri": pl.col("path"),
    "user_agent": pl.col("user_agent"),
    "status_code": pl.col("status"),
    "request_body_len": pl.col("src_bytes"),
    "response_body_len": pl.col("dst_bytes"),
}
_SSL = {name: pl.col(name) for name in ("server_name", "version", "subject", "issuer")}
_SMB_FILES = {
    "action": pl.format("SMB::FILE_{}", pl.col("action").str.to_uppercase()),
    "path": pl.col("share"),
    "name": pl.col("name"),
    "size": pl.col("size"),
    "prev_name": pl.col("previous_name"),
}
_SMB_MAPPING = {"path": pl.col("share"), "share_type": pl.col("share_type").str.to_uppercase()}
_RPC = {"endpoint": pl.col("endpoint"), "operation": pl.col("operation"), "named_pipe": pl.col("pipe")}
_NTLM = {"username": pl.col("user"), "hostname": pl.col("client_name"), "success": pl.col("success")}
_KERBEROS = {
    "request_type": pl.col("detail").str.extract(r"^(AS|TGS)\b"),
    "client": pl.col("user"),
    "service": pl.col("service"),
    "success": pl.col("success"),
    "error_msg": pl.col("detail").str.extract(r"\b(K(?:DC|RB)_\S+)"),
    "cipher": pl.col("detail").str.extract(r"(?:^|\s)([a-z][a-z0-9-]+)$"),
}
_SSH = {"auth_success": pl.col("success")}

_ALL = pl.lit(value=True)
_MAPS = pl.col("action") == "map"
_WRITTEN: tuple[tuple[Kind, str, pl.Expr, Mapping[str, pl.Expr]], ...] = (
    (Kind.FLOW, "conn", _ALL, _CONN),
    (Kind.DNS, "dns", _ALL, _DNS),
    (Kind.HTTP, "http", _ALL, _HTTP),
    (Kind.TLS, "ssl", _ALL, _SSL),
    (Kind.SMB, "smb_files", ~_MAPS, _SMB_FILES),
    (Kind.SMB, "smb_mapping", _MAPS, _SMB_MAPPING),
    (Kind.RPC, "dce_rpc", _ALL, _RPC),
    (Kind.LOGON, "ntlm", pl.col("protocol") == "ntlm", _NTLM),
    (Kind.LOGON, "kerberos", pl.col("protocol") == "kerberos", _KERBEROS),
    (Kind.LOGON, "ssh", pl.col("protocol") == "ssh", _SSH),
)
"""(kind of observation, log, which of them, its fields). Zeek has no logs of DICOM and HL7: `service` names them."""


def write_zeek_logs(tables: Mapping[Kind, pl.DataFrame], folder: Path, start: datetime) -> tuple[Path, ...]:
    """Write the logs of observations.

    Args:
        tables: all the observations of a capture, by kind (`SCHEMAS`).
        folder: where the logs go; made when absent.
        start: moment that the logs' headers name.

    Returns:
        The files, one for each log that has a line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for kind, log, which, fields in _WRITTEN:
        rows = tables[kind].filter(which) if kind in tables else None
        if rows is None or rows.is_empty():
            continue
        ends = {"id.orig_h": pl.col("src"), "id.resp_h": pl.col("dst"), "id.resp_p": pl.col("dst_port")}
        moments = {"ts": _since("ts", start), WRITTEN: _since("seen_at", start)}
        columns = {
            name: column for name, column in {**moments, **ends, **fields}.items() if name in {*LOGS[log], WRITTEN}
        }
        written.append(write_log(folder, log, rows.select(**columns), start))
    return tuple(written)


def _since(column: str, start: datetime) -> pl.Expr:
    return (pl.col(column) - start).dt.total_microseconds() / 1e6
