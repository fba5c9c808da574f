"""What each machine serves and uses, from the exchanges that were answered."""

from dataclasses import dataclass, field

import polars as pl

from cloison.chart.census import Census
from cloison.chart.services import FAMILIES, family_of

SWEEP = 10
"""A machine that opens an administrative service on this many others sweeps: supervision, a scanner, an intruder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A machine's part in one family of services, as server or as client.

    Attributes:
        peers: distinct machines on the other side; sweepers are not counted as clients.
        records: exchanges.
        sent: payload bytes that this machine sent.
        received: payload bytes that it got.
        origin: file of the earliest record, and `record` its place there.
    """

    peers: int
    records: int
    sent: int
    received: int
    origin: int
    record: int


@dataclass(slots=True)
class Profile:
    """What one address does.

    Attributes:
        serves: family -> its part as server.
        uses: family -> its part as client.
        traits: trait -> (records, origin, record).
    """

    serves: dict[str, Use] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)
    traits: dict[str, tuple[int, int, int]] = field(default_factory=dict)


def profiles(census: Census, own: frozenset[str]) -> dict[str, Profile]:
    """Gather what each of the hospital's own addresses serves and uses.

    Args:
        census: the traffic.
        own: addresses to describe.
    """
    edges = _with_family(census.edges().filter(pl.col("answered")))
    swept = [family.name for family in FAMILIES if family.swept]
    fan_out = edges.filter(pl.col("family").is_in(swept)).group_by("src", "family").agg(pl.col("dst").n_unique())
    sweepers = fan_out.filter(pl.col("dst") >= SWEEP).select("src", "family", pl.lit(value=True).alias("sweeps"))
    edges = edges.join(sweepers, on=["src", "family"], how="left", maintain_order="left")
    gathered: dict[str, Profile] = {}
    as_client = edges.rename({"src": "me", "dst": "peer"})
    as_server = edges.rename({"dst": "me", "src": "peer", "sent": "received", "received": "sent"})
    served = _uses(as_server, counted=pl.col("sweeps").is_null())
    used = _uses(as_client, counted=pl.lit(value=True))
    for me, family, *rest in served:
        if me in own:
            gathered.setdefault(me, Profile()).serves[family] = _use(rest)
    for me, family, *rest in used:
        if me in own:
            gathered.setdefault(me, Profile()).uses[family] = _use(rest)
    columns = ("address", "trait", "records", "origin", "record")
    for address, trait, *told in census.traits().select(columns).iter_rows():
        if address in own:
            gathered.setdefault(address, Profile()).traits[trait] = (told[0], told[1], told[2])
    return gathered


def _with_family(edges: pl.DataFrame) -> pl.DataFrame:
    key = ["proto", "dst_port", "service"]
    distinct = edges.select(key).unique()
    named = distinct.with_columns(
        pl.Series("family", [family_of(*row) for row in distinct.iter_rows()], dtype=pl.String)
    ).drop_nulls("family")
    return edges.join(named, on=key, how="inner", nulls_equal=True, maintain_order="left")


def _uses(edges: pl.DataFrame, *, counted: pl.Expr) -> list[tuple[str, str, int, int, int, int, int, int]]:
    totals = edges.group_by("me", "family").agg(
        pl.col("peer").filter(counted).n_unique().alias("peers"),
        pl.col("records", "sent", "received").sum(),
        pl.col("origin", "record").first(),
    )
    return totals.sort("me", "family").rows()


def _use(row: list[int]) -> Use:
    peers, records, sent, received, origin, record = row
    return Use(peers=peers, records=records, sent=sent, received=received, origin=origin, record=record)
