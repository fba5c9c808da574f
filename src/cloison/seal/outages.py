"""The care services in the programme: what each loses when zones fall and doors cut its flows."""

from typing import NamedTuple

import numpy as np

from cloison.care.loss import price
from cloison.care.needs import SEPARATOR, dependency_order, zone_places
from cloison.model.hospital import AllOf, AnyOf, Hospital, Needs
from cloison.model.plan import PlanParameters
from cloison.seal.deadline import AMPLE, Deadline
from cloison.seal.doors import Doors
from cloison.seal.programme import NEVER, Costs, Programme, Term, Toll
from cloison.spread.scenarios import Places


class Outage(NamedTuple):
    """The terms of one need, or of one service.

    Attributes:
        long: down with only the compromised zones down.
        cut: down with only the cut flows down; the same in every scenario.
        both: down with both; None: it is just `long` or `cut`, as in every tree without a choice.
    """

    long: Term
    cut: Term
    both: Term | None


class Fate(NamedTuple):
    """What becomes of the zones.

    Attributes:
        zones: (U, Z) the term that says that each zone is compromised.
        weights: (U,) share of each scenario.
    """

    zones: Places
    weights: Costs


_CERTAIN = Outage(*(np.array([NEVER], dtype=np.intp),) * 2, None)


class Outages:
    """Writes the care services of a map into a programme, each after those that it needs."""

    def __init__(self, hospital: Hospital, programme: Programme, fate: Fate, flows: list[Term]) -> None:
        self._programme = programme
        self._fate, self._places = fate, zone_places(hospital)
        self._flows: dict[str, Term] = {flow.id: term for flow, term in zip(hospital.flows, flows, strict=True)}
        self._services: dict[str, Outage] = {}

    def add(self, hospital: Hospital, parameters: PlanParameters, deadline: Deadline = AMPLE) -> None:
        """Add every service's outage and its price.

        Raises:
            OutOfTime: the deadline passed on the way.
        """
        programme = self._programme
        for place in dependency_order(hospital):
            deadline.hold()
            service = hospital.care_services[place]
            need = _CERTAIN if service.needs is None else self._outage(service.needs, service.id, ())
            out = self._both(need)
            programme.names.append((("both", service.id, ""), out))
            self._services[service.id] = need._replace(both=out)
            cost = price(service, parameters.seal_hours)
            programme.add_cost(out, cost.outage * self._fate.weights)
            programme.add_cost(need.long, cost.rebuild * self._fate.weights, Toll.INTRUDER)
            programme.add_cost(need.cut, cost.outage * self._fate.weights, Toll.DOORS)
            if need.both is not None:
                self._tighten(out, need)

    def _outage(self, needs: Needs, service: str, path: tuple[int, ...]) -> Outage:
        found = self._leaf(needs) if isinstance(needs, str) else self._nest(needs, service, path)
        for part, term in zip(Outage._fields, found, strict=True):
            if term is not None:
                self._programme.names.append(((part, service, ".".join(map(str, path))), term))
        return found

    def _nest(self, needs: AllOf | AnyOf, service: str, path: tuple[int, ...]) -> Outage:
        parts = [self._outage(branch, service, (*path, place)) for place, branch in enumerate(needs.of)]
        some, every = self._programme.some, self._programme.every
        if isinstance(needs, AllOf):
            long, cut = some([part.long for part in parts]), some([part.cut for part in parts])
            chosen = [part.both for part in parts if part.both is not None]
            if not chosen:
                return Outage(long, cut, None)
            plain = [part for part in parts if part.both is None]
            return Outage(long, cut, some([*chosen, *(term for part in plain for term in (part.long, part.cut))]))
        return Outage(
            every([part.long for part in parts]),
            every([part.cut for part in parts]),
            every([self._both(part) for part in parts]),
        )

    def _leaf(self, leaf: str) -> Outage:
        kind, _, name = leaf.partition(SEPARATOR)
        if kind == "care_service":
            return self._services[name]
        if kind == "flow":
            return _CERTAIN._replace(cut=self._flows[name])
        return _CERTAIN._replace(long=self._fate.zones[:, self._places[leaf]])

    def _both(self, part: Outage) -> Term:
        return self._programme.some([part.long, part.cut]) if part.both is None else part.both

    def _tighten(self, out: Term, need: Outage) -> None:
        """Add out >= long and out >= cut: true of any tree, and not seen by the relaxation of a choice."""
        for part in (need.long, need.cut):
            above, below = np.broadcast_arrays(out, part)
            free = (above >= 0) & (below >= 0) & (above != below)
            self._programme.add_rows(np.stack([above[free], below[free]], axis=1), (1.0, -1.0), 0.0)


def flow_terms(hospital: Hospital, doors: Doors, programme: Programme) -> list[Term]:
    """Give the term that says that each flow is cut: by a closed door, or by one at lifeline if it is no lifeline."""
    terms = []
    for flow, crossed in zip(hospital.flows, doors.flows, strict=True):
        columns = programme.doors.closed if flow.lifeline else programme.doors.shut
        terms.append(programme.some([columns[[door]] for door in crossed]))
        programme.names.append((("flow", flow.id), terms[-1]))
    return terms


def add_records(hospital: Hospital, parameters: PlanParameters, programme: Programme, fate: Fate) -> None:
    """Add the price of the patient records in each zone."""
    for place, zone in enumerate(hospital.zones):
        if zone.patient_records:
            costs = parameters.record_weight * zone.patient_records * fate.weights
            programme.add_cost(fate.zones[:, place], costs, Toll.INTRUDER)
