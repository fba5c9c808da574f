"""Records that by themselves, or a few together, show what an intruder does: one walk for several detectors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

import polars as pl

from cloison.detect.burst import KEYS, Bursts, microseconds
from cloison.detect.detector import Context
from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "src_key", "dst_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What one sort of record shows.

    Attributes:
        technique: ATT&CK id.
        confidence: of a finding that rests on this sign, 0 to 1.
        note: what the record shows, without its target.
        need: how many within the detector's window, from one host to one machine...
        machines: ...or, when above 1, on how many different machines.
    """

    technique: str
    confidence: float
    note: Sentence
    need: int = 1
    machines: int = 1


class SignDetector(Protocol):
    """A detector that rests on signs.

    Attributes:
        signs: by name, as `rows` gives them.
    """

    name: ClassVar[str]
    barrier: ClassVar[Barrier]
    technique: ClassVar[Technique]
    signs: ClassVar[Mapping[str, Sign]]

    @property
    def window(self) -> timedelta:
        """How close together the records of a sign that wants several must be."""

    @property
    def memory(self) -> int:
        """Days after which a sign from the same host on the same machine is new again; 0: habit is no excuse."""

    @property
    def popular(self) -> int:
        """Hosts that give a sign on a machine, from which it is that machine's ordinary use; 0: never."""

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """Give records that are signs: `COLUMNS` and sign, one of the names of `signs`."""

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """Give title and explanation."""

    def excuses(self, run: Run, roles: Roles) -> bool:
        """Tell, when findings are given, whether this is the host's work."""


class SignWatch:
    """The latest signs of each host, habits, and what is popular."""

    def __init__(self, detector: SignDetector, context: Context) -> None:
        """Begin with nothing seen."""
        self._detector = detector
        self._roles = Roles(context)
        self._bursts = Bursts(microseconds(detector.window))
        self._habits = Firsts(days=detector.memory, limit=1 << 20)
        self._users: dict[tuple[str, str], set[str]] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        parts = [part.select(*COLUMNS, "sign") for part in self._detector.rows(tables)]
        if not parts:
            return
        rows = (
            pl.concat(pl.collect_all(parts))
            .filter(pl.col("src_key") != pl.col("dst_key"))
            .sort("clock", "origin", "record", "sign", maintain_order=True)
        )
        if self._detector.memory and rows.height:
            rows = self._habits.new(
                rows.with_columns(key=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("sign")))
            )
        for clock, began, origin, record, src, dst, name in rows.select(*COLUMNS[:6], "sign").iter_rows():
            if not self._ordinary(src, dst, name):
                note = say("{what}, on {target}", what=self._detector.signs[name].note, target=dst)
                self._take(src, name, Act(clock, began, origin, record, dst, note))

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs if not self._detector.excuses(run, self._roles)]

    def _ordinary(self, src: str, dst: str, name: str) -> bool:
        """Tell whether many hosts do this to that machine, and count this one among them."""
        if not self._detector.popular:
            return False
        users = self._users.get((dst, name))
        if users is None:
            if len(self._users) >= KEYS:
                del self._users[next(iter(self._users))]
            users = self._users[dst, name] = set()
        if len(users) < self._detector.popular:
            users.add(src)
        return len(users) >= self._detector.popular

    def _take(self, src: str, name: str, act: Act) -> None:
        run = self._runs.live(src, act.clock)
        if run is not None and (run.facts[name] or self._detector.signs[name].need == 1):
            run.add(act)
            run.facts[name] += 1
            return
        sign = self._detector.signs[name]
        key = (src, name) if sign.machines > 1 else (src, name, act.target)
        acts = self._bursts.take(key, act)
        if len(acts) < sign.need or len({one.target for one in acts}) < sign.machines:
            return
        self._bursts.forget(key)
        if run is not None:
            for one in acts:
                run.add(one)
        elif self._runs.full(src):
            return
        else:
            run = self._runs.open(src, act, list(acts)[:-1])
        run.facts[name] += len(acts)

    def _say(self, run: Run) -> Finding:
        signs = self._detector.signs
        strongest = max((name for name in signs if run.facts[name]), key=lambda name: signs[name].confidence)
        sign = signs[strongest]
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            sign.technique,
            min(0.95, sign.confidence + 0.05 * (sum(run.facts[name] > 0 for name in signs) - 1)),
            self._detector.words(run, sign),
        )
