"""Who does what when in a life of the range: drawn from rates by hour of the day, where the map declares it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from zlib import crc32

import numpy as np
from numpy.random import Generator

from cloison.model.hospital import Hospital
from cloison.rehearse.declared import Declared
from cloison.rehearse.habit import FAVOURITE, Habit
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.furnishing import known_parts
from cloison.rehearse.range.setting import Host, Setting
from cloison.rehearse.range.traffic.catalogue import known_habits
from cloison.rehearse.range.traffic.errand import Errand, Word
from cloison.rehearse.rhythm import DAY, moments

MOST = 40.0
"""Errands begun in one real second, all zones together: more would be a load test, and two cores could not serve it."""

What = Callable[[Generator, Host, Host], Mapping[str, Word]]


def draw_up(hospital: Hospital, setting: Setting, *, clock: Clock, lasting: timedelta, seed: int) -> tuple[Errand, ...]:
    """Draw a life: the same arguments give the same.

    Args:
        hospital: the map of the range: only what its conduits declare is done.
        setting: its hosts.
        clock: when it begins in the hospital, and how fast it goes.
        lasting: of the hospital's time.
        seed: of all that is drawn.

    Returns:
        In order of time. Thinned, care last, when there would be more than `MOST` in a second on the whole.
    """
    draft = Draft(hospital, setting, clock=clock, lasting=lasting, seed=seed)
    for habit in known_habits().values():
        draft.habit = habit.name
        habit.draw(draft)
    return draft.errands()


class Draft:
    """What habits draw into.

    Attributes:
        habit: name of the habit that draws now.
        hours: length of the life, in hours of the hospital.
    """

    def __init__(self, hospital: Hospital, setting: Setting, *, clock: Clock, lasting: timedelta, seed: int) -> None:
        self.setting = setting
        self.habit = ""
        self.hours = lasting / timedelta(hours=1)
        self._clock = clock
        self._real = clock.lasting(lasting).total_seconds()
        self._seed = seed
        midnight = clock.origin.replace(hour=0, minute=0, second=0, microsecond=0)
        self._from = (clock.origin - midnight).total_seconds()
        self._zones = {str(zone.id): index for index, zone in enumerate(hospital.zones)}
        self._declared = Declared(hospital)
        ids = [zone.id for zone in hospital.zones]
        self._conduits = {(str(c.from_), str(c.to)): str(c.id) for c in reversed(hospital.conduits) if c.from_ in ids}
        self._flows = {(str(f.via[-1]), f.service): str(f.id) for f in reversed(hospital.flows) if f.via}
        self._served = {
            (host.id, p)
            for part in known_parts().values()
            for host in setting.hosts
            if part.stands_on(host)
            for p in (*part.tcp, *part.udp, *part.also(host))
        }
        self._drawn: list[Errand] = []

    def rng(self, name: str) -> Generator:
        """Random numbers of one purpose: what another draws never moves them."""
        return np.random.default_rng([self._seed, crc32(f"{self.habit}/{name}".encode())])

    def moments(self, rng: Generator, per_day: float, rhythm: Sequence[float]) -> list[float]:
        """Draw the moments of something, hospital seconds after the life's beginning, in order."""
        days = math.ceil((self._from + self.hours * 3600) / DAY)
        found = [
            day * DAY + at - self._from
            for day in range(days)
            for at in moments(rng, tuple(rhythm), int(rng.poisson(per_day))).tolist()
        ]
        return sorted(at for at in found if 0 <= at < self.hours * 3600)

    def partners(self, habit: Habit) -> Iterator[tuple[Host, list[Host]]]:
        """Give each host that has a habit, with those that serve it and that the map lets it reach."""
        port = int(habit.service.partition("/")[2])
        whom = [each for each in self.setting.having(*habit.whom) if (each.id, port) in self._served]
        reached: dict[str, list[Host]] = {}
        for source in self.setting.having(*habit.who):
            if habit.kind is None or source.kind == habit.kind.value:
                if source.zone not in reached:
                    reached[source.zone] = [each for each in whom if self.allows(source, each, habit.service)]
                near = [each for each in reached[source.zone] if each.id != source.id]
                if near:
                    yield source, near

    def allows(self, source: Host, target: Host, service: str) -> bool:
        """Tell whether the map lets one host open a service of another."""
        return self._declared.allows(self._zones[source.zone], self._zones[target.zone], service)

    def follow(self, habit: Habit, what: What | None = None, *, act: str | None = None) -> None:
        """Draw a habit: most of its exchanges are with the usual partner.

        Args:
            habit: who, whom, which service, how often.
            what: gives what each exchange is about.
            act: name of the habit that knows how to do it; None: the one that draws.
        """
        rng = self.rng(f"{habit.who}{habit.whom}{habit.service}{habit.kind}")
        for source, near in self.partners(habit):
            usual = near[crc32(source.id.encode()) % len(near)]
            for at in self.moments(rng, habit.per_day * float(rng.lognormal(0, 0.5)), habit.rhythm):
                target = usual if rng.random() < FAVOURITE else near[int(rng.integers(len(near)))]
                self.add(at, source, target, habit.service, what=what(rng, source, target) if what else {}, act=act)

    def add(
        self,
        at: float,
        source: Host,
        target: Host,
        service: str,
        *,
        items: int = 1,
        what: Mapping[str, Word] | None = None,
        act: str | None = None,
        back: bool = False,
    ) -> None:
        """Add an errand, unless it would begin after the end.

        Args:
            at: hospital seconds after the life's beginning.
            source: who opens.
            target: who answers.
            service: "tcp/104".
            items: things counted.
            what: for who does it.
            act: name of the habit that does it; None: the one that draws.
            back: what is counted comes back by a connection that the target opens (images moved).
        """
        if not 0 <= at < self.hours * 3600:
            return
        ends = (target.zone, source.zone) if back else (source.zone, target.zone)
        conduit = self._conduits.get(ends, "")
        self._drawn.append(
            Errand(
                number=len(self._drawn),
                habit=act or self.habit,
                at=at / self._clock.speed,
                source=source.id,
                target=target.id,
                port=int(service.partition("/")[2]),
                conduit=conduit,
                flow=self._flows.get((conduit, service), ""),
                items=items,
                what=what or {},
            )
        )

    def errands(self) -> tuple[Errand, ...]:
        """Give what was drawn, in order of time, thinned to `MOST` a second: care last."""
        most = MOST * self._real
        care = sum(1 for errand in self._drawn if errand.flow)
        of_care = min(1.0, most / max(1, care))
        of_others = min(1.0, max(0.0, most - care) / max(1, len(self._drawn) - care))
        draws = self.rng("kept").random(len(self._drawn)).tolist()
        kept = (e for e, draw in zip(self._drawn, draws, strict=True) if draw < (of_care if e.flow else of_others))
        return tuple(sorted(kept, key=lambda errand: (errand.at, errand.number)))
