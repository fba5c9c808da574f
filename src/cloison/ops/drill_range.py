"""An exercise in the range: real connections, a real firewall, an intruder, and the sensors of the router."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep

from cloison.detect.fold import Context, start
from cloison.detect.live import Live
from cloison.errors import OutsideRangeError
from cloison.incident.hosts import Hosts
from cloison.incident.identities import Identities
from cloison.model.addressing import AddressBook
from cloison.model.drill import FlowCount, Milestone, Moment
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Hospital, Level, ZoneKind
from cloison.model.scenario import Scenario
from cloison.model.sealing import Prober
from cloison.ops.drill_feed import Captures
from cloison.ops.moving import Means
from cloison.ops.rules import rules_of
from cloison.ops.sealing import arm
from cloison.rehearse.intruder.conductor import Conductor
from cloison.rehearse.intruder.truth import Deed, read_truth
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.firewall import Passages
from cloison.rehearse.range.keeper import Range
from cloison.rehearse.range.layout import lay_out
from cloison.rehearse.range.network import count
from cloison.rehearse.range.traffic.driving import Traffic
from cloison.words import Sentence, say

ROTATE = 4
"""Seconds of one capture file: what the sensors saw is read when the next begins."""

_STAY = 8.0
"""Seconds behind shut doors: vital messages are sent again after half a second to five, so none may be under way."""

_LOOK = 0.2
"""Seconds between two looks at what the sensors told."""

_SETTLING = 6.0
"""Seconds that messages under way are waited for, once doors are open again."""


@dataclass(slots=True, kw_only=True)
class RangeScene:
    """See `cloison.ops.drill.Scene`. Made by `in_range`."""

    range_: Range
    scenario: Scenario
    means: Means
    conductor: Conductor
    traffic: Traffic
    clock: Clock
    begins: datetime
    where: str = "range"
    notes: tuple[Sentence, ...] = ()
    _captures: Captures = field(init=False)
    _live: Live = field(init=False)
    _identities: Identities = field(init=False)
    _before: Passages | None = None
    _levels: Mapping[ConduitId, Level] = field(default_factory=dict)

    def __post_init__(self) -> None:  # noqa: D105 - what follows from the fields
        context = Context(book=AddressBook(self.hospital), hospital=self.hospital, watchlist=(), rules=rules_of(()))
        self._live = Live(start(context))
        self._identities = Identities(self.hospital)
        self._captures = Captures(self.range_.sensors.captures, self.clock)

    @property
    def hospital(self) -> Hospital:
        """The range's map."""
        return self.range_.layout.hospital

    @property
    def tried(self) -> Hospital:
        """The same, with a site of the range's "internet", which no map lists: the doors to it are tried there."""
        outside = next(one for one in self.range_.layout.compartments if one.kind is ZoneKind.INTERNET)
        site = Asset(
            id=AssetId("site-temoin"),
            name="Site témoin de l'exercice",
            zone=outside.zone,
            addresses=tuple(outside.hosts.values())[:1],
        )
        return replace(self.hospital, assets=(*self.hospital.assets, site))

    @property
    def speed(self) -> float:
        """Of the story."""
        return self.clock.speed

    def look(self) -> tuple[Finding, ...]:
        """Read the capture files that are complete, and judge them on the clock of the story."""
        news: dict[FindingId, Finding] = {}
        for batch in self._captures.batches():
            self._identities.add(batch)
            news.update((finding.id, finding) for finding in self._live.step(batch))
        if not self._captures.behind:
            sleep(_LOOK)
        return tuple(news.values())

    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return self._live.fold.findings()

    def hosts(self) -> Hosts:
        """The machines as the records tell them."""
        return self._identities.hosts()

    def over(self) -> bool:
        """Tell whether the scenario's time is over and the sensors have told the end of it."""
        ends = self.begins + self.clock.lasting(self.scenario.lasts) + timedelta(seconds=2 * ROTATE)
        return datetime.now(UTC) >= ends and not self._captures.behind

    def story(self, at: datetime) -> datetime:
        """Give the time of the story."""
        return self.clock.at(at)

    def first_act(self) -> Moment | None:
        """Give the first hostile act."""
        deed = next(iter(self._hostile()), None)
        return Moment(milestone=Milestone.FIRST_ACT, at=deed.at, story=self.clock.at(deed.at)) if deed else None

    def hostile(self, finding: Finding) -> bool:
        """Tell whether a finding names a machine that the intruder had acted from by the end of what it saw."""
        acted = {deed.source for deed in self._hostile() if self.clock.at(deed.at) <= finding.last_seen + _SLACK}
        return bool(acted & {*finding.sources, *finding.targets})

    def deeds(self) -> int:
        """Count hostile acts, one for each target of each act."""
        return len(self._hostile())

    def shut(self, levels: Mapping[ConduitId, Level]) -> None:
        """Read the router's counters."""
        self._levels = levels
        self._before = count(self.range_.layout)

    def stay(self) -> int | None:
        """Let the intruder and the hospital go on behind shut doors, then count what passed them."""
        until = monotonic() + _STAY
        while monotonic() < until:
            sleep(0.5)
        self.conductor.stop()
        after = count(self.range_.layout)
        if self._before is None:
            return None
        conduits = {one.id: one for one in self.hospital.conduits}
        return sum(
            crossed(conduits[conduit], level, self.hospital, self._before, after)
            for conduit, level in self._levels.items()
        )

    def care(self, levels: Mapping[ConduitId, Level]) -> tuple[FlowCount, ...]:
        """Stop sending, wait for what is under way, and count."""
        until = datetime.now(UTC)
        limit = monotonic() + _SETTLING
        while monotonic() < limit and any(one.under_way for one in self.traffic.care(until=until).values()):
            sleep(0.3)
        counts = self.traffic.care(until=until)
        self.traffic.stop()
        return tuple(
            FlowCount(
                flow=flow.id,
                vital=flow.lifeline,
                cut=any(_cuts(levels.get(conduit), vital=flow.lifeline) for conduit in flow.via),
                sent=counts[flow.id].sent,
                acknowledged=counts[flow.id].acknowledged,
                lost=counts[flow.id].lost,
                delayed=counts[flow.id].delayed,
                slowest=counts[flow.id].slowest,
            )
            for flow in self.hospital.flows
            if flow.id in counts
        )

    def _hostile(self) -> list[Deed]:
        return [deed for deed in read_truth(self.conductor.folder) if deed.hostile]


_SLACK = timedelta(minutes=1)
"""On the clock of the story, between what an act writes and what a sensor sees of it."""


@contextmanager
def in_range(
    scenario: Scenario, hospital: Hospital, folder: Path, *, speed: float, seed: int, warm_up: timedelta
) -> Iterator[RangeScene]:
    """Build the range around this process, which must be alone in fresh namespaces, and begin.

    Args:
        scenario: what the intruder does.
        hospital: the map.
        folder: where everything is written.
        speed: how many times faster than the story.
        seed: of the accounts, the life and the acts.
        warm_up: ordinary life before the scenario begins, on the clock of the story.

    Raises:
        OutsideRangeError: this process is not alone in namespaces of its own.
        RangeError: the range could not be built.
    """
    if os.getpid() != 1:
        raise OutsideRangeError(
            say("an exercise builds its range around a process that is alone in namespaces of its own"),
            fix=say("start it with {command}", command="cloison drill"),
            where=f"pid {os.getpid()}",
        )
    layout = lay_out(hospital)
    nonce = token_hex(16)
    means = Means(
        home=folder / "home",
        probers=tuple(Prober(zone=zone, run=f"netns:{place.namespace}") for zone, place in layout.places.items()),
    )
    origin = _midnight() + scenario.begins - warm_up
    with ExitStack() as stack:
        range_ = Range(
            layout=layout,
            folder=folder,
            clock=Clock(began=datetime.now(UTC), origin=origin, speed=speed),
            nonce=nonce,
            recording=True,
            seed=seed,
        )
        range_.sensors.seconds = ROTATE
        stack.enter_context(range_)
        arm(layout.hospital, means)
        clock = Clock(began=datetime.now(UTC) + timedelta(seconds=1), origin=origin, speed=speed)
        life = warm_up + scenario.lasts + timedelta(seconds=120 * speed)
        traffic = Traffic(layout.hospital, range_.setting, clock=clock, lasting=life, seed=seed)
        traffic.start({str(zone): place for zone, place in layout.places.items()})
        stack.callback(traffic.stop)
        begins = clock.began + clock.lasting(warm_up)
        conductor = Conductor(scenario, layout, range_.setting, nonce=nonce, speed=speed, seed=seed)
        scene = RangeScene(
            range_=range_,
            scenario=scenario,
            means=means,
            conductor=conductor,
            traffic=traffic,
            clock=clock,
            begins=begins,
        )
        while datetime.now(UTC) < begins:
            scene.look()
            sleep(0.2)
        conductor.start()
        stack.callback(conductor.stop)
        yield scene


def crossed(conduit: Conduit, level: Level, hospital: Hospital, before: Passages, after: Passages) -> int:
    """Count packets that a shut door let through between two readings, other than of its vital flows."""
    was, now = before.conduits[conduit.id], after.conduits[conduit.id]
    through = now.packets + now.packets_back - was.packets - was.packets_back
    if level is Level.LIFELINE:
        for flow in hospital.flows:
            if flow.lifeline and flow.via[:1] == (conduit.id,):
                old, new = before.flows[flow.id], after.flows[flow.id]
                through -= new.packets + new.packets_back - old.packets - old.packets_back
    return max(0, through)


def _cuts(level: Level | None, *, vital: bool) -> bool:
    return level is Level.CLOSED or (level is Level.LIFELINE and not vital)


def _midnight() -> datetime:
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
