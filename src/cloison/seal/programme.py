"""The mixed-integer programme of a seal plan: doors are whole, all that follows from them is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.seal.doors import CLOSED, LIFELINE, OPEN, Doors
from cloison.seal.network import NO_NODE, SURE_TAIL, Network, Stop
from cloison.spread.scenarios import Levels, Places

NEVER = -1
SURE = -2

HALF = 0.5
"""Parts the 0 from the 1 of a whole column, which the solver gives within its tolerance."""

Term: TypeAlias = NDArray[np.intp]
"""(U,) what says that something is down in each scenario: a column, or NEVER, or SURE; (1,): the same in all."""

Costs: TypeAlias = NDArray[np.float64]

Label: TypeAlias = tuple[str, ...]
"""("flow", id), or (which part of its outage, id of a care service, path of a need in its tree: "0.2")."""


class Toll(Enum):
    """Who takes what a cost counts."""

    ANY = auto()
    INTRUDER = auto()
    DOORS = auto()


class Dearness(NamedTuple):
    """How dear the two harms are held beside each other; 1 and 1 is the objective of DESIGN section 7.

    Attributes:
        intruder: times what the intruder takes: rebuilding, and records.
        doors: times the care that the doors alone take.
    """

    intruder: float = 1.0
    doors: float = 1.0

    def times(self, toll: Toll) -> float:
        """Give how many times a cost counts; the doors' own is counted once among those of any."""
        return {Toll.ANY: 1.0, Toll.INTRUDER: self.intruder, Toll.DOORS: self.doors - 1.0}[toll]


AS_ASKED = Dearness()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorColumns:
    """The columns that stand for the doors.

    A door that nothing uses has none. One for which levels lifeline and closed are worth the same, or for
    which one of them is never better, has a single column; the others have two, closed <= shut.

    Attributes:
        shut: (D,) column: at lifeline or closed; NEVER: it stays open.
        closed: (D,) column: closed; NEVER: it is never closed.
        least: (D,) the level that each door may not be opened beyond.
        count: number of columns; they come first in the programme.
    """

    shut: Places
    closed: Places
    least: Levels
    count: int

    def levels(self, values: NDArray[np.float64], rounding: float = HALF) -> Levels:
        """Read the levels of the doors, (D,), off a solution: shut when more than `rounding` shut."""
        whole = np.append(values[: self.count] > rounding, False)
        levels = np.full(len(self.shut), OPEN, dtype=np.int8)
        levels[whole[self.shut]] = LIFELINE
        levels[whole[self.closed]] = CLOSED
        return levels

    def held(self) -> Places:
        """Give the columns that are 1 whatever is chosen."""
        held: Places = self.shut[self.least != OPEN]
        return held

    def choices(self, door: int) -> tuple[int, ...]:
        """List the levels that are worth weighing for a door that has a column, from the gentlest."""
        levels = [OPEN] if self.least[door] == OPEN else []
        if self.shut[door] != self.closed[door]:
            levels.append(LIFELINE)
        return (*levels, CLOSED) if self.closed[door] != NEVER else tuple(levels)

    def stopping(self, network: Network) -> Places:
        """Give, (A,), the column that stops each arc; NEVER where nothing does."""
        softly = np.where(network.stop == Stop.LIFELINE, _of(self.shut, network), NEVER)
        return np.where(network.stop == Stop.CLOSED, _of(self.closed, network), softly)


def door_columns(doors: Doors, network: Network) -> DoorColumns:
    """Give each door the columns that it needs, and no more."""
    softly, hardly = (np.zeros(doors.count, dtype=np.bool_) for _ in range(2))
    softly[network.door[network.stop == Stop.LIFELINE]] = True
    hardly[network.door[network.stop == Stop.CLOSED]] = True
    held = doors.least != OPEN
    used = softly | hardly | held
    # With no lifeline flow across, closed takes no more care than lifeline; when nothing is stopped by
    # lifeline, or nothing is left for closed to stop, the other level alone is worth having.
    single = used & (~doors.lifeline | ~(softly | held))
    both = used & ~single & hardly
    shut = np.full(doors.count, NEVER, dtype=np.intp)
    shut[used] = np.arange(np.count_nonzero(used))
    closed = np.where(single, shut, NEVER)
    closed[both] = np.count_nonzero(used) + np.arange(np.count_nonzero(both))
    return DoorColumns(
        shut=shut, closed=closed, least=doors.least, count=int(np.count_nonzero(used) + np.count_nonzero(both))
    )


def _of(columns: Places, network: Network) -> Places:
    """Look the arcs' doors up; an arc without one gets NEVER."""
    return np.append(columns, NEVER)[network.door]


@dataclass(slots=True)
class Programme:
    """Columns in [0, 1], a cost each, and rows `coefficients · columns >= lower`, grown piece by piece.

    Attributes:
        doors: columns of the doors, the only whole ones.
        count: number of columns.
        names: what the columns of some terms stand for, for whoever checks: (label, term).
    """

    doors: DoorColumns
    count: int
    names: list[tuple[Label, Term]] = field(default_factory=list)
    _sure: list[tuple[float, Toll]] = field(default_factory=list)
    _costs: list[tuple[Term, Costs, Toll]] = field(default_factory=list)
    _rows: list[tuple[Places, Places, Costs, Costs]] = field(default_factory=list)

    def add_cost(self, term: Term, costs: Costs, toll: Toll = Toll.ANY) -> None:
        """Make it cost `costs`, (U,), that the term is down."""
        term, costs = np.broadcast_arrays(term, costs)
        self._sure.append((float(costs[term == SURE].sum()), toll))
        self._costs.append((term[term >= 0], costs[term >= 0], toll))

    def add_rows(self, columns: NDArray[np.intp], coefficients: Sequence[float], lower: float) -> None:
        """Add n like rows: columns (n, m), one coefficient for each of the m places."""
        rows, width = columns.shape
        self._rows.append(
            (
                np.repeat(np.arange(rows), width),
                columns.ravel(),
                np.tile(np.asarray(coefficients, dtype=np.float64), rows),
                np.full(rows, lower),
            )
        )

    def some(self, terms: Sequence[Term]) -> Term:
        """Give the term that is down when at least one of these is."""
        return self._combine(terms, every=False)

    def every(self, terms: Sequence[Term]) -> Term:
        """Give the term that is down when all of these are."""
        return self._combine(terms, every=True)

    def _combine(self, terms: Sequence[Term], *, every: bool) -> Term:
        settles, ignored = (NEVER, SURE) if every else (SURE, NEVER)
        if not terms:
            return np.array([ignored], dtype=np.intp)
        if len(terms) == 1:
            return terms[0]
        stack = np.sort(np.stack(np.broadcast_arrays(*terms)), axis=0)
        stack[1:][stack[1:] == stack[:-1]] = ignored
        settled = (stack == settles).any(axis=0)
        live = np.where(settled, 0, np.count_nonzero(stack >= 0, axis=0))
        result = np.where(settled, settles, ignored)
        result[live == 1] = stack.max(axis=0)[live == 1]
        fresh = np.flatnonzero(live > 1)
        result[fresh] = self.count + np.arange(len(fresh))
        self.count += len(fresh)
        self._define(result[fresh], np.where(stack >= 0, stack, ignored)[:, fresh], every=every)
        return result

    def _define(self, new: Term, parts: NDArray[np.intp], *, every: bool) -> None:
        """Write new >= part for each part, or new >= Σ parts - (n - 1)."""
        if not len(new):
            return
        part, place = np.nonzero(parts >= 0)
        columns = parts[part, place]
        if not every:
            self.add_rows(np.stack([new[place], columns], axis=1), (1.0, -1.0), 0.0)
            return
        self._rows.append(
            (
                np.concatenate([np.arange(len(new)), place]),
                np.concatenate([new, columns]),
                np.concatenate([np.ones(len(new)), -np.ones(len(columns))]),
                1.0 - np.count_nonzero(parts >= 0, axis=0),
            )
        )

    @property
    def constant(self) -> float:
        """Cost of what is sure."""
        return self.priced(AS_ASKED)[0]

    def costs(self) -> Costs:
        """Give the cost of each column."""
        return self.priced(AS_ASKED)[1]

    def priced(self, dearness: Dearness) -> tuple[float, Costs]:
        """Give the cost of what is sure, and that of each column, none below 0.

        Args:
            dearness: its `doors` 1 or more.
        """
        costs = np.zeros(self.count)
        for columns, values, toll in self._costs:
            if times := dearness.times(toll):
                costs += np.bincount(columns, times * values, self.count)
        return sum(dearness.times(toll) * value for value, toll in self._sure), costs

    def rows(self) -> tuple[Places, Places, Costs, Costs]:
        """Give all rows: (row, column, coefficient) of every entry, rows in order, and (R,) lower bounds."""
        starts = np.cumsum([0] + [len(lower) for _, _, _, lower in self._rows])
        row = np.concatenate([start + rows for start, (rows, _, _, _) in zip(starts, self._rows, strict=False)])
        column, coefficient, lower = (np.concatenate([part[place] for part in self._rows]) for place in (1, 2, 3))
        order = np.argsort(row, kind="stable")
        return row[order], column[order], coefficient[order], lower


def add_network(programme: Programme, network: Network) -> int:
    """Add one column per node and the rows of the arcs: head >= tail - door.

    Returns:
        The column of the first node.
    """
    first = programme.count
    programme.count += network.count
    head = first + network.head
    tail = np.where(network.tail == SURE_TAIL, SURE, first + network.tail)
    columns = programme.doors
    door = columns.stopping(network)
    held = network.stop != Stop.NEVER
    from_sure = tail == SURE
    two = columns.shut != columns.closed
    two &= columns.closed != NEVER
    programme.add_rows(np.stack([columns.shut[two], columns.closed[two]], axis=1), (1.0, -1.0), 0.0)
    for chosen, parts, signs, lower in (
        (~held & ~from_sure, (head, tail), (1.0, -1.0), 0.0),
        (held & ~from_sure, (head, tail, door), (1.0, -1.0, 1.0), 0.0),
        (held & from_sure, (head, door), (1.0, 1.0), 1.0),
    ):
        programme.add_rows(np.stack([part[chosen] for part in parts], axis=1), signs, lower)
    return first


def zone_terms(network: Network, first: int) -> NDArray[np.intp]:
    """Give, (U, Z), the term that says that each zone is compromised."""
    terms = np.where(network.node == NO_NODE, NEVER, first + network.node)
    return np.where(network.sure, SURE, terms)
