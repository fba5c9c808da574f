"""What logs other than connections tell of a machine: its names, and telling acts.

One table, read by `census`: the kind of log, which column holds the address, what is told of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cloison.model.observations import Kind

_IS_ADDRESS = r"^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)$"
_MAX_NAME = 253  # RFC 1035: the longest name; longer is no name


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A telling act.

    Attributes:
        name: its id, read by `roles`.
        kind: the table that shows it.
        who: the column of the machine that it tells about.
        when: the rows that show it.
    """

    name: str
    kind: Kind
    who: str
    when: pl.Expr


def _share(pattern: str) -> pl.Expr:
    return pl.col("share").str.to_lowercase().str.contains(pattern)


TRAITS: tuple[Trait, ...] = (
    # MS-ADTS: a domain controller shares SYSVOL and NETLOGON, and nobody else does.
    Trait(name="sysvol", kind=Kind.SMB, who="dst", when=_share(r"\\(sysvol|netlogon)$")),
    Trait(
        name="disk-share",
        kind=Kind.SMB,
        who="dst",
        when=(pl.col("share_type") == "disk") & ~_share(r"\$$|\\sysvol$|\\netlogon$"),
    ),
    Trait(name="print-share", kind=Kind.SMB, who="dst", when=pl.col("share_type") == "print"),
    # MS-DRSR replication, MS-NRPC secure channel: spoken to domain controllers.
    Trait(name="directory-rpc", kind=Kind.RPC, who="dst", when=pl.col("endpoint").is_in(["drsuapi", "netlogon"])),
    Trait(name="print-rpc", kind=Kind.RPC, who="dst", when=pl.col("endpoint").is_in(["spoolss", "winspool"])),
    Trait(name="kdc", kind=Kind.LOGON, who="dst", when=(pl.col("protocol") == "kerberos") & (pl.col("dst_port") == 88)),  # noqa: PLR2004 RFC 4120
    Trait(name="browser", kind=Kind.HTTP, who="src", when=pl.col("user_agent").str.starts_with("Mozilla/")),
    # DICOMweb (PS3.18), IHE WADO.
    Trait(
        name="dicomweb",
        kind=Kind.HTTP,
        who="dst",
        when=pl.col("path").str.contains(r"(?i)/(dicom-?web|wado|wado-rs|qido-rs)\b"),
    ),
    Trait(name="dicom-file", kind=Kind.FILE, who="src", when=pl.col("mime") == "application/dicom"),
    Trait(name="dhcp-server", kind=Kind.DHCP, who="server", when=pl.col("server").is_not_null()),
    Trait(name="dhcp-client", kind=Kind.DHCP, who="assigned", when=pl.col("assigned").is_not_null()),
)

NAMINGS: tuple[str, ...] = ("dhcp", "ptr", "dns", "logon", "tls", "http")
"""Where a name comes from, the most trustworthy first: the machine's own name before the site it serves."""


def telling(kind: Kind, frame: pl.DataFrame) -> list[pl.LazyFrame]:
    """Give rows (address, trait, records = 1, seen_at, origin, record) that a table shows."""
    return [
        frame.lazy()
        .filter(trait.when & pl.col(trait.who).is_not_null())
        .select(
            pl.col(trait.who).alias("address"), pl.lit(trait.name).alias("trait"), _ONE, "seen_at", "origin", "record"
        )
        for trait in TRAITS
        if trait.kind is kind
    ]


_ONE = pl.lit(1, dtype=pl.UInt64).alias("records")


def namings(kind: Kind, frame: pl.DataFrame) -> list[pl.LazyFrame]:
    """Give rows (address, name, how, records = 1, seen_at, origin, record) that a table shows."""
    rows = frame.lazy()
    if kind is Kind.DNS:
        asked = rows.filter(pl.col("query").is_not_null() & pl.col("answers").list.len().gt(0))
        forward = asked.filter(pl.col("query_type").is_in(["A", "AAAA"])).explode("answers")
        backward = asked.filter(pl.col("query_type") == "PTR").with_columns(_reversed_address().alias("about"))
        return [
            _named(forward, address="answers", name="query", how="dns"),
            _named(backward.explode("answers"), address="about", name="answers", how="ptr"),
        ]
    columns: Mapping[Kind, tuple[str, str, str]] = {
        Kind.DHCP: ("assigned", "host_name", "dhcp"),
        Kind.LOGON: ("src", "client_name", "logon"),
        Kind.TLS: ("dst", "server_name", "tls"),
        Kind.HTTP: ("dst", "host", "http"),
    }
    if kind not in columns:
        return []
    address, name, how = columns[kind]
    return [_named(rows, address=address, name=name, how=how)]


def _named(rows: pl.LazyFrame, *, address: str, name: str, how: str) -> pl.LazyFrame:
    shown = pl.col(name).str.to_lowercase().str.strip_chars(". ")
    return (
        rows.select(
            pl.col(address).alias("address"),
            shown.str.replace(r":\d+$", "").alias("name"),
            pl.lit(how).alias("how"),
            _ONE,
            "seen_at",
            "origin",
            "record",
        )
        .filter(pl.col("address").str.contains(_IS_ADDRESS))
        .filter(pl.col("name").str.len_bytes().is_between(1, _MAX_NAME) & ~pl.col("name").str.contains(_IS_ADDRESS))
    )


def _reversed_address() -> pl.Expr:
    """RFC 1035 section 3.5: 4.3.2.1.in-addr.arpa is 1.2.3.4. IPv6 names are left: nobody names hosts by them."""
    octets = pl.col("query").str.to_lowercase().str.strip_suffix(".in-addr.arpa").str.split(".")
    is_v4 = pl.col("query").str.to_lowercase().str.contains(r"^\d{1,3}(\.\d{1,3}){3}\.in-addr\.arpa$")
    return pl.when(is_v4).then(octets.list.reverse().list.join("."))
