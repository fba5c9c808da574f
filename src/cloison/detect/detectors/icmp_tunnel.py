"""A host whose pings carry far more than a ping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from cloison.detect.channel_clues import ours
from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

HOUR = 3_600_000_000
"""Microseconds."""

PAIRS = 1 << 14
"""Pairs of hosts remembered; the one met first goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IcmpTunnel:
    """Large ICMP messages both ways between two machines.

    A ping carries 32 or 56 bytes, and its answer the same ones. A tunnel fills its messages, and what comes back is
    not what went: for each pair of hosts and hour, messages of `octets` or more on average are summed, and the
    detector is convinced by `messages` of them and `kib` in all when both sides sent. Tests of a path's
    largest message are a handful.

    Source: Singh et al., "Malicious ICMP tunneling: defense against the vulnerability", ACISP 2003. ATT&CK T1095.
    """

    name: ClassVar[str] = "icmp-tunnel"
    technique: ClassVar[Technique] = Technique("T1095")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("proto", "src_bytes", "dst_bytes", "src_packets", "dst_packets")
    }
    key: ClassVar[str] = "src"

    octets: int = 150
    messages: int = 40
    kib: int = 16

    def watch(self, context: Context) -> "IcmpTunnelWatch":
        """Begin to watch."""
        return IcmpTunnelWatch(self, context)


@dataclass(slots=True)
class _Pair:
    """Large messages of two hosts in the present hour."""

    hour: int
    messages: int = 0
    octets: int = 0
    acts: list[Act] = field(default_factory=list)


class IcmpTunnelWatch:
    """Large messages of the hour, by pair of hosts."""

    def __init__(self, detector: IcmpTunnel, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._pairs: dict[tuple[str, str], _Pair] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        messages = pl.col("src_packets") + pl.col("dst_packets")
        octets = pl.col("src_bytes") + pl.col("dst_bytes")
        rows = (
            ours(tables[Kind.FLOW])
            .filter(
                (pl.col("proto") == "icmp")
                & (pl.col("src_packets") > 0)
                & (pl.col("dst_packets") > 0)
                & (pl.col("src_bytes") > 0)
                & (pl.col("dst_bytes") > 0)
                & (octets >= messages * self._detector.octets)
            )
            .with_columns(messages=messages.cast(pl.Int64()), octets=octets.cast(pl.Int64()))
            .collect()
        )
        for row in rows.iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        key, hour = (row["src"], row["dst"]), row["clock"] // HOUR
        pair = self._pairs.get(key)
        if pair is None or pair.hour != hour:
            self._pairs.pop(key, None)
            if len(self._pairs) >= PAIRS:
                del self._pairs[next(iter(self._pairs))]
            pair = self._pairs[key] = _Pair(hour)
        pair.messages += row["messages"]
        pair.octets += row["octets"]
        act = _act(row)
        enough = pair.messages >= self._detector.messages and pair.octets >= self._detector.kib << 10
        if not enough or self._roles.looks(row["src"]):
            if len(pair.acts) < EVIDENCE:
                pair.acts.append(act)
            return
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(row["src"]):
            run = self._runs.open(row["src"], act, pair.acts)
        else:
            return
        run.facts["kib"] = max(run.facts["kib"], pair.octets >> 10)

    def _say(self, run: Run) -> Finding:
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.5,
            (
                say("{source} exchanges pings that carry something", source=run.source),
                say(
                    "Within an hour its pings and their answers held {kib} KiB. An ordinary ping holds 32 or 56 bytes.",
                    kib=run.facts["kib"],
                ),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("{octets} bytes in {messages} pings", octets=row["octets"], messages=row["messages"]),
    )


DETECTOR = IcmpTunnel()
