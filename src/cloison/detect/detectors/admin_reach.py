"""A host that administers machines which it had never administered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.admin_acts import SERVICES, acts_of
from cloison.detect.admin_acts import Act as Deed
from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND

TECHNIQUES: Mapping[str, str] = {
    "wmi": "T1047",
    "dcom": "T1021.003",
    "at": "T1053.002",
    "task": "T1053.005",
    "winrm": "T1021.006",
    "service": "T1021.002",
    "sent": "T1021.002",
    "smb": "T1021.002",
    "rdp": "T1021.001",
    "ssh": "T1021.004",
    "rpc": "T1021",
}
"""By what means a program was run, else which sessions -> technique.

A service made and started from afar is T1569.002 as an execution, a program carried T1570: they are told as the
movement that they serve, T1021.002.
"""

MEANS = ("wmi", "dcom", "at", "task", "winrm", "service", "sent")

HALVES = {Deed.PUSH: Deed.CALL, Deed.CALL: Deed.PUSH}
"""What, with the other half on the same machine at the same time, is a program sent there and started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminReach:
    """New administration sessions, weighed by what is done in them.

    Only what is new counts: the same act between the same two machines within `memory` is habit. Each machine
    reached is worth the sum of what was done to it: a session (SMB, RPC, RDP, SSH, WinRM) `session`, or
    `declared` when a passage of the map declares it; an administrative share (ADMIN$, C$) opened `share`, written
    to `write`. Over `window` a host is worth the sum of its machines. A program run on a machine for the first time
    (remote service, task, WMI, DCOM, PowerShell over WinRM, the pipe of a program that runs others) convicts at once,
    with less confidence when no administrative share was opened too; so does a program put on an administrative
    share, or taken from one.

    Explained, so worth nothing: hosts whose work is to administer (management compartments, roles such as
    jump-host or deployment-server); sessions on servers that many hosts use (file server, domain controller).
    While the stream is younger than `warm_up` everything looks new, so `cold_threshold` and `cold_window` hold.

    Source: ATT&CK T1021, T1047, T1053.002, T1053.005, T1569.002, T1570. The calls that run a program are mostly those
    that BZAR (MITRE, 2018) watches. New sessions alone want more of them, for a new edge is no proof: Latte (Liu
    et al., 2018), Hopper (Ho et al., USENIX Security 2021).

    Attributes:
        popular_hosts: a server that as many hosts use, and `popular_share` of all, is popular.
        together: how close together a file sent and a remote call must be to be a program run.
    """

    name: ClassVar[str] = "admin-reach"
    technique: ClassVar[Technique] = Technique("T1021")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "service", "src_bytes", "dst_bytes", "answered"),
        Kind.SMB: ("action", "share", "name"),
        Kind.RPC: ("endpoint", "operation"),
        Kind.HTTP: ("dst_port", "method", "path", "user_agent", "status"),
    }
    key: ClassVar[str] = NETWORK

    session: float = 1.0
    declared: float = 0.25
    share: float = 1.0
    write: float = 2.0
    run: float = 2.0
    threshold: float = 4.0
    window: timedelta = timedelta(hours=24)
    cold_threshold: float = 8.0
    cold_window: timedelta = timedelta(hours=1)
    warm_up: timedelta = timedelta(hours=24)
    memory: timedelta = timedelta(days=30)
    popular_hosts: int = 5
    popular_share: float = 0.05
    together: timedelta = timedelta(minutes=1)

    def watch(self, context: Context) -> "AdminReachWatch":
        """Begin to watch."""
        return AdminReachWatch(self, context)


_ROW = ("src", "dst", "family", "act", "means", "clock", "began", "origin", "record")

PAIRS = 1 << 14
"""Halves of acts remembered, the latest of each pair of machines; the one met first goes first."""

RECENT = 64
"""New acts of a host that are weighed together: an intruder needs fewer."""


@dataclass(frozen=True, slots=True)
class _New:
    """An act never seen before, in few bytes.

    Attributes:
        used: by what it was done: the means of a program run (see `MEANS`), else the family.
    """

    clock: int
    began: int
    origin: int
    record: int
    target: str
    family: str
    used: str
    deed: Deed

    def act(self) -> Act:
        """Give it as a finding wants it."""
        return Act(
            clock=self.clock,
            began=self.began,
            origin=self.origin,
            record=self.record,
            target=self.target,
            note=_note(self),
        )


class AdminReachWatch:
    """Acts known, how many hosts use each server, each host's recent new acts."""

    def __init__(self, detector: AdminReach, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._known = pl.DataFrame(schema={"key": pl.UInt64(), "last": pl.Int64()})
        self._began: int | None = None
        self._hosts: set[str] = set()
        self._users: dict[tuple[str, str], int] = {}
        self._recent: dict[str, list[_New]] = {}
        self._halves: dict[tuple[str, str, Deed], _New] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        if self._began is None:
            self._began = min(rows["clock"].item(0) for rows in tables.values())
        acts = acts_of(tables)
        if acts.is_empty():
            return
        for source, target, family, deed, means, clock, began, origin, record in (
            self._new(acts).select(_ROW).iter_rows()
        ):
            self._hosts.add(source)
            if deed == Deed.SESSION.value:
                self._users[target, family] = self._users.get((target, family), 0) + 1
                if self._popular(target, family):  # most sessions end here: nothing more is made of them
                    continue
            if not self._roles.administers(source):
                new = _New(clock, began, origin, record, target, family, means or family, Deed(deed))
                self._take(source, new)
        self._prolong(acts)
        since = acts["clock"].item(-1) - self._detector.window // MICROSECOND
        self._recent = {source: recent for source, recent in self._recent.items() if recent[-1].clock >= since}

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _new(self, acts: pl.DataFrame) -> pl.DataFrame:
        """Keep the acts not seen within the memory, and remember all (by the day)."""
        memory = self._detector.memory // timedelta(days=1)
        daily = (
            acts.with_columns(day=pl.col("clock") // DAY)
            .unique(["key", "day"], keep="first", maintain_order=True)
            .join(self._known, on="key", how="left", maintain_order="left")
            .with_columns(last=pl.col("day").shift(1).over("key").fill_null(pl.col("last")))
        )
        seen = pl.concat([self._known, daily.select("key", last="day")])
        today = daily["day"].item(-1)
        self._known = seen.group_by("key").agg(pl.col("last").max()).filter(pl.col("last") >= today - memory)
        return daily.filter(pl.col("last").is_null() | (pl.col("day") - pl.col("last") > memory))

    def _popular(self, target: str, family: str) -> bool:
        """Tell whether so many hosts use a server that one more says nothing."""
        tunables = self._detector
        users = self._users.get((target, family), 0)
        return users >= max(tunables.popular_hosts, tunables.popular_share * len(self._hosts))

    def _joined(self, source: str, new: _New) -> _New | None:
        """Give the program run that a half completes, with the other one; None while it stands alone."""
        if self._popular(new.target, new.family):
            return None
        if len(self._halves) >= PAIRS:
            del self._halves[next(iter(self._halves))]
        self._halves[source, new.target, new.deed] = new
        other = self._halves.get((source, new.target, HALVES[new.deed]))
        if other is None or new.clock - other.clock > self._detector.together // MICROSECOND:
            return None
        return replace(new, deed=Deed.RUN, used="sent", began=min(new.began, other.began))

    def _take(self, source: str, new: _New) -> None:
        if new.deed in HALVES:
            joined = self._joined(source, new)
            if joined is None:
                return
            new = joined
        if self._worth(source, new) == 0.0:
            return
        run = self._runs.live(source, new.clock)
        if run is not None:
            run.add(new.act())
            run.facts.update((new.used, new.deed))
            return
        recent = self._recent.setdefault(source, [])
        recent.append(new)
        del recent[:-RECENT]
        if not self._runs.full(source) and self._convinced(source, recent):
            self._open(source, recent)

    def _worth(self, source: str, new: _New) -> float:
        """Weigh one act, as the network is known now."""
        tunables = self._detector
        if new.deed is Deed.SHARE:
            return tunables.share
        if new.deed in {Deed.WRITE, Deed.TOOL}:
            return tunables.write
        if new.deed is Deed.RUN:
            return tunables.run
        if self._popular(new.target, new.family):
            return 0.0
        if self._roles.declared(source, new.target, SERVICES[new.family]):
            return tunables.declared
        return tunables.session

    def _convinced(self, source: str, recent: Sequence[_New]) -> bool:
        """Tell whether the last of the recent acts is one too many."""
        if recent[-1].deed in {Deed.RUN, Deed.TOOL}:
            return True
        tunables = self._detector
        now = recent[-1].clock
        since = self._since(now)
        worth: dict[tuple[str, Deed], float] = {}
        for new in recent:
            if new.clock >= since:
                place = (new.target, new.deed)
                worth[place] = max(worth.get(place, 0.0), self._worth(source, new))
        return sum(worth.values()) >= (tunables.cold_threshold if self._cold(now) else tunables.threshold)

    def _cold(self, now: int) -> bool:
        return now - (now if self._began is None else self._began) < self._detector.warm_up // MICROSECOND

    def _since(self, now: int) -> int:
        return now - (self._detector.cold_window if self._cold(now) else self._detector.window) // MICROSECOND

    def _open(self, source: str, recent: list[_New]) -> None:
        since = self._since(recent[-1].clock)
        weighty = [new for new in recent if new.clock >= since and self._worth(source, new) > 0.0]
        run = self._runs.open(source, weighty[-1].act(), [new.act() for new in weighty[:-1]])
        run.facts.update(fact for new in weighty for fact in (new.used, new.deed))
        run.facts["cold"] = int(self._cold(recent[-1].clock))
        del self._recent[source]

    def _prolong(self, acts: pl.DataFrame) -> None:
        """Programs run and files put again on machines already reached: the behaviour lasts."""
        strong = acts.filter((pl.col("act") != Deed.SESSION.value) & pl.col("src").is_in(self._runs.sources))
        for source, clock in strong.select("src", "clock").iter_rows():
            run = self._runs.at(source, clock)
            if run is not None:
                run.prolong(clock)

    def _say(self, run: Run) -> Finding:
        programs = sum(run.facts[means] for means in MEANS)
        machines = len(run.targets)
        shares = run.facts[Deed.SHARE] + run.facts[Deed.WRITE] + run.facts[Deed.TOOL]
        # A program run far away is rarely ordinary, least of all one just put there; sessions alone may be a new
        # administrator, and what sizes tell is a guess.
        seen = programs > run.facts["sent"]
        confidence = 0.5 + 0.04 * min(machines, 5) + (0.25 if shares else 0.15 if seen else 0.1) * bool(programs)
        if run.facts["cold"]:
            confidence -= 0.15 if programs or run.facts[Deed.TOOL] else 0.25
        usual = (
            say("Cloison had watched for less than a day: it cannot tell yet what is usual here.")
            if run.facts["cold"]
            else say("Since Cloison has been watching, up to a month back, it had not done so.")
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            _technique(run),
            confidence,
            (_title(run, machines, programs), say("{what} {usual}", what=_what(run, machines), usual=usual)),
        )


def _technique(run: Run) -> str:
    """Choose by how programs were run; failing that, by what was carried; failing that, by the sessions."""
    if any(run.facts[means] for means in MEANS):
        return TECHNIQUES[max(MEANS, key=lambda means: run.facts[means])]
    if run.facts[Deed.TOOL]:
        return TECHNIQUES["smb"]
    return TECHNIQUES[max(TECHNIQUES, key=lambda means: run.facts[means])]


def _title(run: Run, machines: int, programs: int) -> Sentence:
    if programs:
        return say("{source} starts programs from afar on other machines", source=run.source)
    if run.facts[Deed.TOOL]:
        return say("{source} carries programs through administrative shares", source=run.source)
    return say_many(
        "{source} opened an administration session on {n} machine that it had never joined",
        "{source} opened administration sessions on {n} machines that it had never joined",
        machines,
        source=run.source,
    )


def _what(run: Run, machines: int) -> Sentence:
    used = [_NAMES[means] for means in _NAMES if run.facts[means]]
    return say_many(
        "It reached {n} machine by: {used}.",
        "It reached {n} machines by: {used}.",
        machines,
        used=_listed(used),
    )


def _listed(words: Sequence[Sentence]) -> Sentence:
    listed = words[0]
    for word in words[1:]:
        listed = say("{first}, {next}", first=listed, next=word)
    return listed


def _note(new: _New) -> Sentence:
    if new.deed is Deed.RUN:
        return say("program run on {target} by {used}", target=new.target, used=_NAMES[new.used])
    if new.deed is Deed.TOOL:
        return say("program on an administrative share of {target} opened", target=new.target)
    if new.deed is Deed.WRITE:
        return say("file put on an administrative share of {target}", target=new.target)
    if new.deed is Deed.SHARE:
        return say("administrative share of {target} opened", target=new.target)
    return say("first session on {target} by {used}", target=new.target, used=_NAMES[new.used])


_NAMES: Mapping[str, Sentence] = {
    "smb": say("file sharing (SMB)"),
    "rdp": say("remote desktop (RDP)"),
    "ssh": say("remote terminal (SSH)"),
    "winrm": say("Windows remote management (WinRM)"),
    "rpc": say("remote procedure calls (RPC)"),
    "service": say("remote service"),
    "sent": say("a file sent over SMB and remote calls at once, as connections alone tell"),
    "at": say("scheduled task (AT)"),
    "task": say("scheduled task"),
    "wmi": say("WMI"),
    "dcom": say("distributed objects (DCOM)"),
}

DETECTOR = AdminReach()
