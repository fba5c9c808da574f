"""A host that goes where neither it nor its like ever go, to administer or to carry much."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, ClassVar

import polars as pl

from cloison.detect.admin_acts import SERVICES
from cloison.detect.detector import NETWORK, Context, Rebuilt
from cloison.detect.firsts import DAY, Firsts
from cloison.detect.places import joined_key
from cloison.detect.popularity import Item, Popularity, together
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)
MEBIBYTE = 1 << 20

DYNAMIC = 32_768
"""From here on ports are handed out on the fly: they name no service."""

LINKS = 1 << 21
"""Links remembered, 16 bytes each."""

CHOICES = 1 << 18
"""(compartment, service) pairs counted, about 150 bytes each."""

GROUPS = 1 << 14
RECENT = 48
"""New links of a host that are weighed together."""

HOSTS = 1 << 14
"""Hosts with new links in the window; the one quiet for the longest goes first."""

_TECHNIQUES = {
    **dict.fromkeys((139, 445), "T1021.002"), 3389: "T1021.001", 22: "T1021.004", 5900: "T1021.005",
    **dict.fromkeys((5985, 5986), "T1021.006"),
}  # fmt: skip
_ADMIN = frozenset(int(service.partition("/")[2]) for family in SERVICES.values() for service in family) | {23, 5900}


@dataclass(frozen=True, slots=True, kw_only=True)
class RareLink:
    """New links that the popularity of services in the host's own compartment does not explain.

    When a host calls, for the first time in `memory` days, a TCP service inside, its choice is weighed against the
    choices that hosts of its compartment (without a map: its /24 or /64) made before: the chance that a new link
    goes to a service at most as popular there, and, for one that nobody there ever called on a machine called for
    longer than `window`, times the same chance in the whole network. The chances of the host's new links within
    `window` are combined; those above `level` count as ordinary. The host is denounced when that comes below
    `chance`, and one of the rare links is a session of administration or carried `mebibytes`.

    A host that called at least `explorer` services which nobody called, more than `window` ago, explores by trade
    (supervision, deployment) and is left out. Nothing is judged before `warm_up`, nor in a compartment where fewer
    than `links` new links were seen.

    Source: Turcotte, Moore, Heard, McPhall, "Poisson factorization for peer-based anomaly detection", IEEE ISI
    2016, for scoring new links by those of peers; Heard, Rubin-Delanchy, "Network-wide anomaly detection via the
    Dirichlet process", IEEE ISI 2016, for predictive p-values by popularity and their combination; Liu et al., "Latte",
    MILCOM 2018, for the second condition. ATT&CK T1021, T1570.
    """

    name: ClassVar[str] = "rare-link"
    technique: ClassVar[Technique] = Technique("T1021")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "answered", "src_bytes", "dst_bytes")
    }
    key: ClassVar[str] = NETWORK
    repeats: ClassVar[bool] = False

    chance: float = 1e-4
    level: float = 0.05
    window: timedelta = timedelta(hours=24)
    warm_up: timedelta = timedelta(hours=24)
    links: int = 100
    mebibytes: float = 100.0
    explorer: int = 10
    memory: int = 30

    def watch(self, context: Context) -> "RareLinkWatch":
        """Begin to watch."""
        return RareLinkWatch(self, context)


class _Groups(Rebuilt):
    """The compartment of an address, or its network where no map tells."""

    def __init__(self, context: Context) -> None:
        self._book = context.book
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, address: str) -> str:
        zone, _, _ = self._book.locate(address)
        if zone is not None:
            return zone
        try:
            parsed = ip_address(address)
        except ValueError:
            return ""
        size, length = (8, 24) if parsed.version == 4 else (64, 64)  # noqa: PLR2004  # IP versions
        return f"{type(parsed)(int(parsed) >> size << size)}/{length}"


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that the host had never made.

    Attributes:
        surprise: the chance of one as rare.
        strong: it is a session of administration, or carried much.
    """

    act: Act
    port: int
    surprise: float
    strong: bool


@dataclass(slots=True)
class _Recent:
    """A host's last new links."""

    links: deque[_Link] = field(default_factory=lambda: deque(maxlen=RECENT + 1))


class RareLinkWatch:
    """Links known, what each compartment and the network choose, each host's recent new links."""

    def __init__(self, detector: RareLink, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._roles = Roles(context)
        self._groups = _Groups(context)
        self._firsts = Firsts(days=detector.memory, limit=LINKS)
        self._choices = 0
        self._everybody = Popularity(first=0)
        self._habits: dict[str, Popularity] = {}
        self._recent: dict[str, _Recent] = {}
        self._alone: dict[str, list[int]] = {}
        self._called: dict[str, int] = {}
        self._usual: dict[str, list[Item]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW]
        key = joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port"))
        spoke = (pl.col("dst_bytes") > 0).fill_null(value=True) & pl.col("answered").fill_null(value=True)
        told = (
            (pl.col("proto") == "tcp")
            & pl.col("src_inside")
            & pl.col("dst_inside")
            & (pl.col("dst_port") < DYNAMIC)
            & (pl.col("src_key") != pl.col("dst_key"))
            & spoke
        )
        # Nearly every connection repeats one of before: keys alone tell, and the few new ones are picked out.
        new = self._firsts.new(flows.lazy().filter(told).select("seq", "clock", key=key).collect())
        if new.height:
            for row in flows[flows["seq"].search_sorted(new["seq"].sort())].iter_rows(named=True):
                self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, item = row["src"], (row["dst"], row["dst_port"])
        group = self._groups.of(source)
        habits = self._habits.get(group)
        if habits is None:
            if len(self._habits) >= GROUPS:
                return
            habits = self._habits[group] = Popularity(first=row["clock"])
        surprise = self._surprise(row, habits, item)
        if surprise is not None:
            self._weigh(row, surprise, habits)
        if item not in habits.chosen and item not in self._everybody.chosen:
            self._note_alone(source, row["clock"])
        room = self._choices < CHOICES
        if room:
            self._called.setdefault(row["dst"], row["clock"])
        self._choices += room and item not in habits.chosen
        habits.choose(item, room=room)
        self._everybody.choose(item, room=room)

    def _note_alone(self, source: str, clock: int) -> None:
        month = clock - self._detector.memory * DAY
        alone = [one for one in self._alone.pop(source, []) if one >= month]
        if len(self._alone) >= HOSTS:
            del self._alone[next(iter(self._alone))]
        self._alone[source] = [*alone, clock][:RECENT]

    def _surprise(self, row: Mapping[str, Any], habits: Popularity, item: Item) -> float | None:
        """Give the chance of a new link as rare; None when it is too early to tell, or the map explains it."""
        tunables = self._detector
        source, clock = row["src"], row["clock"]
        if habits.links < tunables.links or clock - habits.first < tunables.warm_up // MICROSECOND:
            return None
        if self._roles.administers(source) or self._roles.looks(source):
            return None
        if self._explores(source, clock):
            return None
        surprise = habits.surprise(item)
        # That nobody at all uses the service says nothing of a server that has just come, nor of a declared passage.
        known = self._called.get(row["dst"], clock) < clock - self._detector.window // MICROSECOND
        declared = self._roles.declared(source, row["dst"], frozenset({f"tcp/{row['dst_port']}"}))
        return surprise if item in habits.chosen or declared or not known else surprise * self._everybody.surprise(item)

    def _explores(self, source: str, clock: int) -> bool:
        """Tell whether calling what nobody else calls has long been the host's work."""
        alone = self._alone.get(source, ())
        before = clock - self._detector.window // MICROSECOND
        return sum(one < before for one in alone) >= self._detector.explorer

    def _weigh(self, row: Mapping[str, Any], surprise: float, habits: Popularity) -> None:
        tunables = self._detector
        source, clock = row["src"], row["clock"]
        carried = max(row["src_bytes"] or 0, row["dst_bytes"] or 0)
        strong = row["dst_port"] in _ADMIN or carried >= tunables.mebibytes * MEBIBYTE
        link = _Link(_act(row), row["dst_port"], surprise, strong)
        run = self._runs.live(source, clock)
        if run is not None:
            if surprise <= tunables.level:
                run.add(link.act)
            return
        recent = self._recent.pop(source, None) or _Recent()
        if len(self._recent) >= HOSTS:
            del self._recent[next(iter(self._recent))]
        self._recent[source] = recent
        since = clock - tunables.window // MICROSECOND
        while recent.links and recent.links[0].act.clock < since:
            recent.links.popleft()
        recent.links.append(link)
        if surprise > tunables.level:
            return
        rare = [one for one in recent.links if one.surprise <= tunables.level]
        if not any(one.strong for one in rare):
            return
        chance = together([one.surprise for one in recent.links], tunables.level)
        if chance <= tunables.chance and not self._runs.full(source):
            run = self._runs.open(source, rare[-1].act, [one.act for one in rare[:-1]])
            run.facts.update(_TECHNIQUES.get(one.port, "T1021" if one.port in _ADMIN else "T1570")
                             for one in rare if one.strong)  # fmt: skip
            run.facts["chance"] = int(1 / max(chance, 1e-12))
            self._usual[_name(run)] = habits.favourites(3)
            del self._recent[source]

    def _say(self, run: Run) -> Finding:
        techniques = sorted(name for name in run.facts if name.startswith("T"))
        technique = max(techniques, key=lambda name: run.facts[name])
        # Each tenth part of the chance asked for adds a little; a new habit of a person remains likely.
        tenths = len(str(run.facts["chance"])) - len(str(int(1 / self._detector.chance)))
        machines = len(run.targets)
        what = say_many(
            "It called {n} machine for the first time, by services that hardly any machine like it uses ({called}).",
            "It called {n} machines for the first time, by services that hardly any machine like it uses ({called}).",
            machines,
            called=_joined([act.note for act in run.evidence[:3]]),
        )
        usual = say(
            "The machines of its compartment usually call {usual}; as rare a choice comes once in {times}.",
            usual=_listed(self._usual[_name(run)]),
            times=run.facts["chance"],
        )
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            technique,
            min(0.75, 0.4 + 0.05 * tenths),
            (
                say("{source} goes where machines like it never go", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


def _act(row: Mapping[str, Any]) -> Act:
    note = say("first call to {target}, port {port}", target=row["dst"], port=str(row["dst_port"]))
    return Act(row["clock"], row["began"], row["origin"], row["record"], row["dst"], note)


def _name(run: Run) -> str:
    return f"{run.source} {run.fired.clock}"


def _listed(items: list[Item]) -> Sentence:
    return _joined([say("{target} port {port}", target=target, port=str(port)) for target, port in items])


def _joined(parts: list[Sentence]) -> Sentence:
    listed = parts[0]
    for part in parts[1:]:
        listed = say("{first}, {next}", first=listed, next=part)
    return listed


DETECTOR = RareLink()
