"""A machine that sends care messages to an application which it has never written to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import Firsts
from cloison.detect.partners import Partners
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)

STRANGER, TYPES, FLOW = "stranger", "types", "flow"
"""A message from a stranger; types of message that the application had never received; a stranger's connection of which
nothing more is known."""

PORT = 2575
"""IANA: hl7."""

LIMIT = 1 << 17
"""(application, type) pairs remembered."""

RECENT = 64
SENDERS = 4096

_COLUMNS = (
    "clock", "began", "origin", "record", "seq", "src", "dst", "src_key", "dst_key", "dst_port", "sending", "message",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hl7:
    """What a machine sends over HL7, against what the receiving application usually gets.

    - **stranger**: a message, no acknowledgement, from a machine that first called this application within the
      last day, the application having been called for `warm_up`;
    - **types**: `types` types of message within `window`, which this application had never received from anybody in
      `settled`: somebody tries what it accepts;
    - **flow**: with a map and no detail, a new connection to port 2575 of an application called for `warm_up`, by no
      declared passage: weak.

    Source: HL7 v2.5.1 chapter 2 (no authentication); Bland, Dameff, Tully, "Pestilential protocol: how unsecure HL7
    messages threaten patient lives", Black Hat USA 2018. ATT&CK T1565.002.
    """

    name: ClassVar[str] = "hl7"
    technique: ClassVar[Technique] = Technique("T1565.002")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.HL7: ("dst_port", "sending", "message", "status"),
        Kind.FLOW: ("dst_port", "proto", "answered", "dst_bytes"),
    }
    key: ClassVar[str] = NETWORK

    warm_up: timedelta = timedelta(hours=24)
    settled: timedelta = timedelta(days=7)
    types: int = 3
    window: timedelta = timedelta(hours=1)

    def watch(self, context: Context) -> "Hl7Watch":
        """Begin to watch."""
        return Hl7Watch(self, context)


@dataclass(slots=True)
class _Tries:
    """New types of message that a machine sent: (clock, application, type)."""

    new: list[tuple[int, str, str]] = field(default_factory=list)


class Hl7Watch:
    """Partners of each application, types that each has received, types just tried."""

    def __init__(self, detector: Hl7, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._mapped = context.hospital is not None
        self._partners = Partners(settled=detector.warm_up, strange=timedelta(hours=24))
        self._types = Firsts(days=60, limit=LIMIT)
        self._tries: dict[str, _Tries] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        rows = _calls(tables)
        if rows.is_empty():
            return
        fresh = self._partners.new(rows).select("kind", "seq", fresh=pl.lit(value=True))
        newcomers = rows.join(fresh, on=["kind", "seq"], how="semi").get_column("src").unique()
        sent = rows.filter(pl.col("message").is_not_null())
        untold = self._types.new(sent.with_columns(key=joined_key(pl.col("dst_key"), pl.col("message"))))
        looked = (
            rows.join(fresh, on=["kind", "seq"], how="left", maintain_order="left")
            .join(untold.select("kind", "seq", untold=pl.lit(value=True)), on=["kind", "seq"], how="left",
                  maintain_order="left")
            .with_columns(pl.col("fresh", "untold").fill_null(value=False))
        )  # fmt: skip
        strangers = [*newcomers, *(source for source, _ in self._partners.strangers)]
        odd = pl.col("fresh") | pl.col("untold") | (pl.col("src").is_in(strangers) & pl.col("message").is_not_null())
        for row in looked.filter(odd).iter_rows(named=True):
            if row["fresh"]:
                self._partners.come(row["src"], row["dst"], row["clock"])
            for sort in self._judge(row):
                self._take(row, sort)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _judge(self, row: Mapping[str, Any]) -> list[str]:
        """Tell what a record shows that is not usual."""
        source, target, clock = row["src"], row["dst"], row["clock"]
        strange = self._partners.is_stranger(source, target, clock)
        declared = self._roles.declared(source, target, frozenset({f"tcp/{row['dst_port']}"}))
        if row["message"] is None:
            unheard = strange and row["fresh"] and self._mapped and not declared and not self._roles.looks(source)
            return [FLOW] if unheard else []
        shown = [STRANGER] if strange and not declared else []
        return [*shown, TYPES] if row["untold"] and self._tries_types(row) else shown

    def _tries_types(self, row: Mapping[str, Any]) -> bool:
        source, target, clock = row["src"], row["dst"], row["clock"]
        first = self._partners.servers.get(target)
        if first is None or clock - first < self._detector.settled // MICROSECOND:
            return False
        tries = self._tries.pop(source, None) or _Tries()
        if len(self._tries) >= SENDERS:
            del self._tries[next(iter(self._tries))]
        self._tries[source] = tries
        since = clock - self._detector.window // MICROSECOND
        tries.new = [*(one for one in tries.new[-RECENT:] if one[0] >= since), (clock, target, row["message"])]
        return len({(to, message) for _, to, message in tries.new}) >= self._detector.types

    def _take(self, row: Mapping[str, Any], sort: str) -> None:
        act = Act(row["clock"], row["began"], row["origin"], row["record"], row["dst"], _note(row, sort))
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif self._runs.full(row["src"]):
            return
        else:
            run = self._runs.open(row["src"], act, ())
        run.facts[sort] += 1

    def _say(self, run: Run) -> Finding:
        facts = run.facts
        confidence = 0.25
        if facts[STRANGER] or facts[TYPES]:
            confidence = 0.65 if facts[STRANGER] and facts[TYPES] else 0.5 if facts[STRANGER] else 0.4
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} sends care messages (HL7) where it never has", source=run.source),
                say(
                    "{what} {usual}",
                    what=_what(facts),
                    usual=say("Care applications write to the same ones for years; a forged message changes a file."),
                ),
            ),
        )


def _calls(tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Give messages that are no acknowledgements, and connections to HL7's port, in order."""
    parts = []
    if Kind.HL7 in tables:
        told = tables[Kind.HL7].filter(pl.col("status").is_null() & pl.col("message").is_not_null())
        parts.append(told.select(*_COLUMNS, kind=pl.lit(1, pl.Int32())))
    if Kind.FLOW in tables:
        spoke = (pl.col("dst_bytes") > 0).fill_null(value=True) & pl.col("answered")
        taken = tables[Kind.FLOW].filter((pl.col("dst_port") == PORT) & (pl.col("proto") == "tcp") & spoke)
        bare = taken.with_columns(sending=pl.lit(None, pl.String()), message=pl.lit(None, pl.String()))
        parts.append(bare.select(*_COLUMNS, kind=pl.lit(0, pl.Int32())))
    return pl.concat(parts).sort("clock", "origin", "record", "kind", maintain_order=True)


def _note(row: Mapping[str, Any], sort: str) -> Sentence:
    if sort == FLOW:
        return say("first connection to {target}, port {port}", target=row["dst"], port=str(row["dst_port"]))
    return say(
        "message {message} to {target}, in the name of {sending}",
        message=row["message"],
        target=row["dst"],
        sending=row["sending"] or "?",
    )


def _what(facts: Counter[str]) -> Sentence:
    if facts[STRANGER]:
        return say_many(
            "It had never written to that application before today, and sent it {n} message.",
            "It had never written to that application before today, and sent it {n} messages.",
            facts[STRANGER],
        )
    if facts[TYPES]:
        return say("It sent messages of types that the application had never received from anybody.")
    return say("It connected to a care application that it had never called, by no passage of the map.")


DETECTOR = Hl7()
