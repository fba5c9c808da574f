"""What a flow export says of doors that are shut: silence where there was traffic, or traffic all the same.

It supports the probes and never replaces them: silence may come from elsewhere, and a router often counts a packet as
it comes in, before its own filter drops it. So only what came *back* through a door tells a leak; and of a connection
that was open before, only more than its two ends would send again and again before they give up.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from ipaddress import ip_address
from math import exp
from operator import or_
from typing import Any

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

RETRIES = 15
"""Packets that come back on a connection which was open before and is dead: Linux sends a segment so often before it
gives up (tcp_retries2 in tcp(7); RFC 1122, 4.2.3.5 asks for 100 s at least), others less."""

CONNECTION = ("src", "src_port", "dst", "dst_port", "proto")

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
    door has shut, a new connection to which something came back tells a leak, and so does an old one on which more than
    `RETRIES` packets did. An acknowledgement without a packet back is none: exports that tell one direction show those
    of dead connections. If there is no leak, silence counts when the usual traffic would make it a chance of less than
    one in twenty: exp(-expected), flows taken as a Poisson process (none seen, three expected: the "rule of three",
    Hanley and Lippman-Hand 1983).

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
    places = _Places(flows)
    known = places.found(flows)
    return {shut: _judge(known.filter(places.through(shut.door)), shut, known, first, last) for shut in doors}


def join(proof: Proof, heard: Heard) -> Proof:
    """Give what probes and the export prove together: a leak that either saw is one; silence alone proves nothing."""
    return Proof.LEAKING if heard is Heard.CARRIES else proof


def _judge(
    through: pl.DataFrame, shut: Shut, flows: pl.DataFrame, first: datetime, last: datetime
) -> tuple[Heard, tuple[Sentence, ...]]:
    settled, since = shut.since + SETTLING, max(first, shut.since - MOST)
    if leaks := _leaks(through, settled):
        return Heard.CARRIES, leaks
    usual = through.filter((pl.col("ts") >= since) & (pl.col("ts") < shut.since))
    before = usual.filter(pl.col("back") > 0).height
    alive = not flows.filter(pl.col("ts") > settled).is_empty()
    if not alive:
        return Heard.UNTOLD, (say("the flow export holds nothing from after it was shut"),)
    if not before and usual.filter(pl.col("back").is_null() & pl.col("answered")).height:
        return Heard.UNTOLD, (say("the flow export tells one direction only: it cannot show an answer"),)
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


def _leaks(through: pl.DataFrame, settled: datetime) -> tuple[Sentence, ...]:
    """Tell the connections that something came back on, since the door has settled."""
    earlier = through.filter(pl.col("ts") <= settled).select(CONNECTION).unique()
    after = through.filter((pl.col("ts") > settled) & (pl.col("back") > 0))
    fresh = after.join(earlier, on=CONNECTION, how="anti", nulls_equal=True).sort("ts")
    kept = after.join(earlier, on=CONNECTION, how="semi", nulls_equal=True)
    alive = kept.group_by(CONNECTION).agg(pl.col("ts").max(), pl.col("back").sum()).filter(pl.col("back") > RETRIES)
    fresh_told = [
        say("the flow export shows {source} answered by {host} on {service} at {moment}", **one) for one in _told(fresh)
    ]
    kept_told = [
        say(
            "the flow export shows that an old connection of {source} to {host} on {service} still carried at {moment}",
            **one,
        )
        for one in _told(alive.sort("ts", *CONNECTION))
    ]
    return (*fresh_told, *kept_told)


def _told(flows: pl.DataFrame) -> list[dict[str, Any]]:
    """Give the first of a few pairs of ends, as sentences name them."""
    rows = flows.unique(["src", "dst", "proto", "dst_port"], keep="first", maintain_order=True).head(_TOLD)
    return [
        {
            "source": row["src"],
            "host": row["dst"],
            "service": f"{row['proto']}/{row['dst_port']}",
            "moment": row["ts"],
        }
        for row in rows.iter_rows(named=True)
    ]


class _Places:
    """The addresses of an export in their order, so that a span is a stretch of it, in IPv4 and in IPv6."""

    def __init__(self, flows: pl.DataFrame) -> None:
        named = pl.concat([flows["src"], flows["dst"]]).unique().drop_nulls()
        placed = sorted((place, text) for text in named if (place := _place(text)))
        self._places = [place for place, _ in placed]
        self._texts = [text for _, text in placed]

    def found(self, flows: pl.DataFrame) -> pl.DataFrame:
        """Give the flows between addresses, with the place of both ends and how many packets came back.

        A log that counts no packets is one of whole connections: what brought bytes back was answered for sure. Null:
        it cannot be told.
        """
        numbers = range(len(self._texts))
        back = pl.coalesce(
            pl.col("dst_packets").cast(pl.Int64), (pl.col("dst_bytes") > 0).cast(pl.Int64) * (RETRIES + 1)
        )
        return flows.with_columns(
            *(
                pl.col(end).replace_strict(self._texts, numbers, default=None, return_dtype=pl.Int64).alias(name)
                for end, name in (("src", "from"), ("dst", "to"))
            ),
            back=back,
        ).filter(pl.col("from").is_not_null() & pl.col("to").is_not_null())

    def through(self, door: DoorRules) -> pl.Expr:
        """Tell the flows that a door must stop."""
        stopped = _any([self._between(one) for one in door.crossings])
        passing = _any([self._between(one) & _service(one) for one in door.passings])
        return stopped & ~passing

    def _between(self, member: Crossing | Passing) -> pl.Expr:
        return self._within("from", member.source) & self._within("to", member.target)

    def _within(self, name: str, span: Span) -> pl.Expr:
        first = bisect_left(self._places, (span.first.version, int(span.first)))
        return pl.col(name).is_between(first, bisect_right(self._places, (span.last.version, int(span.last))) - 1)


def _place(text: str) -> tuple[int, int] | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


def _any(parts: Sequence[pl.Expr]) -> pl.Expr:
    return reduce(or_, parts, pl.lit(value=False))


def _service(passing: Passing) -> pl.Expr:
    # Observations name the usual protocols, and give the others' numbers.
    names = [name for name, number in PROTOCOLS.items() if number == passing.protocol]
    same = pl.col("proto").is_in([*names, str(passing.protocol)])
    return same & pl.col("dst_port").is_between(*passing.ports) if passing.ports else same
