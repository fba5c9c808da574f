"""Which care services fail, given what is down: AND/OR trees over assets, zones, flows and other services."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import AllOf, AnyOf, CareServiceId, Hospital, Needs
from cloison.words import say

Mask: TypeAlias = NDArray[np.bool_]

Bits = TypeVar("Bits", np.bool_, np.uint64)

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

    The trees of all services become one circuit: a row per zone, per flow and per nest, judged from the
    leaves up, all nests of one depth at a time, all scenarios at once.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._zones, self._flows = len(hospital.zones), len(hospital.flows)
        self._rows = dict(zone_places(hospital))
        self._rows.update({f"flow{SEPARATOR}{flow.id}": self._zones + n for n, flow in enumerate(hospital.flows)})
        self._depths = [0] * (self._zones + self._flows)
        self._nests: dict[tuple[int, bool], list[tuple[int, list[int]]]] = {}
        for place in dependency_order(hospital):
            service = hospital.care_services[place]
            needs = AllOf(of=()) if service.needs is None else service.needs
            self._rows[f"care_service{SEPARATOR}{service.id}"] = self._row(needs)
        self._services = [self._rows[f"care_service{SEPARATOR}{service.id}"] for service in hospital.care_services]
        self._steps = [_Step.of(every, nests) for (_, every), nests in sorted(self._nests.items()) if nests]

    def failing(self, zones_down: Mask, flows_down: Mask) -> Mask:
        """Tell which services fail in each scenario.

        Args:
            zones_down: (K, Z) compromised zones, in the map's order.
            flows_down: (F,) flows that the doors cut, in the map's order, the same in every scenario.

        Returns:
            (K, S) bool: the needs of service s are not met in scenario k.
        """
        down = np.concatenate([zones_down.T, np.repeat(flows_down[:, None], len(zones_down), axis=1)])
        fails: Mask = self.failing_bits(down, np.ones(len(zones_down), dtype=np.bool_)).T
        return fails

    def failing_bits(self, down: NDArray[Bits], scenarios: NDArray[Bits]) -> NDArray[Bits]:
        """Judge many scenarios packed as bits of words (or one to a boolean).

        Args:
            down: (Z + F, W) zones, then flows, that are down.
            scenarios: (W,) the bits that stand for a scenario, all set.

        Returns:
            (S, W) services that fail.
        """
        values = np.zeros((len(self._depths), down.shape[1]), dtype=down.dtype)
        values[: len(down)] = down
        for step in self._steps:
            step.judge(values, scenarios)
        return values[self._services]

    def _row(self, needs: Needs) -> int:
        """Give the row of a need, its nests added below it."""
        if isinstance(needs, str):
            return self._rows[needs]
        branches = sorted({self._row(branch) for branch in needs.of})
        if len(branches) == 1:
            return branches[0]
        row, depth = len(self._depths), 1 + max((self._depths[branch] for branch in branches), default=0)
        self._depths.append(depth)
        self._nests.setdefault((depth, isinstance(needs, AnyOf)), []).append((row, branches))
        return row


class _Step(NamedTuple):
    """The nests of one depth and sort.

    Attributes:
        every: they fail when every branch does; False: when one does.
        rows: theirs.
        branches: rows of all their branches, one nest after another.
        firsts: where each nest's branches begin.
        barren: rows of the nests without a branch.
    """

    every: bool
    rows: list[int]
    branches: list[int]
    firsts: list[int]
    barren: list[int]

    @classmethod
    def of(cls, every: bool, nests: list[tuple[int, list[int]]]) -> "_Step":
        full = [(row, branches) for row, branches in nests if branches]
        firsts = np.cumsum([0] + [len(branches) for _, branches in full])[:-1].tolist()
        return cls(
            every,
            [row for row, _ in full],
            [branch for _, branches in full for branch in branches],
            firsts,
            [row for row, branches in nests if not branches],
        )

    def judge(self, values: NDArray[Bits], scenarios: NDArray[Bits]) -> None:
        """Write these nests' rows; a choice among nothing always fails, a need of nothing never."""
        merge = np.bitwise_and if self.every else np.bitwise_or
        if self.rows:
            values[self.rows] = merge.reduceat(values[self.branches], self.firsts, axis=0)
        if self.every:
            values[self.barren] = scenarios


def failing(hospital: Hospital, zones_down: Mask, flows_down: Mask) -> Mask:
    """Judge one set of doors: `Reliance(hospital).failing(...)`."""
    return Reliance(hospital).failing(zones_down, flows_down)


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
