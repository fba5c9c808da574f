"""What the readers give: tables of observations, one schema a kind.

Every table has the columns of `COMMON` first:

- `ts`: when it began (UTC, microseconds);
- `seen_at`: when a sensor could first have told, `ts` + duration: a connection's outcome is known at its
  end. Tables are ordered by `seen_at`, then `origin`, then `record`, and the detectors' clock is `seen_at`;
- `origin`: index of the file in the reading's sources;
- `record`: 1-based place in that file: the line in text, the flow, packet or datagram elsewhere.

Addresses are canonical text ("10.0.0.1", "fd2d::1"), names are lower case where the protocol says so,
absent values are null and never "-" or "".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import polars as pl

Batch: TypeAlias = Mapping["Kind", pl.DataFrame]
"""Tables of one stretch of time, one per kind present. Batches follow each other in `seen_at` order."""


class Kind(StrEnum):
    """Kinds of observation."""

    FLOW = "flow"
    DNS = "dns"
    HTTP = "http"
    TLS = "tls"
    SMB = "smb"
    RPC = "rpc"
    LOGON = "logon"
    DHCP = "dhcp"
    FILE = "file"
    NOTICE = "notice"
    EVENT = "event"
    ARP = "arp"
    DICOM = "dicom"
    HL7 = "hl7"


TIME = pl.Datetime("us", "UTC")

COMMON: Mapping[str, pl.DataType] = {
    "ts": TIME,
    "seen_at": TIME,
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
}

_ENDS: Mapping[str, pl.DataType] = {"src": pl.String(), "dst": pl.String(), "dst_port": pl.UInt16()}

SCHEMAS: Mapping[Kind, Mapping[str, pl.DataType]] = {
    # src opened towards dst. `answered`: True the other side took the connection (or replied), False it
    # refused or stayed silent, null cannot be told. `state`: Zeek's conn_state where the log has one; "odd" where
    # another log tells that `src` sent TCP flags that no TCP sends. Ports of ICMP: its type and its code.
    # `src_bytes`, `dst_bytes`: payload where known, else octets on the wire, sent by each side.
    Kind.FLOW: {
        **COMMON,
        "src": pl.String(),
        "src_port": pl.UInt16(),
        "dst": pl.String(),
        "dst_port": pl.UInt16(),
        "proto": pl.String(),  # tcp udp icmp, else the IANA number as text
        "service": pl.String(),  # application protocol, Zeek's names: dns http ssl smb dce_rpc...
        "src_bytes": pl.UInt64(),
        "dst_bytes": pl.UInt64(),
        "src_packets": pl.UInt64(),
        "dst_packets": pl.UInt64(),
        "answered": pl.Boolean(),
        "state": pl.String(),
        "vlan": pl.UInt16(),
        "src_mac": pl.String(),
        "dst_mac": pl.String(),
    },
    Kind.DNS: {
        **COMMON,
        **_ENDS,
        "query": pl.String(),
        "query_type": pl.String(),  # A AAAA PTR TXT...
        "code": pl.String(),  # NOERROR NXDOMAIN...
        "answers": pl.List(pl.String()),
    },
    Kind.HTTP: {
        **COMMON,
        **_ENDS,
        "method": pl.String(),
        "host": pl.String(),
        "path": pl.String(),
        "user_agent": pl.String(),
        "status": pl.UInt16(),
        "src_bytes": pl.UInt64(),
        "dst_bytes": pl.UInt64(),
    },
    Kind.TLS: {
        **COMMON,
        **_ENDS,
        "server_name": pl.String(),
        "version": pl.String(),
        "subject": pl.String(),
        "issuer": pl.String(),
        "ja3": pl.String(),
        "ja4": pl.String(),
    },
    Kind.SMB: {
        **COMMON,
        **_ENDS,
        "action": pl.String(),  # open read write rename delete map, else lower-case as logged
        "share": pl.String(),
        "name": pl.String(),
        "previous_name": pl.String(),
        "share_type": pl.String(),  # disk pipe print
        "size": pl.UInt64(),
    },
    Kind.RPC: {
        **COMMON,
        **_ENDS,
        "endpoint": pl.String(),  # svcctl, drsuapi, IWbemServices..., and "ldap"
        "operation": pl.String(),  # of LDAP, "modify" and the attribute
        "pipe": pl.String(),
    },
    Kind.LOGON: {
        **COMMON,
        **_ENDS,
        "protocol": pl.String(),  # kerberos ntlm ssh rdp smb ldap ftp telnet http
        "user": pl.String(),
        "actor": pl.String(),  # the account that asked for it, when it is another than `user`
        "session": pl.String(),  # interactive network batch service remote-interactive new-credentials... or null
        "client_name": pl.String(),
        "service": pl.String(),  # Kerberos service, NTLM server name
        "success": pl.Boolean(),
        "detail": pl.String(),  # request type, error, cookie
    },
    Kind.DHCP: {
        **COMMON,
        "src": pl.String(),  # the client's address before, if any
        "mac": pl.String(),
        "assigned": pl.String(),
        "host_name": pl.String(),
        "server": pl.String(),
        "message": pl.String(),
    },
    Kind.FILE: {
        **COMMON,
        "src": pl.String(),  # who sent the file
        "dst": pl.String(),
        "protocol": pl.String(),
        "mime": pl.String(),
        "name": pl.String(),
        "size": pl.UInt64(),
        "md5": pl.String(),
        "sha1": pl.String(),
        "sha256": pl.String(),
    },
    # What another tool says: never trusted as much as an observation.
    Kind.NOTICE: {
        **COMMON,
        **_ENDS,
        "tool": pl.String(),  # zeek-notice zeek-weird suricata
        "name": pl.String(),
        "message": pl.String(),
        "severity": pl.UInt8(),  # 1 worst to 3, null when the tool gives none
        "category": pl.String(),
        "technique": pl.String(),  # ATT&CK id, where the tool tells it
    },
    # One event of a host's own log. A reader gives it beside what it also means: a logon event is an EVENT and
    # a LOGON of the same origin and record.
    Kind.EVENT: {
        **COMMON,
        "computer": pl.String(),  # as logged
        "channel": pl.String(),  # Security, Microsoft-Windows-Sysmon/Operational...
        "provider": pl.String(),
        "event_id": pl.UInt32(),
        "data": pl.String(),  # one flat JSON object: field name as logged -> text
    },
    # `src` (at `src_mac`) says that it has its address, or asks who has `dst`.
    Kind.ARP: {
        **COMMON,
        "src": pl.String(),
        "dst": pl.String(),
        "src_mac": pl.String(),
        "dst_mac": pl.String(),
        "operation": pl.String(),  # request reply
    },
    Kind.DICOM: {
        **COMMON,
        **_ENDS,
        "calling": pl.String(),  # application entity titles
        "called": pl.String(),
        "operation": pl.String(),  # associate reject abort c-echo c-store c-find c-move c-get n-action...
        "status": pl.String(),  # hexadecimal, "0000" success
    },
    Kind.HL7: {
        **COMMON,
        **_ENDS,
        "sending": pl.String(),  # MSH-3 and MSH-4, "application|facility"
        "receiving": pl.String(),  # MSH-5 and MSH-6
        "message": pl.String(),  # ORU^R01, ADT^A01, ACK...
        "status": pl.String(),  # acknowledgement code MSA-1, null in other messages
    },
}


def empty(kind: Kind) -> pl.DataFrame:
    """Give a table of a kind with no row."""
    return pl.DataFrame(schema=SCHEMAS[kind])


def conform(kind: Kind, frame: pl.DataFrame) -> pl.DataFrame:
    """Give a table every column of its kind, in order, with the declared types; absent ones are null.

    Raises:
        polars.exceptions.InvalidOperationError: a value does not fit its column's type.
    """
    return frame.select(
        (pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name))
        for name, dtype in SCHEMAS[kind].items()
    )
