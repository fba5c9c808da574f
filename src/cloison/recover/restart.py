"""The order in which to rebuild after everything was lost: what others need first, then most care for the hours."""

from collections.abc import Iterable, Mapping

from cloison.care.loss import loss
from cloison.care.needs import dependency_order
from cloison.model.hospital import AnyOf, CareService, CareServiceId, Hospital, Needs, ZoneKind
from cloison.model.noun import noun

CORE = (ZoneKind.IDENTITY, ZoneKind.MANAGEMENT, ZoneKind.BACKUP)
"""Rebuilt before any care: who is who, what the rebuilding is done with, what is restored from (the trusted core)."""


@noun
class Restart:
    """One step: a care service, and what it wants that no step before brought back.

    Attributes:
        needs: leaves of its needs, "asset:pacs", as the map writes them.
    """

    service: CareServiceId
    needs: tuple[str, ...]


def restart_order(hospital: Hospital) -> tuple[Restart, ...]:
    """Order all care services of a map.

    A service is never before one that it needs. Among those left, the group that begins is the one whose care lost
    per hour, over its hours to rebuild, is greatest: a service together with those that it still waits for (Smith,
    Naval Research Logistics Quarterly 3, 1956; with precedences: Sidney, Operations Research 23, 1975, one chain at a
    time, so good and not always best).

    Raises:
        UnknownIdError, BadValueError: a service needs one that is unknown, or services need each other in a ring.
    """
    services = {service.id: service for service in hospital.care_services}
    ranks = {hospital.care_services[place].id: rank for rank, place in enumerate(dependency_order(hospital))}
    waits = {name: _waits_for(service, services) for name, service in services.items()}
    left, made, there = dict.fromkeys(services), list[Restart](), set[str]()
    while left:
        groups = [{name, *waits[name]} & left.keys() for name in left]
        first = max(groups, key=lambda group: _worth(services[name] for name in group))
        for name in sorted(first, key=lambda one: ranks[one]):
            wanted = dict.fromkeys(leaf for leaf in _wanted(services[name].needs, there, services) if leaf not in there)
            there |= {*wanted, f"care_service:{name}"}
            made.append(Restart(service=name, needs=tuple(wanted)))
            del left[name]
    return tuple(made)


def _worth(group: Iterable[CareService]) -> float:
    """Weigh a group: care-hours lost an hour, for each hour that its rebuilding takes."""
    members = list(group)
    hours = sum(max(service.restore_hours, 1.0) for service in members)
    lost = sum(loss(service, max(service.restore_hours, 1.0)) / max(service.restore_hours, 1.0) for service in members)
    return lost / hours


def _waits_for(service: CareService, services: Mapping[CareServiceId, CareService]) -> set[CareServiceId]:
    found: set[CareServiceId] = set()
    todo = [service]
    while todo:
        for leaf in _wanted(todo.pop().needs, set(), services):
            kind, _, text = leaf.partition(":")
            name = CareServiceId(text)
            if kind == "care_service" and name not in found:
                found.add(name)
                todo.append(services[name])
    return found


def _wanted(needs: Needs | None, there: set[str], services: Mapping[CareServiceId, CareService]) -> list[str]:
    """List the leaves to bring back: of a choice, the branch that wants least more, the first written among equals."""
    if needs is None or isinstance(needs, str):
        return [needs] if needs else []
    branches = [_wanted(branch, there, services) for branch in needs.of]
    if isinstance(needs, AnyOf):
        return min(branches, key=lambda branch: _more(set(branch) - there, services), default=[])
    return [leaf for branch in branches for leaf in branch]


def _more(leaves: set[str], services: Mapping[CareServiceId, CareService]) -> tuple[float, int]:
    """Weigh what is still to bring back: hours of other services first, then how many things."""
    known = [services.get(CareServiceId(leaf.partition(":")[2])) for leaf in leaves if leaf.startswith("care_service:")]
    return sum(service.restore_hours for service in known if service), len(leaves)
