"""Which care services fail, given what is down: AND/OR trees over assets, zones, flows and other services."""

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import AllOf, AnyOf, CareServiceId, Hospital, Needs
from cloison.words import say

Mask: TypeAlias = NDArray[np.bool_]

SEPARATOR = ":"


def leaves(needs: Needs | None) -> Iterator[tuple[str, str]]:
    """Give the (kind, id) of every leaf, as written; "asset:pacs" is ("asset", "pacs")."""
    if needs is None:
        return
    if isinstance(needs, str):
        kind, _, name = needs.partition(SEPARATOR)
        yield kind, name
        return
    for branch in needs.of:
        yield from leaves(branch)


def dependency_order(hospital: Hospital) -> tuple[int, ...]:
    """Order the care services so that each comes after those that it needs.

    Returns:
        Places in `hospital.care_services`.

    Raises:
        UnknownIdError: a service needs one that the map does not hold.
        BadValueError: services need each other in a ring.
    """
    places = {service.id: place for place, service in enumerate(hospital.care_services)}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for place, service in enumerate(hospital.care_services):
        sorter.add(place, *(_place(name, places, service.id) for name in _services_needed(service.needs)))
    try:
        return tuple(sorter.static_order())
    except CycleError as ring:
        names = ", ".join(hospital.care_services[place].id for place in ring.args[1])
        raise BadValueError(
            say("these care services need each other in a ring: {names}", names=names),
            fix=say("remove one of these needs from the map"),
            where="care_service",
        ) from ring


def zone_places(hospital: Hospital) -> Mapping[str, int]:
    """Give, for the leaves "asset:ID" and "zone:ID", the place in `hospital.zones` of the zone that decides."""
    zones: dict[str, int] = {zone.id: place for place, zone in enumerate(hospital.zones)}
    deciding = {f"zone{SEPARATOR}{name}": place for name, place in zones.items()}
    deciding.update({f"asset{SEPARATOR}{asset.id}": zones[asset.zone] for asset in hospital.assets})
    return deciding


class Reliance:
    """What relies on what, made ready once so that many sets of doors can be judged quickly.

    Services that need all of a list (most of them) become two matrices; the others keep their tree.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._zones = zone_places(hospital)
        self._flows: dict[str, int] = {flow.id: place for place, flow in enumerate(hospital.flows)}
        self._services: dict[str, int] = {service.id: place for place, service in enumerate(hospital.care_services)}
        count = len(hospital.care_services)
        self._zones_needed = np.zeros((len(hospital.zones), count), dtype=np.float32)
        self._flows_needed = np.zeros((len(hospital.flows), count), dtype=np.float32)
        self._trees: dict[int, Needs] = {}
        for place in dependency_order(hospital):
            needs = hospital.care_services[place].needs
            if needs is not None and not self._flatten(needs, place):
                self._trees[place] = needs

    def failing(self, zones_down: Mask, flows_down: Mask) -> Mask:
        """Tell which services fail in each scenario.

        Args:
            zones_down: (K, Z) compromised zones, in the map's order.
            flows_down: (F,) flows that the doors cut, in the map's order, the same in every scenario.

        Returns:
            (K, S) bool: the needs of service s are not met in scenario k.
        """
        fails: Mask = (zones_down @ self._zones_needed > 0) | (flows_down @ self._flows_needed > 0)

        def down(leaf: str) -> Mask:
            kind, _, name = leaf.partition(SEPARATOR)
            if kind == "flow":
                return np.full(len(fails), flows_down[self._flows[name]])
            return fails[:, self._services[name]] if kind == "care_service" else zones_down[:, self._zones[leaf]]

        for place, needs in self._trees.items():
            fails[:, place] = _unmet(needs, down, len(fails))
        return fails

    def _flatten(self, needs: Needs, service: int) -> bool:
        """Write a tree without choice into the matrices; False when it holds a choice."""
        alternatives, leaves_needed = _is_choice(needs), list(leaves(needs))
        others = [self._services[name] for kind, name in leaves_needed if kind == "care_service"]
        if alternatives or any(other in self._trees for other in others):
            return False
        for kind, name in leaves_needed:
            if kind == "flow":
                self._flows_needed[self._flows[name], service] = 1.0
            elif kind != "care_service":
                self._zones_needed[self._zones[f"{kind}{SEPARATOR}{name}"], service] = 1.0
        for other in others:
            self._zones_needed[:, service] += self._zones_needed[:, other]
            self._flows_needed[:, service] += self._flows_needed[:, other]
        return True


def failing(hospital: Hospital, zones_down: Mask, flows_down: Mask) -> Mask:
    """Judge one set of doors: `Reliance(hospital).failing(...)`."""
    return Reliance(hospital).failing(zones_down, flows_down)


def _is_choice(needs: Needs) -> bool:
    """Tell whether a tree holds an `any` (empty or of one branch counts too)."""
    return not isinstance(needs, str) and (isinstance(needs, AnyOf) or any(map(_is_choice, needs.of)))


def _unmet(needs: Needs, down: Callable[[str], Mask], scenarios: int) -> Mask:
    if isinstance(needs, str):
        return down(needs)
    branches = [_unmet(branch, down, scenarios) for branch in needs.of]
    if isinstance(needs, AllOf):
        return np.any(branches, axis=0) if branches else np.zeros(scenarios, dtype=np.bool_)
    return np.all(branches, axis=0) if branches else np.ones(scenarios, dtype=np.bool_)


def _services_needed(needs: Needs | None) -> Iterator[str]:
    return (name for kind, name in leaves(needs) if kind == "care_service")


def _place(name: str, places: Mapping[CareServiceId, int], where: CareServiceId) -> int:
    place = places.get(CareServiceId(name))
    if place is None:
        raise UnknownIdError(
            say("no care service is called {name}", name=name),
            fix=say("write the identifier of a care service of the map"),
            where=f"care_service{SEPARATOR}{where}",
        )
    return place
