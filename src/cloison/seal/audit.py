"""Check a certificate in exact arithmetic, without the solver and without trusting it.

The objective is added up again over every scenario. The lower bound is worked out from multipliers of rows
(weak duality): each row is first shown to hold in every outcome, by `exact.implies` or by a passage of the map;
one that cannot be shown is left out, which can only lower the bound. So whatever the numbers in the file, the
bound that comes out is true.

Source: Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer linear programming" (2004), with
fractions in place of directed rounding.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from cloison.seal.exact import FORMAT, KIND, Document, Exact, Fact, Joined, implies
from cloison.words import Sentence, say

PROVED = Fraction(1, 1_000_000)
"""Relative, or absolute below 1: how near the bound must come for the plan to be called best."""

_ROUNDED = Fraction(1, 1_000_000_000)
"""Relative: how far a figure may be from the exact one, being written in floating point."""


Clause: TypeAlias = tuple[Fraction, frozenset[Fact], frozenset[Fact]]
"""(share of the row's weight, facts that together bring, one of these facts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a certificate is worth.

    Attributes:
        complaints: what it says that is not true; empty when all is.
        objective: of its doors, care-hours.
        without_sealing: with every door open.
        bound: what no plan can be below, verified.
        claimed: the bound that the planner claims.
        proved: the doors are verified to be the best, within `PROVED`.
        boxes: parts of the proof.
        left_out: rows that could not be shown to hold.
        damaged: the document could not be read as a certificate.
    """

    complaints: tuple[Sentence, ...]
    objective: Fraction = Fraction(0)
    without_sealing: Fraction = Fraction(0)
    bound: Fraction = Fraction(0)
    claimed: Fraction = Fraction(0)
    proved: bool = False
    boxes: int = 0
    left_out: int = 0
    damaged: bool = False


def audit(document: Document) -> Verdict:
    """Judge a certificate.

    Args:
        document: as `certificate.write_certificate` writes it, its numbers read as int or Fraction.

    Returns:
        The verdict; of a document that is no certificate, the complaint alone.
    """
    try:
        if (document["kind"], document["format"]) != (KIND, FORMAT):
            return Verdict(complaints=(say("this is no certificate of a plan, or of another format"),), damaged=True)
        return _judged(document)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        return Verdict(complaints=(say("the certificate is damaged near {place}", place=str(error)),), damaged=True)


def _judged(document: Document) -> Verdict:
    world, levels, claims = Exact(document), document["levels"], document["claims"]
    complaints = [*_illegal(world, levels), *_miscounted(document, world)]
    objective, nothing = _objective(document, world, levels), _objective(document, world, {})
    proof = _Proof(document, world)
    bound = min(proof.bound(leaf) for leaf in _tree(document["proof"]["leaves"]))
    claimed = Fraction(claims["lower_bound"])
    complaints += _unlike("objective", claims["objective"], objective)
    complaints += _unlike("without_sealing", claims["without_sealing"], nothing)
    if bound > objective or claimed > objective * (1 + _ROUNDED) + _ROUNDED:
        complaints.append(say("the bound is above the objective"))
    near = objective - bound <= PROVED * max(Fraction(1), abs(objective))
    return Verdict(
        complaints=tuple(complaints),
        objective=objective,
        without_sealing=nothing,
        bound=bound,
        claimed=claimed,
        proved=near and not complaints,
        boxes=len(document["proof"]["leaves"]),
        left_out=len(proof.left_out),
    )


def _illegal(world: Exact, levels: Mapping[str, str]) -> list[Sentence]:
    """Complain of levels that the map does not allow."""
    found = []
    together: dict[str, set[str]] = defaultdict(set)
    for name, level in levels.items():
        if name not in world.ways:
            found.append(say("{where}: the map has no such passage", where=name))
        elif world.ways[name].door is None or level not in {"lifeline", "closed"}:
            found.append(say("{where}: nothing can shut this passage", where=name))
    for name, way in world.ways.items():
        if way.door is not None:
            together[way.door].add(levels.get(name, "open"))
    for door, seen in together.items():
        if len(seen) > 1:
            found.append(say("{where}: passages of one door stand at different levels", where=door))
        if door in world.held_shut and "open" in seen:
            found.append(say("{where}: the door does not stand as it was told to", where=door))
    return found


def _miscounted(document: Document, world: Exact) -> list[Sentence]:
    """Complain of scenarios that are not as many as asked, or that a shut door would help."""
    found = []
    if len(world.starts) != document["parameters"]["scenarios"] or not world.starts:
        found.append(say("the scenarios are not as many as were asked"))
    for opened, lifeline, closed in world.carries:
        if any(b > a or c > b for a, b, c in zip(opened, lifeline, closed, strict=True)):
            found.append(say("a door that shuts would open a way"))
            break
    return found


def _objective(document: Document, world: Exact, levels: Mapping[str, str]) -> Fraction:
    """Add up what a set of doors costs (DESIGN section 7)."""
    parameters = document["parameters"]
    seal_hours, weight = Fraction(parameters["seal_hours"]), Fraction(parameters["record_weight"])
    total, cut, none = Fraction(0), world.cut(levels), dict[str, bool]()
    prices = [(service["needs"], *world.price(service, seal_hours)) for service in world.services.values()]
    for scenario in range(len(world.starts)):
        fallen = world.fallen(scenario, levels)
        for needs, outage, rebuild in prices:
            total += outage * world.fails(needs, fallen, cut) + rebuild * world.fails(needs, fallen, none)
        total += weight * sum(records for records, down in zip(world.records, fallen, strict=True) if down)
    moved = {world.ways[name].door for name in levels if name in world.ways}
    return total / max(1, len(world.starts)) + Fraction(parameters["action_weight"]) * len(moved)


def _unlike(where: str, told: int | Fraction, found: Fraction) -> list[Sentence]:
    if abs(Fraction(told) - found) <= _ROUNDED * max(Fraction(1), abs(found)):
        return []
    figures = say("told {told}, found {found}", told=float(told), found=float(found))
    return [say("{where}: {figures}", where=where, figures=figures)]


def _tree(leaves: list[Any]) -> list[Any]:
    """Make sure that the boxes cover every choice of doors: halved at one door, each half is covered.

    Raises:
        ValueError: they do not.
    """

    def covered(boxes: list[dict[str, int]]) -> bool:
        if any(not box for box in boxes):
            return True
        # The boxes come from halving at one door at a time: the first cut is in every one of them.
        shared = set.intersection(*(set(box) for box in boxes)) if boxes else set()
        return any(
            covered([{at: to for at, to in box.items() if at != door} for box in boxes if box[door] == 0])
            and covered([{at: to for at, to in box.items() if at != door} for box in boxes if box[door] == 1])
            for door in sorted(shared)[:1]
        )

    if not covered([dict(leaf["box"]) for leaf in leaves]):
        raise ValueError("leaves")
    return leaves


class _Proof:
    """The rows of a proof, read as facts of the exact world, and what each outcome costs."""

    def __init__(self, document: Document, world: Exact) -> None:
        self._world, proof = world, document["proof"]
        self._columns, self._rows, self._alike = proof["columns"], proof["rows"], proof["alike"]
        self.left_out: set[int] = set()
        self._clauses: dict[int, list[Clause]] = {}
        self._constant, self._costs = self._priced(document)
        if sorted(scenario for same in self._alike for scenario in same) != list(range(len(world.starts))):
            raise ValueError("alike")

    def bound(self, leaf: Document) -> Fraction:
        """Work out what no outcome within a box can cost less than."""
        total: Fraction = self._constant
        left: dict[Fact, Fraction] = dict(self._costs)
        for number, written in leaf["weights"]:
            weight = Fraction(written)
            if weight < 0:
                raise ValueError("weights")
            for share, brings, brought in self._clause(number):
                # Σ brought - Σ brings >= 1 - the number of brings.
                part = weight * share
                total += part * (1 - len(brings))
                for one in brought:
                    left[one] = left.get(one, Fraction(0)) - part
                for one in brings:
                    left[one] = left.get(one, Fraction(0)) + part
        settled = self._settled(leaf["box"])
        for fact in list(left):
            # What any part brings holds without a row: what is left over of the whole may pay for a part.
            for brought_by in _parts(fact):
                spare, lacking = left[fact], left.get(brought_by, Fraction(0))
                if spare > 0 > lacking:
                    moved = min(spare, -lacking)
                    left[fact] -= moved
                    left[brought_by] += moved
        _pay_for_what_brings(left)
        for each, cost in left.items():
            total += cost if settled.get(each, cost < 0) else Fraction(0)
        return total

    def _settled(self, box: Mapping[str, int]) -> dict[Fact, bool]:
        """Give what a box has settled."""
        settled: dict[Fact, bool] = {}
        for place, side in box.items():
            fact = self._fact(self._columns[int(place)], None)
            if fact is True:
                continue
            if not isinstance(fact, tuple) or fact[0] not in {"shut", "closed"} or side not in {0, 1}:
                raise ValueError("box")
            settled[fact] = bool(side)
            door = str(fact[1])
            settled |= {("shut", door): True} if side and fact[0] == "closed" else {}
            settled |= {("closed", door): False} if not side and fact[0] == "shut" else {}
        return settled

    def _priced(self, document: Document) -> tuple[Fraction, dict[Fact, Fraction]]:
        """Give what is lost whatever the doors do, and what each fact costs."""
        world, parameters = self._world, document["parameters"]
        costs: dict[Fact, Fraction] = defaultdict(Fraction)
        share = Fraction(1, len(world.starts))
        weight, seal_hours = Fraction(parameters["record_weight"]), Fraction(parameters["seal_hours"])
        prices = {name: world.price(service, seal_hours) for name, service in world.services.items()}
        for scenario in range(len(world.starts)):
            for name, (outage, rebuild) in prices.items():
                costs[world.service(name, "both", scenario)] += outage * share
                costs[world.service(name, "long", scenario)] += rebuild * share
            for zone, records in enumerate(world.records):
                if records:
                    costs[world.zone(scenario, zone)] += weight * records * share
        for door in {way.door for way in world.ways.values()} - {None}:
            costs[world.door("shut", str(door))] += Fraction(parameters["action_weight"])
        if any(cost < 0 for cost in costs.values()):
            raise ValueError("parameters")
        return costs.pop(True, Fraction(0)), {fact: cost for fact, cost in costs.items() if fact is not False}

    def _clause(self, number: int) -> list[Clause]:
        """Read a row, in each scenario that it stands for; empty where it cannot be shown to hold."""
        if number not in self._clauses:
            row = self._rows[number]
            names = [self._columns[place] for place in (*row["minus"], *row["plus"])]
            which = {name[-1] for name in names if name[0] not in {"shut", "closed", "flow"} and name[-1] is not None}
            if len(which) > 1:
                raise ValueError("rows")
            scenarios: list[int | None] = list(self._alike[which.pop()]) if which else [None]
            read: list[Clause] = []
            for scenario in scenarios:
                brings = frozenset(self._fact(self._columns[place], scenario) for place in row["minus"]) - {True}
                brought = frozenset(self._fact(self._columns[place], scenario) for place in row["plus"]) - {False}
                if not self._holds(scenario, brings, brought):
                    self.left_out.add(number)
                    read = []
                    break
                if False not in brings and True not in brought:
                    read.append((Fraction(1, len(scenarios)), brings, brought))
            self._clauses[number] = read
        return self._clauses[number]

    def _holds(self, scenario: int | None, brings: frozenset[Fact], brought: frozenset[Fact]) -> bool:
        """Tell whether it is plain that all of the one bring one of the other."""
        if False in brings or True in brought:
            return True
        if any(implies(one, other) for one in brings or {True} for other in brought):
            return True
        if any(
            all(any(implies(one, part) for one in brings) for part in other.parts)
            for other in brought
            if isinstance(other, Joined) and other.kind == "every"
        ):
            return True
        if scenario is None or len(brings) > 1:
            return False
        tail = next(iter(brings), True)
        return any(
            stop is False or stop in brought or (isinstance(stop, tuple) and ("shut", stop[1]) in brought)
            for head in brought
            for stop in self._world.stops(scenario, tail, head)
        )

    def _fact(self, name: list[Any], scenario: int | None) -> Fact:
        """Read what a column stands for."""
        kind = name[0]
        if kind in {"shut", "closed"}:
            return self._world.door(kind, str(self._world.ways[name[1]].door))
        if kind == "flow":
            return self._world.flow(name[1])
        if kind == "zone":
            return self._world.zone(int(scenario or 0), self._world.zones[name[1]])
        return self._world.need(name[1], name[2], kind, int(scenario or 0))


def _pay_for_what_brings(left: dict[Fact, Fraction]) -> None:
    """Let what is left over of a joined fact pay for any fact that brings it, which holds without a row."""
    joined: dict[Fact, list[Joined]] = defaultdict(list)
    for fact, spare in left.items():
        if spare > 0 and isinstance(fact, Joined):
            for atom in _atoms(fact):
                joined[atom].append(fact)
    for fact in [fact for fact, lacking in left.items() if lacking < -_ROUNDED]:
        for other in dict.fromkeys(each for atom in _atoms(fact) for each in joined.get(atom, ())):
            if left[other] > 0 > left[fact] and implies(fact, other):
                moved = min(left[other], -left[fact])
                left[other] -= moved
                left[fact] += moved


def _atoms(fact: Fact) -> Iterable[Fact]:
    """List the zones and doors that a fact speaks of; a closed door is also shut."""
    if isinstance(fact, Joined):
        return [atom for part in sorted(fact.parts, key=repr) for atom in _atoms(part)]
    if isinstance(fact, tuple) and fact[0] == "closed":
        return [fact, ("shut", str(fact[1]))]
    return [fact]


def _parts(fact: Fact) -> Iterable[Fact]:
    """List the facts that bring this one, each by itself."""
    if isinstance(fact, Joined):
        return fact.parts if fact.kind == "some" else ()
    return (("closed", str(fact[1])),) if isinstance(fact, tuple) and fact[0] == "shut" else ()
