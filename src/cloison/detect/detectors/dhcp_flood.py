"""A machine that asks for addresses until there are none left."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
"""Microseconds."""

ONE_IN = 64
"""Of the requests of a flood, one in as many is followed."""

SHOWN = 4
"""Made-up cards named in a finding."""

_MAKER = 8
"""Characters of a link address that name its maker, "00:1b:21"."""

_ASKING = {"mac": pl.String(), "clock": pl.Int64()}
_CARDS = {"mac": pl.String(), "minute": pl.Int64()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpFlood:
    """Requests for addresses at a pace that no machine needs.

    - one card that sends `messages` within `window`: a client asks once, then again after 4, 8, 16 seconds;
    - or `cards` different cards within one UTC minute, of `makers` makers at least: numbers drawn at random. When the
      current comes back, a whole hospital asks at once too, with cards of a few dozen makers.

    Source: RFC 2131 section 4.1 for the pace of a client. ATT&CK T1499.
    """

    name: ClassVar[str] = "dhcp-flood"
    technique: ClassVar[Technique] = Technique("T1499")
    barrier: ClassVar[Barrier] = Barrier.DEGRADED
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.DHCP: ("src", "mac", "server")}
    key: ClassVar[str] = NETWORK

    messages: int = 100
    window: timedelta = timedelta(seconds=10)
    cards: int = 300
    makers: int = 150

    def watch(self, context: Context) -> "DhcpFloodWatch":  # noqa: ARG002 - the map excuses nobody here
        """Begin to watch."""
        return DhcpFloodWatch(self)


class DhcpFloodWatch:
    """Requests of the last seconds, cards of the current minute."""

    def __init__(self, detector: DhcpFlood) -> None:
        self._detector = detector
        self._asking = pl.DataFrame(schema=_ASKING)
        self._cards = pl.DataFrame(schema=_CARDS)
        self._addresses: dict[str, str] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        asked = tables[Kind.DHCP].filter(pl.col("server").is_null() & pl.col("mac").is_not_null())
        if asked.is_empty():
            return
        # The nth request before this one is the nth row before it of the same card.
        nth, window = self._detector.messages, self._detector.window // MICROSECOND
        known = pl.concat([self._asking.with_columns(seq=pl.lit(-1, pl.Int64())), asked.select(*_ASKING, "seq")])
        pace = pl.col("clock") - pl.col("clock").shift(nth - 1).over("mac") <= window
        before = pl.col("clock").shift(1).over("mac") - pl.col("clock").shift(nth).over("mac") <= window
        # Of a flood, the moment when it crosses is looked at, then one request in a few dozen.
        told = known.with_columns(fast=pace, crosses=~before.fill_null(value=False))
        fast = told.filter(
            (pl.col("seq") >= 0) & pl.col("fast") & (pl.col("crosses") | (pl.col("seq") % ONE_IN == 0))
        ).get_column("seq")
        since = asked["clock"].item(-1) - 2 * window
        self._asking = known.filter(pl.col("clock") >= since).group_by("mac", maintain_order=True).tail(nth)
        self._asking = self._asking.select(*_ASKING)
        many = self._many(asked)
        first = {seq: card for card, seq in many.iter_rows()}
        for row in asked.filter(pl.col("seq").is_in([*fast, *first])).iter_rows(named=True):
            self._take(first.get(row["seq"], row["mac"]), row, many=row["seq"] in first)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _many(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Give the requests (seq) at which a minute has too many new cards, with the first card of that minute."""
        rows = asked.select("mac", "seq", minute=pl.col("clock") // MINUTE)
        carried = self._cards.with_columns(seq=pl.lit(-1, pl.Int64())).select("mac", "seq", "minute")
        cards = pl.concat([carried, rows]).unique(["mac", "minute"], keep="first", maintain_order=True)
        cards = cards.with_columns(
            maker=pl.struct("minute", pl.col("mac").str.slice(0, _MAKER)).is_first_distinct(),
            count=pl.int_range(1, pl.len() + 1).over("minute"),
            first=pl.col("mac").first().over("minute"),
        ).with_columns(makers=pl.col("maker").cum_sum().over("minute"))
        self._cards = cards.filter(pl.col("minute") == rows["minute"].item(-1)).select(*_CARDS)
        tunables = self._detector
        crossed = (pl.col("count") >= tunables.cards) & (pl.col("makers") >= tunables.makers)
        again = crossed.cum_sum().over("minute") % ONE_IN == 1
        return cards.filter(crossed & again & (pl.col("seq") >= 0)).select("first", "seq")

    def _take(self, source: str, row: Mapping[str, Any], *, many: bool) -> None:
        act = Act(
            clock=row["clock"],
            began=row["began"],
            origin=row["origin"],
            record=row["record"],
            target=row["mac"],
            note=say("request of the card {card}", card=row["mac"]),
        )
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(source):
            run = self._runs.open(source, act, ())
            self._addresses.setdefault(source, row["src"] or source)
            run.facts["many"] = int(many)

    def _say(self, run: Run) -> Finding:
        what = say("The network card {card} asked for an address more than {n} times in {seconds} seconds.",
                   card=run.source, n=self._detector.messages,
                   seconds=self._detector.window // timedelta(seconds=1))  # fmt: skip
        sources: tuple[str, ...] = (self._addresses[run.source],)
        if run.facts["many"]:
            sources = tuple(run.targets)[:SHOWN]
            what = say(
                "More than {n} network cards, of too many makers to be real, asked for an address in one minute.",
                n=self._detector.cards,
            )
        found = run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.7,
            (
                say("Somebody asks for addresses until none is left for the others"),
                say(
                    "{what} {usual}",
                    what=what,
                    usual=say("A machine that starts asks once, then again after a few seconds."),
                ),
            ),
        )
        return replace(found, sources=sources, targets=())


DETECTOR = DhcpFlood()
