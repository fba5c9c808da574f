"""Branch and bound on the doors: from what the relaxation bounds to a plan that is proved.

Ours rather than the solver's own: with doors that move many passages at once, the general search spends its
time on cuts that do not help, where a few dozen of our nodes prove the plan; every bound is the relaxation's,
so the whole proof can be written down (`Leaf`); and it can stop, or tell what it has, between any two of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

import numpy as np

from cloison.seal.programme import DoorColumns
from cloison.seal.relaxation import Multipliers, Relaxation, Relaxed, Values
from cloison.spread.scenarios import Levels

CLOSE_ENOUGH = 1e-8
"""Relative: a box whose bound is this near the best doors is not looked into further."""

_TRIED = 8
"""Doors tried both ways at a node before one is chosen, while little is known of them."""

_LEAST_GAIN = 1e-6

LONGEST_PROOF = 400
"""Boxes that are remembered with what closes them; a longer proof is not written down."""

_ROUNDINGS = (0.5, 1e-6, 0.2, 0.8)
"""Doors shut when at least this far shut in a relaxed answer: the nearest, the most cautious, and between."""

Box: TypeAlias = Mapping[int, int]
"""Column of a door -> 0 or 1."""

Ajar: TypeAlias = dict[int, float]
"""Column of a door that stands ajar -> how far it is shut, more than 0 and less than 1."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One box of doors and why it holds nothing better.

    Attributes:
        box: column of a door -> 0 or 1.
        bound: of the box, care-hours.
        why: what proves it.
    """

    box: Box
    bound: float
    why: Multipliers


@dataclass(slots=True)
class Best:
    """The best doors so far, and what no doors can beat.

    Attributes:
        door_levels: (D,).
        objective: of these doors.
        bound: no doors cost less.
        proved: the search went to its end.
        root: the box of all doors, once it is bounded.
        leaves: boxes that cover all doors, when the search went to its end; none when there are too many.
        on_better: told whenever the doors or the bound become better.
    """

    door_levels: Levels
    objective: float
    bound: float
    proved: bool = False
    root: Leaf | None = None
    leaves: list[Leaf] = field(default_factory=list)
    on_better: Callable[["Best"], object] | None = None

    def try_doors(self, door_levels: Levels, objective: float) -> bool:
        """Keep these doors when they cost less; tell whether they do."""
        if objective >= self.objective:
            return False
        self.door_levels, self.objective = door_levels, objective
        if self.on_better:
            self.on_better(self)
        return True

    def raise_bound(self, bound: float) -> None:
        """Keep this bound when it is higher."""
        if bound > self.bound:
            self.bound = bound
            if self.on_better:
                self.on_better(self)

    @property
    def enough(self) -> float:
        """A bound this high closes a box."""
        return self.objective - CLOSE_ENOUGH * max(1.0, abs(self.objective))


def search(
    best: Best,
    relaxation: Relaxation,
    columns: DoorColumns,
    objective: Callable[[Levels], float],
    improve: Callable[[Levels], Levels],
) -> None:
    """Improve and prove `best`, until it is proved or the relaxation is out of time.

    Args:
        best: where to begin, and where what is found is put.
        relaxation: of the programme.
        columns: of the doors.
        objective: what a set of doors costs, worked out without the programme.
        improve: gives a set of doors near these that costs no more.

    Source: best first; strong branching, then pseudocosts (Achterberg, Koch and Martin 2005).
    """
    _Search(best, relaxation, columns, objective, improve).run()


class _Search:
    def __init__(
        self,
        best: Best,
        relaxation: Relaxation,
        columns: DoorColumns,
        objective: Callable[[Levels], float],
        improve: Callable[[Levels], Levels],
    ) -> None:
        self._best, self._relaxation, self._columns = best, relaxation, columns
        self._objective, self._improve = objective, improve
        self._gain, self._times = np.zeros((2, columns.count)), np.zeros((2, columns.count))
        self._open: list[tuple[float, int, Leaf, Ajar]] = []
        self._closed: list[Leaf] = []
        self._lowest, self._boxes, self._serial = np.inf, count(), count()

    def run(self) -> None:
        best = self._best
        root = self._relaxation.solve({}, np.inf, self._on_root_round)
        if root is None:
            return
        best.root = Leaf({}, root.bound, self._relaxation.multipliers())
        self._file(root, best.root)
        if not root.whole:
            self._round(root.doors)
            self._look_near()
        while self._open:
            best.raise_bound(min(self._open[0][0], self._lowest, best.objective))
            if self._open[0][0] >= best.enough:
                break
            _, _, leaf, ajar = heappop(self._open)
            if not self._split(leaf, ajar):
                return
        for _, _, leaf, _ in self._open:
            self._close(leaf)
        best.proved = True
        best.leaves = self._closed
        best.raise_bound(min(self._lowest, best.objective))

    def _close(self, leaf: Leaf) -> None:
        self._lowest = min(self._lowest, leaf.bound)
        if next(self._boxes) < LONGEST_PROOF:
            self._closed.append(leaf)
        else:
            self._closed = []

    def _on_root_round(self, answer: Relaxed) -> None:
        self._best.raise_bound(min(answer.bound, self._best.objective))
        self._round(answer.doors, _ROUNDINGS[:1])

    def _round(self, doors: Values, roundings: tuple[float, ...] = _ROUNDINGS) -> bool:
        """Try the doors that a relaxed answer suggests; tell whether some are better."""
        better = False
        for rounding in roundings:
            levels = self._columns.levels(doors, rounding)
            better |= self._best.try_doors(levels, self._objective(levels))
        return better

    def _look_near(self) -> None:
        near = self._improve(self._best.door_levels)
        self._best.try_doors(near, self._objective(near))

    def _file(self, answer: Relaxed, leaf: Leaf) -> None:
        """Close a box, or keep it for later."""
        if answer.whole:
            levels = self._columns.levels(answer.doors)
            self._best.try_doors(levels, self._objective(levels))
        if answer.whole or leaf.bound >= self._best.enough:
            self._close(leaf)
            return
        ajar = dict(zip(answer.ajar.tolist(), answer.doors[answer.ajar].tolist(), strict=True))
        heappush(self._open, (leaf.bound, next(self._serial), leaf, ajar))

    def _split(self, parent: Leaf, ajar: Ajar) -> bool:
        """Replace a box by its two halves at the door that promises most; tell whether there was time."""
        tried: dict[int, list[tuple[Relaxed, Leaf]]] = {}
        unknown = [door for door in ajar if not self._times[:, door].all()]
        for door in sorted(unknown, key=lambda place: abs(ajar[place] - 0.5))[:_TRIED]:
            halves = self._halves(parent, door, ajar[door])
            if halves is None:
                return False
            tried[door] = halves
        chosen = max(ajar, key=lambda door: self._promise(door, ajar[door]))
        halves = tried.get(chosen) or self._halves(parent, chosen, ajar[chosen])
        if halves is None:
            return False
        for answer, leaf in halves:
            self._file(answer, leaf)
        return True

    def _halves(self, parent: Leaf, door: int, share: float) -> list[tuple[Relaxed, Leaf]] | None:
        halves = []
        for side, move in ((0, share), (1, 1.0 - share)):
            box = {**parent.box, door: side}
            answer = self._relaxation.solve(box, self._best.enough)
            if answer is None:
                return None
            leaf = Leaf(box, max(answer.bound, parent.bound), self._relaxation.multipliers())
            self._gain[side, door] += max(0.0, min(leaf.bound, self._best.objective) - parent.bound) / move
            self._times[side, door] += 1
            halves.append((answer, leaf))
            if self._round(answer.doors):
                self._look_near()
        return halves

    def _promise(self, door: int, share: float) -> float:
        """Guess how much the halves at this door would gain, from what it, or others, gained before."""
        gains = []
        for side, move in ((0, share), (1, 1.0 - share)):
            times = self._times[side, door]
            usual = self._gain[side].sum() / max(1.0, self._times[side].sum())
            gains.append(max(move * (self._gain[side, door] / times if times else usual), _LEAST_GAIN))
        return float(gains[0] * gains[1])
