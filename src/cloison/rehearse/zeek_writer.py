"""Tables of events written as Zeek's tab-separated logs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

_ENDS = {
    "ts": "time",
    "uid": "string",
    "id.orig_h": "addr",
    "id.orig_p": "port",
    "id.resp_h": "addr",
    "id.resp_p": "port",
}

LOGS: Mapping[str, Mapping[str, str]] = {
    "conn": {
        **_ENDS,
        "proto": "enum",
        "service": "string",
        "duration": "interval",
        "orig_bytes": "count",
        "resp_bytes": "count",
        "conn_state": "string",
        "local_orig": "bool",
        "local_resp": "bool",
        "missed_bytes": "count",
        "history": "string",
        "orig_pkts": "count",
        "orig_ip_bytes": "count",
        "resp_pkts": "count",
        "resp_ip_bytes": "count",
        "tunnel_parents": "set[string]",
    },
    "dns": {
        **_ENDS,
        "proto": "enum",
        "trans_id": "count",
        "rtt": "interval",
        "query": "string",
        "qclass": "count",
        "qclass_name": "string",
        "qtype": "count",
        "qtype_name": "string",
        "rcode": "count",
        "rcode_name": "string",
        "AA": "bool",
        "TC": "bool",
        "RD": "bool",
        "RA": "bool",
        "Z": "count",
        "answers": "vector[string]",
        "TTLs": "vector[interval]",
        "rejected": "bool",
    },
    "http": {
        **_ENDS,
        "trans_depth": "count",
        "method": "string",
        "host": "string",
        "uri": "string",
        "referrer": "string",
        "version": "string",
        "user_agent": "string",
        "origin": "string",
        "request_body_len": "count",
        "response_body_len": "count",
        "status_code": "count",
        "status_msg": "string",
        "resp_mime_types": "vector[string]",
    },
    "ssl": {
        **_ENDS,
        "version": "string",
        "cipher": "string",
        "curve": "string",
        "server_name": "string",
        "resumed": "bool",
        "next_protocol": "string",
        "established": "bool",
        "subject": "string",
        "issuer": "string",
    },
    "smb_mapping": {
        **_ENDS,
        "path": "string",
        "service": "string",
        "native_file_system": "string",
        "share_type": "string",
    },
    "smb_files": {
        **_ENDS,
        "fuid": "string",
        "action": "enum",
        "path": "string",
        "name": "string",
        "size": "count",
        "prev_name": "string",
    },
    "dce_rpc": {**_ENDS, "rtt": "interval", "named_pipe": "string", "endpoint": "string", "operation": "string"},
    "kerberos": {
        **_ENDS,
        "request_type": "string",
        "client": "string",
        "service": "string",
        "success": "bool",
        "error_msg": "string",
        "till": "time",
        "cipher": "string",
        "forwardable": "bool",
        "renewable": "bool",
    },
    "ntlm": {
        **_ENDS,
        "username": "string",
        "hostname": "string",
        "domainname": "string",
        "server_nb_computer_name": "string",
        "server_dns_computer_name": "string",
        "server_tree_name": "string",
        "success": "bool",
    },
    "ssh": {
        **_ENDS,
        "version": "count",
        "auth_success": "bool",
        "auth_attempts": "count",
        "direction": "enum",
        "client": "string",
        "server": "string",
        "cipher_alg": "string",
        "mac_alg": "string",
        "kex_alg": "string",
        "host_key_alg": "string",
    },
    "rdp": {
        **_ENDS,
        "cookie": "string",
        "result": "string",
        "security_protocol": "string",
        "client_channels": "vector[string]",
        "keyboard_layout": "string",
        "client_build": "string",
        "client_name": "string",
    },
    "dhcp": {
        "ts": "time",
        "uids": "set[string]",
        "client_addr": "addr",
        "server_addr": "addr",
        "mac": "string",
        "host_name": "string",
        "client_fqdn": "string",
        "domain": "string",
        "requested_addr": "addr",
        "assigned_addr": "addr",
        "lease_time": "interval",
        "msg_types": "vector[string]",
        "duration": "interval",
    },
    "files": {
        "ts": "time",
        "fuid": "string",
        **{name: kind for name, kind in _ENDS.items() if name != "ts"},
        "source": "string",
        "depth": "count",
        "analyzers": "set[string]",
        "mime_type": "string",
        "filename": "string",
        "duration": "interval",
        "is_orig": "bool",
        "seen_bytes": "count",
        "total_bytes": "count",
        "missing_bytes": "count",
        "overflow_bytes": "count",
        "timedout": "bool",
    },
    "notice": {
        **_ENDS,
        "fuid": "string",
        "proto": "enum",
        "note": "enum",
        "msg": "string",
        "sub": "string",
        "src": "addr",
        "dst": "addr",
        "p": "port",
        "n": "count",
        "actions": "set[enum]",
        "suppress_for": "interval",
    },
}
"""Log -> its fields and Zeek's types, in the order in which they are written."""

WRITTEN = "written"
"""Column that orders a table's rows (seconds); it is not a field of the log."""


def write_log(folder: Path, log: str, rows: pl.DataFrame, start: datetime) -> Path:
    """Write one log in the order in which Zeek would have written its lines.

    Args:
        folder: where `<log>.log` goes.
        log: a key of `LOGS`.
        rows: "ts" and `WRITTEN` in seconds since `start`, and any of the log's fields; those that are absent,
            like null values, are written "-". Other columns are refused.
        start: moment zero of the rows.

    Returns:
        The file.

    Raises:
        ValueError: a column is no field of the log.
    """
    fields = LOGS[log]
    if stray := set(rows.columns) - set(fields) - {WRITTEN}:
        raise ValueError(stray)
    zero = start.timestamp()
    times = [name for name, kind in fields.items() if kind == "time" and name in rows.columns]
    shown = rows.sort(WRITTEN, maintain_order=True).select(
        _shown(name, kind, rows, times, zero) for name, kind in fields.items()
    )
    path = folder / f"{log}.log"
    with path.open("wb") as file:
        file.write(_header(log, fields, start))
        shown.write_csv(
            file,
            include_header=False,
            separator="\t",
            quote_style="never",
            null_value="-",
            float_precision=6,
            float_scientific=False,
        )
        file.write(f"#close\t{_stamp(datetime.fromtimestamp(zero + 86_400, UTC))}\n".encode())
    return path


def _shown(name: str, kind: str, rows: pl.DataFrame, times: list[str], zero: float) -> pl.Expr:
    if name not in rows.columns:
        return pl.lit(None, dtype=pl.String).alias(name)
    column = pl.col(name)
    if name in times:
        return (column.cast(pl.Float64) + zero).alias(name)
    if kind == "bool":
        return pl.when(column).then(pl.lit("T")).when(~column).then(pl.lit("F")).alias(name)
    if kind == "interval":
        return column.cast(pl.Float64)
    if kind == "string":
        return column.cast(pl.String).str.replace_all("\t", "\\x09", literal=True)
    return column


def _header(log: str, fields: Mapping[str, str], start: datetime) -> bytes:
    lines = (
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        f"#path\t{log}",
        f"#open\t{_stamp(start)}",
        "\t".join(("#fields", *fields)),
        "\t".join(("#types", *fields.values())),
    )
    return ("\n".join(lines) + "\n").encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d-%H-%M-%S")
