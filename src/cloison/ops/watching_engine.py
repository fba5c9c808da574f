"""The watch's engine: what grows is read, put in order, judged; all of it can be saved at any moment.

The same fold as `analyze`, the same incidents: what a folder gives once it is over is what was told while it grew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from cloison import __version__
from cloison.detect.fold import Context, start
from cloison.detect.live import Live
from cloison.detect.state import dump, load
from cloison.errors import UnwritableFileError
from cloison.incident.hosts import Hosts
from cloison.incident.identities import Identities
from cloison.ingest.follow import Follower
from cloison.ingest.follow_flows import FlowSpool
from cloison.ingest.follow_log import Tables
from cloison.ingest.follow_order import Held
from cloison.ingest.order import NEVER
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital
from cloison.model.indicator import Indicator
from cloison.model.observations import Batch, Kind
from cloison.model.rules import RuleSet
from cloison.store.history import History
from cloison.words import Sentence, say

HOLD = timedelta(seconds=1)
"""A record may come this much after a later one and still be put back in its place, by default."""

HOLD_BEHIND = timedelta(minutes=10)
"""The same while days of logs are caught up with: nobody waits, and Zeek tells a silent UDP exchange minutes late."""

BEHIND_BYTES = 64 << 20
"""More than this unread: the watch is catching up."""

ROUND_ROWS = 1 << 18
"""Rows read before they are judged: half a second's work."""

AHEAD = timedelta(hours=1)
"""A record dated this far in the future is a clock's mistake: judged, it would make all that follow late."""

LOOK_SECONDS = 0.2
LOOK_SHARE = 10
"""The folders are looked at this often, and at most for a tenth of the time."""

_SECOND = 1_000_000


@dataclass(slots=True)
class Heard:
    """What one series of logs told so far.

    Attributes:
        last: latest `seen_at`, microseconds since 1970.
        at: when its last record came, seconds since 1970.
        ahead: records dated in the future, set aside.
    """

    kind: str
    records: int = 0
    ahead: int = 0
    last: int = 0
    at: float = 0.0


@dataclass(slots=True)
class Counts:
    """What was judged.

    Attributes:
        first: earliest `ts`, last: latest `seen_at`, in microseconds since 1970; None before any record.
    """

    records: int = 0
    first: int | None = None
    last: int | None = None
    heard: dict[str, Heard] = field(default_factory=dict)


class Engine:
    """Everything between the files and the findings.

    Attributes:
        follower: the files.
        flows: what listeners for exported flows wrote, when there are any.
        counts: what was judged.
        identities: which names and addresses are one machine.
        trouble: why the history cannot be kept, if it cannot.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        hospital: Hospital | None,
        *,
        watchlist: Sequence[Indicator] = (),
        rules: RuleSet,
        history: History | None = None,
        flows: FlowSpool | None = None,
        hold: timedelta = HOLD,
    ) -> None:
        """Take what to follow and what to judge it by; nothing is read before `step`.

        Args:
            paths: files and folders.
            hospital: what addresses mean.
            watchlist: what a person wants to be told of.
            rules: Sigma rules to look for.
            history: kept hour by hour, when given.
            flows: the spool of a listener.
            hold: how much too late a record may come and still be put back in its place.
        """
        self.follower = Follower(paths)
        self.flows = flows
        self.counts = Counts()
        self.identities = Identities(hospital)
        self.trouble: Sentence | None = None
        self._context = Context(book=AddressBook(hospital), hospital=hospital, watchlist=tuple(watchlist), rules=rules)
        self._live = Live(start(self._context))
        self._history = history
        self._gathered: dict[Kind, list[pl.DataFrame]] = {}
        self._hold = hold
        self._held = Held()
        self._next_look = 0.0
        self._arrived: float | None = None  # nothing came since this engine began: not yet a silence

    def step(self, clock: Callable[[], float]) -> tuple[Finding, ...]:
        """Read what came, and judge what need not wait.

        Args:
            clock: seconds since 1970.

        Returns:
            Findings that are new or have grown.
        """
        now = clock()
        if self._arrived is None or now < self._arrived:
            self._arrived, self._next_look = now, now
        if now >= self._next_look:
            self.follower.look(now)
            self._next_look = now + max(LOOK_SECONDS, LOOK_SHARE * (clock() - now))
        if self._read(now):
            self._arrived = now
        catching_up = self.behind() > BEHIND_BYTES
        hold = max(self._hold, HOLD_BEHIND) if catching_up else self._hold
        quiet = now - self._arrived >= hold.total_seconds()
        return self._judge(self._held.limit(self.follower.floor(), hold // timedelta(microseconds=1), quiet=quiet))

    def finish(self) -> tuple[Finding, ...]:
        """Read and judge everything that is there, as when nothing more will come."""
        self.follower.look(NEVER / _SECOND)
        self.follower.finish()
        news: dict[str, Finding] = {}
        while self._read(NEVER / _SECOND / 2):
            limit = self._held.limit(self.follower.floor(), HOLD_BEHIND // timedelta(microseconds=1), quiet=True)
            news.update((finding.id, finding) for finding in self._judge(limit))
        news.update((finding.id, finding) for finding in self._judge(NEVER))
        return tuple(news.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far."""
        return self._live.fold.findings()

    @property
    def last(self) -> datetime | None:
        """Latest moment that the records judged tell."""
        return moment(self.counts.last)

    @property
    def late(self) -> int:
        """Records judged after later ones."""
        return self._live.fold.late

    @property
    def waiting(self) -> int:
        """Records read that wait for those that belong before them."""
        return len(self._held)

    def behind(self) -> int:
        """Count the bytes that are there and not read."""
        return self.follower.behind() + (self.flows.behind() if self.flows else 0)

    def hosts(self) -> Hosts:
        """Give the machines as the records tell them."""
        return self.identities.hosts()

    def places(self, findings: Sequence[Finding]) -> tuple[tuple[int, str], ...]:
        """Give where the records that findings quote lie now."""
        origins = sorted({item.origin for finding in findings for item in finding.evidence})
        return tuple((origin, self._place(origin)) for origin in origins)

    def save(self) -> bytes:
        """Give all that is needed to go on from here."""
        self.write_history()
        state = {
            "fold": self._live.fold.save(),
            "identities": self.identities.save(),
            "follower": self.follower.save(),
            "held": self._held.save(),
            "flows": self.flows.save() if self.flows else None,
            "history": self._history.save() if self._history else None,
            "counts": _plain(self.counts),
        }
        return dump(state, _facts())

    def take_up(self, data: bytes) -> None:
        """Go on from what `save` gave.

        Raises:
            BadStateError: the bytes are damaged, or of another version: nothing of them may be used.
        """
        state = load(data, {}, _facts())
        fold = start(self._context)
        fold.take_up(state["fold"])
        self._live = Live(fold)
        self.identities.take_up(state["identities"])
        self.follower.take_up(state["follower"])
        self._held.take_up(state["held"])
        if self.flows and state["flows"]:
            self.flows.take_up(state["flows"])
        if self._history and state["history"]:
            self._history.take_up(state["history"])
        heard = {name: Heard(**one) for name, one in state["counts"].pop("heard").items()}
        self.counts = Counts(**state["counts"], heard=heard)

    def rest(self) -> None:
        """Close the files."""
        self.follower.rest()

    def _read(self, now: float) -> int:
        taken = 0
        while taken < ROUND_ROWS and (found := self.follower.read()) is not None:
            log, tables = found
            self._take(log.origin, log.series, log.format.name, tables, now)
            taken += sum(table.height for _, table in tables) or 1
        if self.flows is not None:
            for origin, series, kind, table in self.flows.read(ROUND_ROWS - taken):
                self._take(origin, series, "netflow", [(kind, table)], now)
                taken += table.height
        return taken

    def _take(self, origin: int, series: str, kind: str, tables: Tables, now: float) -> None:
        heard = self.counts.heard.setdefault(series, Heard(kind))
        latest = round((now + AHEAD.total_seconds()) * _SECOND)
        for kind_, table in tables:
            here = table.filter(pl.col("seen_at").to_physical() <= latest)
            heard.ahead += table.height - here.height
            if here.height:
                heard.records += here.height
                heard.last = max(heard.last, here.select(pl.col("seen_at").max().to_physical()).item())
                heard.at = now
                self._held.add(origin, [(kind_, here)])

    def _judge(self, limit: int) -> tuple[Finding, ...]:
        batch = self._held.release(limit)
        if not batch:
            return ()
        self._count(batch)
        self.identities.add(batch)
        self._remember(batch)
        return self._live.step(batch)

    def _remember(self, batch: Batch) -> None:
        """Let rows for the history gather: an hour that is merged at each step would cost more than the judging."""
        if self._history is None:
            return
        for kind, frame in batch.items():
            self._gathered.setdefault(kind, []).append(frame)
        if sum(frame.height for frames in self._gathered.values() for frame in frames) >= ROUND_ROWS:
            self.write_history()

    def write_history(self, *, show: bool = False) -> None:
        """Give the history what gathered for it; a disk that is full costs the history, never the watching.

        Args:
            show: write the present hours too, so that a search finds them.
        """
        if self._history is not None and (self._gathered or show):
            gathered, self._gathered = self._gathered, {}
            try:
                self._history.add({kind: pl.concat(frames) for kind, frames in gathered.items()})
                if show:
                    self._history.show()
                self.trouble = None
            except UnwritableFileError as error:
                self.trouble = say("the history has a gap: {reason}", reason=error.problem)

    def _count(self, batch: Batch) -> None:
        counts = self.counts
        for frame in batch.values():
            first, last = frame.select(pl.col("ts").min().to_physical(), pl.col("seen_at").max().to_physical()).row(0)
            counts.records += frame.height
            counts.first = first if counts.first is None else min(counts.first, first)
            counts.last = last if counts.last is None else max(counts.last, last)

    def _place(self, origin: int) -> str:
        log = self.follower.logs.get(origin)
        if log is not None:
            return log.shown
        return self.follower.gone.get(origin) or (self.flows.shown(origin) if self.flows else "?")


def moment(microseconds: int | None) -> datetime | None:
    """Give a time from microseconds since 1970."""
    return None if microseconds is None else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _plain(counts: Counts) -> dict[str, Any]:
    heard = {
        name: {"kind": one.kind, "records": one.records, "ahead": one.ahead, "last": one.last, "at": one.at}
        for name, one in counts.heard.items()
    }
    return {"records": counts.records, "first": counts.first, "last": counts.last, "heard": heard}


def _facts() -> Mapping[str, str]:
    return {"Cloison": __version__}
