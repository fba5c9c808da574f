"""A program dressed as a browser that asks the same few pages of one nameless address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.channel_clues import nameless, ours
from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import say, say_many

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400_000_000

PAIRS = 1 << 15
"""Pairs of hosts remembered; the one met first goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamelessPolling:
    """Requests in clear to an address without a name, a few pages asked again and again.

    Who browses loads a page with its images and its scripts: many paths in one second, then nothing. A program that
    waits for orders asks one of a few pages every few seconds, and its master gave it an address, for a name can be
    taken away. Requests are counted once a second. The detector is convinced by `requests` of them over `lasting` or
    more, to one address called by its number, when they asked at most `paths` different paths (queries left out). An
    address inside must be asked by something that calls itself a browser, for devices and supervision ask by number
    all day under their own name. One path more than `paths` on one day, and the pair is browsing.

    Source: the default profiles of Empire, Metasploit and Cobalt Strike as described in ATT&CK T1071.001; Perdisci
    et al., "Behavioral clustering of HTTP-based malware", NSDI 2010, for few paths asked often.
    """

    name: ClassVar[str] = "nameless-polling"
    technique: ClassVar[Technique] = Technique("T1071.001")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.HTTP: ("dst_port", "host", "path", "user_agent")}
    key: ClassVar[str] = NETWORK

    requests: int = 8
    paths: int = 4
    lasting: timedelta = timedelta(seconds=30)
    popular_hosts: int = 5

    def watch(self, context: Context) -> "NamelessPollingWatch":
        """Begin to watch."""
        return NamelessPollingWatch(self, context)


@dataclass(slots=True)
class _Pair:
    """What a host asked of an address on the present day.

    Attributes:
        paths: different ones, as numbers, at most one more than allowed.
        second: the last one counted.
    """

    day: int
    began: int
    second: int = -1
    requests: int = 0
    paths: set[str] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)


class NamelessPollingWatch:
    """What each host asks of each nameless address, and who asks there."""

    def __init__(self, detector: NamelessPolling, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._pairs: dict[tuple[str, str, int], _Pair] = {}
        self._askers: dict[str, set[str]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        bare = nameless()
        browser = pl.col("user_agent").str.starts_with("Mozilla/")
        rows = (
            ours(tables[Kind.HTTP])
            .filter(bare & (pl.col("dst_outside") | browser))
            .with_columns(
                path=pl.col("path").fill_null("").str.extract(r"^([^?;#]*)", 1).str.head(64),
                second=pl.col("began") // SECOND,
            )
            .unique(["src", "dst", "dst_port", "path", "second"], keep="first", maintain_order=True)
            .collect()
        )
        for row in rows.iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        key = row["src"], row["dst"], row["dst_port"]
        day = row["clock"] // DAY
        pair = self._pairs.get(key)
        if pair is None or pair.day != day:
            self._pairs.pop(key, None)
            if len(self._pairs) >= PAIRS:
                del self._pairs[next(iter(self._pairs))]
            pair = self._pairs[key] = _Pair(day, row["began"])
        if len(pair.paths) <= self._detector.paths:
            pair.paths.add(row["path"])
        if len(pair.paths) > self._detector.paths or row["second"] == pair.second:
            return
        pair.second = row["second"]
        pair.requests += 1
        act = _act(row)
        lasting = row["began"] - pair.began >= self._detector.lasting // MICROSECOND
        if pair.requests < self._detector.requests or not lasting or self._explained(row):
            if len(pair.acts) < EVIDENCE:
                pair.acts.append(act)
            return
        run = self._runs.live(row["src"], act.clock)
        if run is not None:
            run.add(act)
        elif not self._runs.full(row["src"]):
            run = self._runs.open(row["src"], act, pair.acts)
            run.facts.update(paths=len(pair.paths), outside=int(row["dst_outside"]))

    def _explained(self, row: Mapping[str, Any]) -> bool:
        source, target = row["src"], row["dst"]
        askers = self._askers.setdefault(target, set())
        if len(askers) < self._detector.popular_hosts:
            askers.add(source)
            if len(self._askers) > PAIRS:
                del self._askers[next(iter(self._askers))]
        return (
            len(askers) >= self._detector.popular_hosts
            or self._roles.administers(source)
            or self._roles.supplied(source, target)
            or self._roles.declared(source, target, frozenset({f"tcp/{row['dst_port']}"}))
        )

    def _say(self, run: Run) -> Finding:
        what = say_many(
            "It asked the same {n} page of an address without a name, {requests} times so far.",
            "It asked the same {n} pages of an address without a name, {requests} times so far.",
            run.facts["paths"],
            requests=run.acts,
        )
        usual = say("A browser loads pages with their images, by name; a program waiting for orders does this.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.6 if run.facts["outside"] else 0.5,
            (
                say("{source} asks the same web address for something, again and again", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("request of {path} to {target}", path=row["path"], target=row["dst"]),
    )


DETECTOR = NamelessPolling()
