"""Names of the DNS: what is registered, and what a client put before it."""

import polars as pl

_SECOND_LEVEL = "ac|asso|co|com|ed|edu|firm|gob|gouv|gov|gv|ltd|mil|mod|ne|net|nhs|nom|or|org|plc|presse|sch|tm"
"""Words under which two-letter registries delegate (co.uk, gouv.fr, com.br): a rule, not the public suffix list."""

_REGISTERED = rf"([^.]+\.(?:{_SECOND_LEVEL})\.[a-z]{{2}}|[^.]+\.(?:[a-z]{{2,24}}|xn--[a-z0-9-]+))$"
"""A registered domain: two labels, three under such a word. The last label of a name that can exist is of letters."""

_LOOKUPS = (
    r"(?:\.arpa|\.local|\.localdomain)\.?$"
    r"|(?:^|\.)_(?:tcp|udp|tls|sites|msdcs|domainkey|dmarc|adsp|spf|mta-sts|smtp|report|acme-challenge)\."
)
"""Addresses turned into names, names of the place, and services looked for (RFC 2782, 6763)."""


def asked(rows: pl.DataFrame) -> pl.LazyFrame:
    """Keep what a host inside asks of a name server, not of its neighbours (mDNS, LLMNR), lookups left out.

    Returns:
        The rows with domain (the registered domain; "" when the name ends in nothing that is registered) and
        front (what stands before it, dots included; the whole name when the domain is "").
    """
    port = pl.col("dst_port")
    domain = pl.coalesce(pl.col("query").str.extract(_REGISTERED, 1), pl.lit(""))
    return (
        rows.lazy()
        .filter(pl.col("src_inside") & (port.is_null() | (port == 53)))  # noqa: PLR2004  # domain, IANA
        .filter(pl.col("query").str.contains(".", literal=True) & ~pl.col("query").str.contains(_LOOKUPS))
        .with_columns(pl.col("query").str.strip_chars_end("."))
        .with_columns(domain=domain)
        .with_columns(
            front=pl.col("query").str.head(pl.col("query").str.len_chars() - pl.col("domain").str.len_chars())
        )
    )
