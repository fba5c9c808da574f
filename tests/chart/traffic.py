"""Small traffic, made by hand: who opened what to whom."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from cloison.chart.census import Census, start
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.observations import Batch, Kind, conform

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Talk:
    src: str
    dst: str
    service: str = "tcp/445"
    app: str | None = None
    at: float = 0.0
    times: int = 1
    answered: bool | None = True
    sent: int = 100
    received: int = 1000
    vlan: int | None = None


def talk(src: str, dst: str, service: str = "tcp/445", **more: Any) -> Talk:
    return Talk(src=src, dst=dst, service=service, **more)


def flow_rows(talks: list[Talk]) -> pl.DataFrame:
    """One row a talk and time, a second apart, in the order of time; records count from 1."""
    rows = [_row(one, turn) for one in talks for turn in range(one.times)]
    return _ordered(Kind.FLOW, rows)


def _row(one: Talk, turn: int) -> dict[str, Any]:
    proto, _, port = one.service.partition("/")
    return {
        "ts": MONDAY + timedelta(seconds=one.at + turn),
        "src": one.src,
        "dst": one.dst,
        "dst_port": int(port) if port else None,
        "proto": proto,
        "service": one.app,
        "src_bytes": one.sent,
        "dst_bytes": one.received,
        "answered": one.answered,
        "vlan": one.vlan,
    }


def other_rows(kind: Kind, *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of another kind of log, a second apart unless they say `ts`."""
    return _ordered(kind, [{"ts": MONDAY + timedelta(seconds=turn), **row} for turn, row in enumerate(rows)])


def _ordered(kind: Kind, rows: list[dict[str, Any]]) -> pl.DataFrame:
    rows = sorted(rows, key=lambda row: row["ts"])
    numbered = [{"seen_at": row["ts"], "origin": 0, "record": place, **row} for place, row in enumerate(rows, 1)]
    return conform(kind, pl.DataFrame(numbered, infer_schema_length=None))


def census_of(*talks: Talk, hospital: Hospital | None = None, also: Batch | None = None) -> Census:
    census = start(AddressBook(hospital))
    if talks:
        census.add({Kind.FLOW: flow_rows(list(talks))})
    if also:
        census.add(also)
    return census
