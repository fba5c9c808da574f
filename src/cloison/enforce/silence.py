"""What a flow export says of doors that are shut: silence where there was traffic, or traffic all the same.

It supports the probes and never replaces them: silence may come from elsewhere, and a router often counts a packet as
it comes in, before its own filter drops it. So only what came *back* through a door tells a leak.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from math import exp
from operator import or_

import polars as pl

from cloison.enforce.rules import PROTOCOLS
from cloison.model.noun import noun
from cloison.model.sealing import Crossing, DoorRules, Passing, Proof, Span
from cloison.words import Sentence, say

SETTLING = timedelta(seconds=5)
"""After a door has shut: what began within is not judged, for clocks differ and devices take turns."""

CHANCE = 0.05
"""Silence means something once a door as busy as before would have been silent less often than this by mere chance."""

MOST = timedelta(hours=24)
"""How far back a door's usual traffic is looked for: the last day, whatever the export holds."""

_TOLD = 3


class Heard(StrEnum):
    """What the export says of a door."""

    SILENT = "silent"
    CARRIES = "carries"
    UNTOLD = "untold"


@noun
class Shut:
    """A door, and since when it is shut, UTC."""

    door: DoorRules
    since: datetime


def listen(doors: Sequence[Shut], flows: pl.DataFrame) -> Mapping[Shut, tuple[Heard, tuple[Sentence, ...]]]:
    """Judge doors by flows seen before they were shut and after.

    A flow counts for a door when it is opened from its sources to its targets, and no lifeline lets it pass. After the
    door has shut, one that was answered tells a leak. If there is none, silence counts when the usual traffic would
    make it a chance of less than one in twenty: exp(-expected), flows taken as a Poisson process (none seen, three
    expected: the "rule of three", Hanley and Lippman-Hand 1983).

    Args:
        doors: those to judge.
        flows: of the kind FLOW, from before and after.

    Returns:
        For each door what was heard, and the evidence.
    """
    last = flows.get_column("seen_at").max() if not flows.is_empty() else None
    first = flows.get_column("ts").min() if not flows.is_empty() else None
    if not isinstance(last, datetime) or not isinstance(first, datetime):
        return {shut: (Heard.UNTOLD, (say("the flow export holds no flow"),)) for shut in doors}
    known = _known(flows)
    return {shut: _judge(shut, known, first, last) for shut in doors}


def join(proof: Proof, heard: Heard) -> Proof:
    """Give what probes and the export prove together: a leak that either saw is one; silence alone proves nothing."""
    return Proof.LEAKING if heard is Heard.CARRIES else proof


def _judge(shut: Shut, flows: pl.DataFrame, first: datetime, last: datetime) -> tuple[Heard, tuple[Sentence, ...]]:
    settled, since = shut.since + SETTLING, max(first, shut.since - MOST)
    through = flows.filter(_through(shut.door))
    after = through.filter((pl.col("ts") > settled) & pl.col("came_back"))
    if not after.is_empty():
        rows = after.unique(["src", "dst", "proto", "dst_port"], maintain_order=True).head(_TOLD)
        leaks = [
            say(
                "the flow export shows {source} answered by {host} on {service} at {moment}",
                source=row["src"],
                host=row["dst"],
                service=f"{row['proto']}/{row['dst_port']}",
                moment=row["ts"],
            )
            for row in rows.iter_rows(named=True)
        ]
        return Heard.CARRIES, tuple(leaks)
    before = through.filter((pl.col("ts") >= since) & (pl.col("ts") < shut.since) & pl.col("came_back")).height
    alive = not flows.filter(pl.col("ts") > settled).is_empty()
    if not alive:
        return Heard.UNTOLD, (say("the flow export holds nothing from after it was shut"),)
    if not before or shut.since <= since:
        return Heard.UNTOLD, (say("the flow export shows no traffic through it before either"),)
    expected = before / (shut.since - since).total_seconds() * (last - settled).total_seconds()
    if exp(-expected) >= CHANCE:
        return Heard.UNTOLD, (say("the flow export is silent, but too short to tell: listen longer"),)
    return Heard.SILENT, (
        say(
            "the flow export shows {n} answered flows through it before, and none in {minutes} min since",
            n=before,
            minutes=f"{(last - settled).total_seconds() / 60:.1f}",
        ),
    )


def _known(flows: pl.DataFrame) -> pl.DataFrame:
    """Give addresses as numbers, IPv4 only, and whether something came back."""
    back = _packets("dst_packets")
    answered = pl.col("answered").fill_null(value=False) & (back != 0)
    return flows.with_columns(
        _number("src").alias("from"),
        _number("dst").alias("to"),
        (answered | (back > 0)).alias("came_back"),
    ).filter(pl.col("from").is_not_null() & pl.col("to").is_not_null())


def _packets(name: str) -> pl.Expr:
    """Give how many packets, -1 when the export does not say."""
    return pl.col(name).cast(pl.Int64).fill_null(-1)


def _number(name: str) -> pl.Expr:
    parts = pl.col(name).str.split_exact(".", 3)
    octets = [parts.struct.field(f"field_{place}").cast(pl.Int64, strict=False) for place in range(4)]
    return octets[0] * 2**24 + octets[1] * 2**16 + octets[2] * 2**8 + octets[3]


def _through(door: DoorRules) -> pl.Expr:
    stopped = _any([_between(one) for one in door.crossings])
    passing = _any([_between(one) & _service(one) for one in door.passings])
    return stopped & ~passing


def _any(parts: Sequence[pl.Expr]) -> pl.Expr:
    return reduce(or_, parts, pl.lit(value=False))


def _between(member: Crossing | Passing) -> pl.Expr:
    return _within("from", member.source) & _within("to", member.target)


def _within(name: str, span: Span) -> pl.Expr:
    if span.first.version != 4:  # noqa: PLR2004 - IPv4
        return pl.lit(value=False)
    return pl.col(name).is_between(int(span.first), int(span.last))


def _service(passing: Passing) -> pl.Expr:
    # Observations name the usual protocols, and give the others' numbers.
    names = [name for name, number in PROTOCOLS.items() if number == passing.protocol]
    same = pl.col("proto").is_in([*names, str(passing.protocol)])
    return same & pl.col("dst_port").is_between(*passing.ports) if passing.ports else same
