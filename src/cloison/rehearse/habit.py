"""What a kind of machine does again and again, and how it is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.random import Generator

from cloison.model.hospital import Hospital, ZoneKind
from cloison.rehearse.declared import Declared
from cloison.rehearse.population import Hosts, populate
from cloison.rehearse.rhythm import CARE, DAY, HOUR, Rhythm, chance, moments, sizes, ticks
from cloison.rehearse.tape import Flows, Mask, Numbers, Picks, Tape

FAVOURITE = 0.75
"""Share of its exchanges that a machine has with its usual partner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Exchanges that machines of some roles have with machines of others, where the map declares it.

    Attributes:
        who: roles that open; `whom`: roles that answer.
        service: "tcp/445".
        app: Zeek's name of the protocol.
        per_day: mean number for each machine that opens, drawn from `rhythm`; 0 for a poller.
        every: seconds between two polls, for a poller; `jitter` as a share of it.
        each: a poller visits every partner; else its usual one.
        seconds, up, down: medians of duration and of payload bytes each way.
        sigma: of their logarithm.
        kind: only machines in zones of this kind open.
        listed: only machines that the map lists answer.
    """

    who: tuple[str, ...]
    whom: tuple[str, ...]
    service: str
    app: str | None = None
    per_day: float = 0.0
    rhythm: Rhythm = CARE
    every: float = 0.0
    jitter: float = 0.01
    each: bool = False
    seconds: float = 0.2
    up: float = 600.0
    down: float = 1500.0
    sigma: float = 0.7
    refused: float = 0.002
    silent: float = 0.004
    kind: ZoneKind | None = None
    listed: bool = False


class Day:
    """One day on one map: who is there, when they are switched on, and what was seen of them."""

    def __init__(self, hospital: Hospital, seed: int) -> None:
        self.hospital = hospital
        self.hosts: Hosts = populate(hospital)
        self.declared = Declared(hospital)
        self.tape = Tape()
        self._seed = seed
        self.on, self.off = self._hours()

    def rng(self, family: str) -> Generator:
        """Random numbers of one family: what another family draws never moves them."""
        return np.random.default_rng([self._seed, crc32(family.encode())])

    def awake(self, who: Picks, at: Numbers) -> Mask:
        """Tell whether each machine is switched on at that moment."""
        awake: Mask = (at >= self.on[who]) & (at < self.off[who])
        return awake

    def follow(self, rng: Generator, habit: Habit) -> list[tuple[Picks, Picks, Flows]]:
        """Record a habit.

        Returns:
            (sources, targets, connections) for each group of machines, aligned.
        """
        sources = self.hosts.having(*habit.who, kind=habit.kind)
        targets = self.hosts.having(*habit.whom)
        if habit.listed:
            targets = targets[self.hosts.listed[targets]]
        groups = list(self.declared.partners(self.hosts, sources, targets, habit.service))
        return [self._exchange(rng, habit, *self._draw(rng, habit, who, whom)) for who, whom in groups]

    def follow_all(self, rng: Generator, habits: Iterable[Habit]) -> None:
        """Record habits that leave nothing but connections."""
        for habit in habits:
            self.follow(rng, habit)

    def detail(self, rng: Generator, habit: Habit, write: Callable[[Picks, Picks, Flows], None]) -> None:
        """Record a habit and, through `write`, the log lines of its connections that succeeded."""
        for who, whom, flows in self.follow(rng, habit):
            well = flows.settled
            write(who[well], whom[well], flows.only(well))

    def _draw(self, rng: Generator, habit: Habit, who: Picks, whom: Picks) -> tuple[Picks, Picks, Numbers]:
        if habit.every:
            pairs = np.array(
                [(s, t) for s in who for t in whom if s != t]
                if habit.each
                else [(s, whom[s % len(whom)]) for s in who if s != whom[s % len(whom)]],
                dtype=np.intp,
            ).reshape(-1, 2)
            at = ticks(rng, len(pairs), habit.every, habit.jitter)
            repeats = at.shape[1]
            return np.repeat(pairs[:, 0], repeats), np.repeat(pairs[:, 1], repeats), at.ravel()
        eager = sizes(rng, 1.0, 0.5, len(who))  # some people and machines do far more than others
        source = np.repeat(who, rng.poisson(habit.per_day * eager))
        usual = whom[source % len(whom)]
        other = whom[rng.integers(0, len(whom), len(source))]
        target = np.where(chance(rng, FAVOURITE, len(source)), usual, other)
        at = moments(rng, habit.rhythm, len(source))
        apart = source != target
        return source[apart], target[apart], at[apart]

    def _exchange(
        self, rng: Generator, habit: Habit, who: Picks, whom: Picks, at: Numbers
    ) -> tuple[Picks, Picks, Flows]:
        there = self.awake(who, at) & (at >= 0) & (at < DAY)
        who, whom, at = who[there], whom[there], at[there]
        n = len(at)
        proto, _, port = habit.service.partition("/")
        flows = self.tape.connect(
            rng,
            at=at,
            src=self.hosts.address[who],
            dst=self.hosts.address[whom],
            port=int(port),
            proto=proto,
            service=habit.app,
            seconds=sizes(rng, habit.seconds, habit.sigma, n),
            up=sizes(rng, habit.up, habit.sigma, n),
            down=sizes(rng, habit.down, habit.sigma, n),
            refused=habit.refused,
            silent=habit.silent,
        )
        return who, whom, flows

    def _hours(self) -> tuple[Numbers, Numbers]:
        """Draw when each machine is switched on and off, seconds since midnight."""
        rng = self.rng("hours")
        hosts, n = self.hosts, len(self.hosts.address)
        on, off = np.zeros(n), np.full(n, DAY)
        arrives, leaves = rng.normal(7.9, 0.5, n) * HOUR, rng.normal(17.6, 0.8, n) * HOUR
        pc = hosts.role == "workstation"
        office = pc & (hosts.kind == ZoneKind.OFFICE.value)
        by_day = office | (pc & chance(rng, 0.3, n))
        on[by_day], off[by_day] = arrives[by_day], leaves[by_day]
        off[office & chance(rng, 0.08, n)] = 0.0  # leave, part time
        return on, off
