"""What Cloison takes from each of Suricata's events (Suricata user guide, "EVE JSON Output" and "Format")."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cloison.ingest.answered import state_of, suricata_answered
from cloison.ingest.rpc_names import INTERFACES, OPERATIONS
from cloison.model.observations import Kind

_TEXT = pl.String()
_WHOLE = pl.Int64()
_TEXTS = pl.List(pl.String())

SCHEMA: Mapping[str, pl.DataType] = {
    "timestamp": _TEXT,
    "event_type": _TEXT,
    "src_ip": _TEXT,
    "src_port": _WHOLE,
    "dest_ip": _TEXT,
    "dest_port": _WHOLE,
    "proto": _TEXT,
    "app_proto": _TEXT,
    "icmp_type": _WHOLE,
    "icmp_code": _WHOLE,
    "vlan": pl.List(_WHOLE),
    "ether": pl.Struct({"src_mac": _TEXT, "dest_mac": _TEXT, "src_macs": _TEXTS, "dest_macs": _TEXTS}),
    "flow": pl.Struct(
        {
            "pkts_toserver": _WHOLE,
            "pkts_toclient": _WHOLE,
            "bytes_toserver": _WHOLE,
            "bytes_toclient": _WHOLE,
            "start": _TEXT,
            "end": _TEXT,
            "state": _TEXT,
        }
    ),
    "netflow": pl.Struct({"pkts": _WHOLE, "bytes": _WHOLE, "start": _TEXT, "end": _TEXT}),
    "tcp": pl.Struct({"tcp_flags_ts": _TEXT, "tcp_flags_tc": _TEXT}),
    "dns": pl.Struct(
        {
            "type": _TEXT,
            "rrname": _TEXT,
            "rrtype": _TEXT,
            "rcode": _TEXT,
            "rdata": _TEXT,
            "queries": pl.List(pl.Struct({"rrname": _TEXT, "rrtype": _TEXT})),
            "answers": pl.List(pl.Struct({"rdata": _TEXT})),
        }
    ),
    "http": pl.Struct(
        {
            "hostname": _TEXT,
            "url": _TEXT,
            "http_user_agent": _TEXT,
            "http_method": _TEXT,
            "status": _WHOLE,
            "length": _WHOLE,
        }
    ),
    "tls": pl.Struct(
        {
            "subject": _TEXT,
            "issuerdn": _TEXT,
            "sni": _TEXT,
            "version": _TEXT,
            "ja3": pl.Struct({"hash": _TEXT}),
            "ja4": _TEXT,
        }
    ),
    "smb": pl.Struct(
        {
            "command": _TEXT,
            "filename": _TEXT,
            "share": _TEXT,
            "share_type": _TEXT,
            "size": _WHOLE,
            "named_pipe": _TEXT,
            "rename": pl.Struct({"from": _TEXT, "to": _TEXT}),
        }
    ),
    "dcerpc": pl.Struct(
        {
            "request": _TEXT,
            "req": pl.Struct({"opnum": _WHOLE}),
            "interfaces": pl.List(pl.Struct({"uuid": _TEXT})),
        }
    ),
    "krb5": pl.Struct({"msg_type": _TEXT, "cname": _TEXT, "realm": _TEXT, "sname": _TEXT, "error_code": _TEXT}),
    "rdp": pl.Struct({"event_type": _TEXT, "cookie": _TEXT, "client": pl.Struct({"client_name": _TEXT})}),
    "ssh": pl.Struct({"client": pl.Struct({"software_version": _TEXT})}),
    "dhcp": pl.Struct(
        {
            "client_mac": _TEXT,
            "client_ip": _TEXT,
            "assigned_ip": _TEXT,
            "hostname": _TEXT,
            "dhcp_type": _TEXT,
            "type": _TEXT,
        }
    ),
    "fileinfo": pl.Struct(
        {"filename": _TEXT, "mimetype": _TEXT, "size": _WHOLE, "md5": _TEXT, "sha1": _TEXT, "sha256": _TEXT}
    ),
    "alert": pl.Struct(
        {
            "action": _TEXT,
            "signature_id": _WHOLE,
            "signature": _TEXT,
            "category": _TEXT,
            "severity": _WHOLE,
            "metadata": pl.Struct({"mitre_technique_id": pl.List(_TEXT)}),
        }
    ),
}
"""Keys that are read; whole numbers as Int64, the one integer of Polars' reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EveEvent:
    """One type of event.

    Attributes:
        kind: what it becomes.
        gives: the kind's columns, from `SCHEMA`.
        began: text of when it began, where "timestamp" is something else.
        ended: text of when it ended, if it lasts.
        needs: columns of the kind without which it means nothing.
    """

    kind: Kind
    gives: Mapping[str, pl.Expr]
    began: pl.Expr | None = None
    ended: pl.Expr | None = None
    needs: tuple[str, ...] = ("src", "dst")


def _in(outer: str, *inner: str) -> pl.Expr:
    expression = pl.col(outer)
    for name in inner:
        expression = expression.struct.field(name)
    return expression


def _lower(expression: pl.Expr) -> pl.Expr:
    return expression.str.to_lowercase()


def _joined(*parts: pl.Expr, separator: str) -> pl.Expr:
    joined = pl.concat_str(parts, separator=separator, ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _given(address: pl.Expr) -> pl.Expr:
    """DHCP writes 0.0.0.0 for no address (RFC 2131, 2)."""
    return pl.when(address != "0.0.0.0").then(address)  # noqa: S104  # compared, not bound  # compared, not bound


_ENDS = {"src": pl.col("src_ip"), "dst": pl.col("dest_ip"), "dst_port": pl.col("dest_port")}

_SERVED = (pl.col("src_port") == 53) & (pl.col("dest_port") != 53)  # noqa: PLR2004  # DNS  # DNS
"""An answer written in the direction of its packet (EVE before version 2)."""

_PROTOCOLS = {"ipv6-icmp": "icmp", "igmp": "2", "gre": "47", "esp": "50", "ah": "51", "sctp": "132"}
"""IANA's numbers, but for those that the tables name."""

_SERVICES = {"tls": "ssl", "dcerpc": "dce_rpc", "krb5": "krb", "failed": None, "unknown": None}
"""To Zeek's names."""

_PROTOCOL = _lower(pl.col("proto")).replace(_PROTOCOLS)
_HAS_PORTS = _PROTOCOL.is_in(["tcp", "udp", "132"])

_PLACE = {
    "src": pl.col("src_ip"),
    "src_port": pl.when(_HAS_PORTS).then("src_port").when(_PROTOCOL == "icmp").then("icmp_type"),
    "dst": pl.col("dest_ip"),
    "dst_port": pl.when(_HAS_PORTS).then("dest_port").when(_PROTOCOL == "icmp").then("icmp_code"),
    "proto": _PROTOCOL,
    "service": _lower(pl.col("app_proto")).replace(_SERVICES),
    "vlan": pl.col("vlan").list.first(),
    "src_mac": _lower(pl.coalesce(_in("ether", "src_mac"), _in("ether", "src_macs").list.first())),
    "dst_mac": _lower(pl.coalesce(_in("ether", "dest_mac"), _in("ether", "dest_macs").list.first())),
}

_UUID = _lower(_in("dcerpc", "interfaces").list.first().struct.field("uuid"))
_INTERFACE = pl.coalesce(_UUID.replace_strict(INTERFACES, default=None, return_dtype=pl.String), _UUID)
_OPNUM = pl.concat_str(_INTERFACE, _in("dcerpc", "req", "opnum").cast(pl.String), separator=" ")

_KRB_TYPE = _in("krb5", "msg_type")

EVENTS: Mapping[str, EveEvent] = {
    "flow": EveEvent(
        kind=Kind.FLOW,
        began=_in("flow", "start"),
        ended=_in("flow", "end"),
        gives={
            **_PLACE,
            "src_bytes": _in("flow", "bytes_toserver"),
            "dst_bytes": _in("flow", "bytes_toclient"),
            "src_packets": _in("flow", "pkts_toserver"),
            "dst_packets": _in("flow", "pkts_toclient"),
            "answered": suricata_answered(_PROTOCOL),
            "state": state_of(_PROTOCOL, _in("tcp", "tcp_flags_ts").str.to_integer(base=16, strict=False)),
        },
    ),
    "netflow": EveEvent(  # one direction only: whether it was answered is in another record
        kind=Kind.FLOW,
        began=_in("netflow", "start"),
        ended=_in("netflow", "end"),
        gives={**_PLACE, "src_bytes": _in("netflow", "bytes"), "src_packets": _in("netflow", "pkts")},
    ),
    "dns": EveEvent(
        kind=Kind.DNS,
        gives={
            "src": pl.when(_SERVED).then(pl.col("dest_ip")).otherwise(pl.col("src_ip")),
            "dst": pl.when(_SERVED).then(pl.col("src_ip")).otherwise(pl.col("dest_ip")),
            "dst_port": pl.when(_SERVED).then(pl.col("src_port")).otherwise(pl.col("dest_port")),
            "query": _lower(
                pl.coalesce(_in("dns", "rrname"), _in("dns", "queries").list.first().struct.field("rrname"))
            ).str.strip_chars_end("."),
            "query_type": pl.coalesce(_in("dns", "rrtype"), _in("dns", "queries").list.first().struct.field("rrtype")),
            "code": pl.when(_in("dns", "type").is_in(["answer", "response"])).then(_in("dns", "rcode")),
            "answers": pl.coalesce(
                _in("dns", "answers").list.eval(pl.element().struct.field("rdata")),
                pl.when(_in("dns", "rdata").is_not_null()).then(pl.concat_list(_in("dns", "rdata"))),
            ),
        },
    ),
    "http": EveEvent(
        kind=Kind.HTTP,
        gives={
            **_ENDS,
            "method": _in("http", "http_method"),
            "host": _lower(_in("http", "hostname")).str.strip_chars_end("."),
            "path": _in("http", "url"),
            "user_agent": _in("http", "http_user_agent"),
            "status": _in("http", "status"),
            "dst_bytes": _in("http", "length"),
        },
    ),
    "tls": EveEvent(
        kind=Kind.TLS,
        gives={
            **_ENDS,
            "server_name": _lower(_in("tls", "sni")).str.strip_chars_end("."),
            "version": _in("tls", "version").str.replace(r"^TLS (\d)\.(\d)$", "TLSv$1$2").replace("TLSv1", "TLSv10"),
            "subject": _in("tls", "subject"),
            "issuer": _in("tls", "issuerdn"),
            "ja3": _in("tls", "ja3", "hash"),
            "ja4": _in("tls", "ja4"),
        },
    ),
    "smb": EveEvent(
        kind=Kind.SMB,
        gives={
            **_ENDS,
            "action": pl.when(_in("smb", "rename", "to").is_not_null())
            .then(pl.lit("rename"))
            .otherwise(
                _lower(_in("smb", "command"))
                .str.replace(r"^smb[12]_command_", "")
                .replace(
                    {"create": "open", "tree_connect": "map", "nt_create_andx": "open", "tree_connect_andx": "map"}
                )
            ),
            "share": _in("smb", "share"),
            "name": pl.coalesce(_in("smb", "rename", "to"), _in("smb", "filename"), _in("smb", "named_pipe")),
            "previous_name": _in("smb", "rename", "from"),
            "share_type": _lower(_in("smb", "share_type")).replace("file", "disk"),
            "size": _in("smb", "size"),
        },
    ),
    "dcerpc": EveEvent(
        kind=Kind.RPC,
        gives={
            **_ENDS,
            "endpoint": _INTERFACE,
            "operation": pl.coalesce(
                _OPNUM.replace_strict(OPERATIONS, default=None, return_dtype=pl.String),
                pl.format("opnum {}", _in("dcerpc", "req", "opnum")),
                _lower(_in("dcerpc", "request")),
            ),
        },
    ),
    "krb5": EveEvent(
        kind=Kind.LOGON,
        gives={
            **_ENDS,
            "protocol": pl.lit("kerberos"),
            "user": _joined(_in("krb5", "cname"), _in("krb5", "realm"), separator="/"),
            "service": _in("krb5", "sname"),
            "success": pl.when(_KRB_TYPE.str.ends_with("_REP"))
            .then(statement=True)
            .when(_KRB_TYPE == "KRB_ERROR")
            .then(statement=False),
            "detail": _joined(_KRB_TYPE.str.extract(r"^KRB_(AS|TGS|AP)_"), _in("krb5", "error_code"), separator=" "),
        },
    ),
    "rdp": EveEvent(
        kind=Kind.LOGON,
        gives={
            **_ENDS,
            "protocol": pl.lit("rdp"),
            "client_name": _lower(_in("rdp", "client", "client_name")),
            "detail": _in("rdp", "cookie"),
        },
    ),
    "ssh": EveEvent(
        kind=Kind.LOGON,
        gives={**_ENDS, "protocol": pl.lit("ssh"), "detail": _in("ssh", "client", "software_version")},
    ),
    "dhcp": EveEvent(
        kind=Kind.DHCP,
        needs=(),
        gives={
            "src": _given(_in("dhcp", "client_ip")),
            "mac": _lower(_in("dhcp", "client_mac")),
            "assigned": _given(_in("dhcp", "assigned_ip")),
            "host_name": _lower(_in("dhcp", "hostname")),
            "server": pl.when(_in("dhcp", "type") == "reply").then(pl.col("src_ip")),
            "message": _in("dhcp", "dhcp_type").str.to_uppercase(),
        },
    ),
    "fileinfo": EveEvent(
        kind=Kind.FILE,
        gives={
            "src": pl.col("src_ip"),
            "dst": pl.col("dest_ip"),
            "protocol": _lower(pl.col("app_proto")),
            "mime": _lower(_in("fileinfo", "mimetype")),
            "name": _in("fileinfo", "filename"),
            "size": _in("fileinfo", "size"),
            **{name: _lower(_in("fileinfo", name)) for name in ("md5", "sha1", "sha256")},
        },
    ),
    "alert": EveEvent(
        kind=Kind.NOTICE,
        needs=("name",),
        gives={
            **_ENDS,
            "tool": pl.lit("suricata"),
            "name": _in("alert", "signature"),
            "message": _in("alert", "action"),
            "severity": _in("alert", "severity").clip(1, 3),
            "category": _in("alert", "category"),
            "technique": _in("alert", "metadata").struct.field("mitre_technique_id").list.first(),
        },
    ),
}
"""By `event_type`. Others (stats, anomaly, drop...) are well-formed and unused."""
