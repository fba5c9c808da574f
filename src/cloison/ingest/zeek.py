"""What Cloison takes from each of Zeek's logs, whatever the way they are written (Zeek manual, "Log files")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

import polars as pl

from cloison.ingest.answered import ZEEK_TOLD, Alone, zeek_answered
from cloison.ingest.format import Tally
from cloison.ingest.shape import shape
from cloison.model.observations import Kind


class Raw(Enum):
    """What a Zeek column holds, and the Polars type that the writers' readers give it."""

    SECONDS = auto()  # Float64: time since 1970, or an interval
    COUNT = auto()  # UInt64
    PORT = auto()  # UInt16
    NAME = auto()  # String without anything to unescape
    TEXT = auto()  # String
    FLAG = auto()  # Boolean
    SET = auto()  # List(String)


TYPES: Mapping[Raw, pl.DataType] = {
    Raw.SECONDS: pl.Float64(),
    Raw.COUNT: pl.UInt64(),
    Raw.PORT: pl.UInt16(),
    Raw.NAME: pl.String(),
    Raw.TEXT: pl.String(),
    Raw.FLAG: pl.Boolean(),
    Raw.SET: pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeekLog:
    """One log.

    Attributes:
        kind: what its records become.
        columns: what is read of it.
        gives: the kind's columns, from those.
        lasts: column of how long the act lasted, if there is one.
        needs: columns of the kind without which a record means nothing.
        told: columns that `gives` wants beside those read, each made of one of them.
    """

    kind: Kind
    columns: Mapping[str, Raw]
    gives: Mapping[str, pl.Expr]
    lasts: str | None = None
    needs: tuple[str, ...] = ("src", "dst")
    told: Mapping[str, Alone] = field(default_factory=dict)

    def shape(self, raw: pl.DataFrame, tally: Tally, *, spelt: bool = False) -> pl.DataFrame:
        """Make observations of a log's rows.

        Args:
            raw: `columns` with the types of `TYPES`, the column "record"; those of `told` where the reader knows them.
            tally: rows that cannot be used are counted there.
            spelt: the addresses are known to be spelt as observations want them.
        """
        left = {name: told(pl.col(column)) for name, (column, told) in self.told.items() if name not in raw.columns}
        return shape(
            *(self.kind, raw.with_columns(**left), self.gives, tally),
            began="ts",
            lasted=self.lasts,
            needs=self.needs,
            spelt=spelt,
        )


_PAIR = {"ts": Raw.SECONDS, "id.orig_h": Raw.NAME, "id.resp_h": Raw.NAME, "id.resp_p": Raw.PORT}
_ENDS = {"src": pl.col("id.orig_h"), "dst": pl.col("id.resp_h"), "dst_port": pl.col("id.resp_p")}


def _lower(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase()


def _named(name: str) -> pl.Expr:
    """A domain name: lower case, without the root's dot."""
    return _lower(name).str.strip_chars_end(".")


def _joined(*names: str) -> pl.Expr:
    joined = pl.concat_str([pl.col(name) for name in names], separator=" ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


_SENT = pl.coalesce(pl.col("is_orig"), pl.lit(True))  # a literal

LOGS: Mapping[str, ZeekLog] = {
    "conn": ZeekLog(
        kind=Kind.FLOW,
        columns={
            **_PAIR,
            "id.orig_p": Raw.PORT,
            "proto": Raw.NAME,
            "service": Raw.NAME,
            "duration": Raw.SECONDS,
            "orig_bytes": Raw.COUNT,
            "resp_bytes": Raw.COUNT,
            "conn_state": Raw.NAME,
            "orig_pkts": Raw.COUNT,
            "orig_ip_bytes": Raw.COUNT,
            "resp_pkts": Raw.COUNT,
            "resp_ip_bytes": Raw.COUNT,
            "vlan": Raw.COUNT,
            "orig_l2_addr": Raw.NAME,
            "resp_l2_addr": Raw.NAME,
        },
        lasts="duration",
        told=ZEEK_TOLD,
        gives={
            "src": pl.col("id.orig_h"),
            "src_port": pl.col("id.orig_p"),
            "dst": pl.col("id.resp_h"),
            "dst_port": pl.col("id.resp_p"),
            "proto": pl.when(pl.col("proto") != "unknown_transport").then(pl.col("proto")),
            "service": pl.col("service"),
            "src_bytes": pl.coalesce("orig_bytes", "orig_ip_bytes"),
            "dst_bytes": pl.coalesce("resp_bytes", "resp_ip_bytes"),
            "src_packets": pl.col("orig_pkts"),
            "dst_packets": pl.col("resp_pkts"),
            "answered": zeek_answered(),
            "state": pl.col("conn_state"),
            "vlan": pl.col("vlan"),
            "src_mac": _lower("orig_l2_addr"),
            "dst_mac": _lower("resp_l2_addr"),
        },
    ),
    "dns": ZeekLog(
        kind=Kind.DNS,
        columns={
            **_PAIR,
            "rtt": Raw.SECONDS,
            "query": Raw.TEXT,
            "qtype_name": Raw.NAME,
            "rcode_name": Raw.NAME,
            "answers": Raw.SET,
        },
        lasts="rtt",
        gives={
            **_ENDS,
            "query": _named("query"),
            "query_type": pl.col("qtype_name").replace("*", "ANY"),  # RFC 1035, 3.2.3
            "code": pl.col("rcode_name"),
            "answers": pl.col("answers"),
        },
    ),
    "http": ZeekLog(
        kind=Kind.HTTP,
        columns={
            **_PAIR,
            "method": Raw.TEXT,
            "host": Raw.TEXT,
            "uri": Raw.TEXT,
            "user_agent": Raw.TEXT,
            "status_code": Raw.COUNT,
            "request_body_len": Raw.COUNT,
            "response_body_len": Raw.COUNT,
        },
        gives={
            **_ENDS,
            "method": pl.col("method"),
            "host": _named("host"),
            "path": pl.col("uri"),
            "user_agent": pl.col("user_agent"),
            "status": pl.col("status_code"),
            "src_bytes": pl.col("request_body_len"),
            "dst_bytes": pl.col("response_body_len"),
        },
    ),
    "ssl": ZeekLog(
        kind=Kind.TLS,
        columns={
            **_PAIR,
            "server_name": Raw.TEXT,
            "version": Raw.NAME,
            "subject": Raw.TEXT,
            "issuer": Raw.TEXT,
            "ja3": Raw.NAME,
            "ja4": Raw.NAME,
        },
        gives={
            **_ENDS,
            "server_name": _named("server_name"),
            **{name: pl.col(name) for name in ("version", "subject", "issuer", "ja3", "ja4")},
        },
    ),
    "smb_files": ZeekLog(
        kind=Kind.SMB,
        columns={
            **_PAIR,
            "action": Raw.NAME,
            "path": Raw.TEXT,
            "name": Raw.TEXT,
            "size": Raw.COUNT,
            "prev_name": Raw.TEXT,
        },
        gives={
            **_ENDS,
            "action": _lower("action").str.replace(r"^smb::(file_)?", ""),
            "share": pl.col("path"),
            "name": pl.col("name"),
            "previous_name": pl.col("prev_name"),
            "size": pl.col("size"),
        },
    ),
    "smb_mapping": ZeekLog(
        kind=Kind.SMB,
        columns={**_PAIR, "path": Raw.TEXT, "share_type": Raw.NAME},
        gives={
            **_ENDS,
            "action": pl.lit("map"),
            "share": pl.col("path"),
            "share_type": _lower("share_type"),
        },
    ),
    "dce_rpc": ZeekLog(
        kind=Kind.RPC,
        columns={**_PAIR, "rtt": Raw.SECONDS, "named_pipe": Raw.TEXT, "endpoint": Raw.NAME, "operation": Raw.NAME},
        lasts="rtt",
        gives={
            **_ENDS,
            "endpoint": pl.col("endpoint"),
            "operation": pl.col("operation"),
            # over TCP, Zeek writes the port there
            "pipe": pl.when(~pl.col("named_pipe").str.contains(r"^\d+$")).then(pl.col("named_pipe")),
        },
    ),
    "ntlm": ZeekLog(
        kind=Kind.LOGON,
        columns={
            **_PAIR,
            "username": Raw.TEXT,
            "hostname": Raw.TEXT,
            "server_nb_computer_name": Raw.TEXT,
            "server_dns_computer_name": Raw.TEXT,
            "success": Raw.FLAG,
            "status": Raw.NAME,
        },
        gives={
            **_ENDS,
            "protocol": pl.lit("ntlm"),
            "user": pl.col("username"),
            "client_name": _lower("hostname"),
            "service": pl.coalesce(_lower("server_dns_computer_name"), _lower("server_nb_computer_name")),
            "success": pl.col("success"),
            "detail": pl.col("status"),
        },
    ),
    "kerberos": ZeekLog(
        kind=Kind.LOGON,
        columns={
            **_PAIR,
            "request_type": Raw.NAME,
            "client": Raw.TEXT,
            "service": Raw.TEXT,
            "success": Raw.FLAG,
            "error_msg": Raw.NAME,
            "cipher": Raw.NAME,
        },
        gives={
            **_ENDS,
            "protocol": pl.lit("kerberos"),
            "user": pl.col("client"),
            "service": pl.col("service"),
            "success": pl.col("success"),
            "detail": _joined("request_type", "error_msg", "cipher"),
        },
    ),
    "rdp": ZeekLog(
        kind=Kind.LOGON,
        columns={**_PAIR, "cookie": Raw.TEXT, "result": Raw.NAME, "client_name": Raw.TEXT},
        gives={
            **_ENDS,
            "protocol": pl.lit("rdp"),
            "client_name": _lower("client_name"),
            "detail": pl.col("cookie"),
        },
    ),
    "ssh": ZeekLog(
        kind=Kind.LOGON,
        columns={**_PAIR, "auth_success": Raw.FLAG, "client": Raw.TEXT},
        gives={
            **_ENDS,
            "protocol": pl.lit("ssh"),
            "success": pl.col("auth_success"),
            "detail": pl.col("client"),
        },
    ),
    "dhcp": ZeekLog(
        kind=Kind.DHCP,
        columns={
            "ts": Raw.SECONDS,
            "duration": Raw.SECONDS,
            "id.orig_h": Raw.NAME,  # before Zeek 2.6
            "id.resp_h": Raw.NAME,
            "assigned_ip": Raw.NAME,
            "client_addr": Raw.NAME,
            "server_addr": Raw.NAME,
            "mac": Raw.NAME,
            "host_name": Raw.TEXT,
            "assigned_addr": Raw.NAME,
            "msg_types": Raw.SET,
        },
        lasts="duration",
        needs=(),
        gives={
            "src": pl.coalesce("client_addr", "id.orig_h"),
            "mac": _lower("mac"),
            "assigned": pl.coalesce("assigned_addr", "assigned_ip"),
            "host_name": _lower("host_name"),
            "server": pl.coalesce("server_addr", "id.resp_h"),
            "message": pl.col("msg_types").list.join(","),
        },
    ),
    "files": ZeekLog(
        kind=Kind.FILE,
        needs=(),  # Zeek names no host for the pieces of a file that it could not put together
        columns={
            "ts": Raw.SECONDS,
            "duration": Raw.SECONDS,
            "id.orig_h": Raw.NAME,  # since Zeek 5.1; before, tx_hosts and rx_hosts
            "id.resp_h": Raw.NAME,
            "is_orig": Raw.FLAG,
            "tx_hosts": Raw.SET,
            "rx_hosts": Raw.SET,
            "source": Raw.NAME,
            "mime_type": Raw.NAME,
            "filename": Raw.TEXT,
            "seen_bytes": Raw.COUNT,
            "total_bytes": Raw.COUNT,
            "md5": Raw.NAME,
            "sha1": Raw.NAME,
            "sha256": Raw.NAME,
        },
        lasts="duration",
        gives={
            "src": pl.coalesce(
                pl.col("tx_hosts").list.first(), pl.when(_SENT).then(pl.col("id.orig_h")).otherwise(pl.col("id.resp_h"))
            ),
            "dst": pl.coalesce(
                pl.col("rx_hosts").list.first(), pl.when(_SENT).then(pl.col("id.resp_h")).otherwise(pl.col("id.orig_h"))
            ),
            "protocol": _lower("source"),
            "mime": _lower("mime_type"),
            "name": pl.col("filename"),
            "size": pl.coalesce("total_bytes", "seen_bytes"),
            **{name: _lower(name) for name in ("md5", "sha1", "sha256")},
        },
    ),
    "notice": ZeekLog(
        kind=Kind.NOTICE,
        columns={**_PAIR, "note": Raw.NAME, "msg": Raw.TEXT, "src": Raw.NAME, "dst": Raw.NAME, "p": Raw.PORT},
        needs=("name",),
        gives={
            "src": pl.coalesce("id.orig_h", "src"),
            "dst": pl.coalesce("id.resp_h", "dst"),
            "dst_port": pl.coalesce("id.resp_p", "p"),
            "tool": pl.lit("zeek-notice"),
            "name": pl.col("note"),
            "message": pl.col("msg"),
        },
    ),
    "weird": ZeekLog(
        kind=Kind.NOTICE,
        columns={**_PAIR, "name": Raw.TEXT, "addl": Raw.TEXT},
        needs=("name",),
        gives={**_ENDS, "tool": pl.lit("zeek-weird"), "name": pl.col("name"), "message": pl.col("addl")},
    ),
}
"""By stream name. A log that is not here is recognised, and its records counted as unused."""
