"""What records name beside machines: sites, fingerprints, files, accounts, host names."""

from collections.abc import Mapping

import polars as pl

from cloison.model.observations import Batch, Kind

LONGEST = 512
"""Letters of a name that are kept: a log may hold one of 60 kB."""

NAME_SCHEMA: Mapping[str, pl.DataType] = {
    "sort": pl.String(),  # site, ja3, ja4, agent, file, hash, user, host
    "name": pl.String(),  # lower case
    "src": pl.String(),
    "dst": pl.String(),
}

NAMED: Mapping[Kind, Mapping[str, str]] = {
    Kind.DNS: {"query": "site"},
    Kind.HTTP: {"host": "site", "user_agent": "agent"},
    Kind.TLS: {"server_name": "site", "ja3": "ja3", "ja4": "ja4"},
    Kind.FILE: {"name": "file", "md5": "hash", "sha1": "hash", "sha256": "hash"},
    Kind.LOGON: {"user": "user", "actor": "user", "client_name": "host"},
    Kind.DHCP: {"host_name": "host"},
}
"""For each kind, the columns that hold names, and their sort."""


def names_in(batch: Batch) -> pl.DataFrame:
    """Roll up what a batch names: columns hour, those of `NAME_SCHEMA`, records, first, last.

    The address of a machine that asks for one (DHCP) is the one that it is given.
    """
    parts = []
    for kind, columns in NAMED.items():
        if kind not in batch:
            continue
        rows = batch[kind]
        none = pl.lit(None, pl.String())
        src = pl.coalesce(column for column in ("assigned", "src") if column in rows.columns) if "src" in rows else none
        dst = pl.col("dst") if "dst" in rows.columns else none
        for column, sort in columns.items():
            named = rows.lazy().filter(pl.col(column).is_not_null() & pl.col("seen_at").is_not_null())
            parts.append(
                named.group_by(
                    hour=pl.col("seen_at").dt.truncate("1h"),
                    sort=pl.lit(sort),
                    name=pl.col(column).str.slice(0, LONGEST).str.to_lowercase(),
                    src=src,
                    dst=dst,
                ).agg(records=pl.len().cast(pl.UInt64()), first=pl.col("ts").min(), last=pl.col("seen_at").max())
            )
    if Kind.EVENT in batch:
        parts.append(_hashes(batch[Kind.EVENT]))
    if not parts:
        return pl.DataFrame(schema={"hour": pl.Datetime("us", "UTC"), **NAME_SCHEMA})
    return pl.concat(pl.collect_all(parts))


def _hashes(events: pl.DataFrame) -> pl.LazyFrame:
    """Give the fingerprints of programs that Sysmon writes as `Hashes`: "MD5=...,SHA256=..."."""
    found = (
        events.lazy()
        .filter(pl.col("data").str.contains('"Hashes"', literal=True) & pl.col("seen_at").is_not_null())
        .with_columns(name=pl.col("data").str.extract_all(r"(?i)(?:md5|sha1|sha256)=[0-9a-f]{32,64}"))
        .explode("name")
        .drop_nulls("name")
        .with_columns(name=pl.col("name").str.extract(r"=(.*)").str.to_lowercase())
    )
    return found.group_by(
        hour=pl.col("seen_at").dt.truncate("1h"),
        sort=pl.lit("hash"),
        name="name",
        src=pl.col("computer"),
        dst=pl.lit(None, pl.String()),
    ).agg(records=pl.len().cast(pl.UInt64()), first=pl.col("ts").min(), last=pl.col("seen_at").max())
