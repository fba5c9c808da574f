"""What a zone puts at risk: the care that needs something in it, and the records that it holds."""

from collections.abc import Iterator

from cloison.model.hospital import AllOf, AnyOf, CareService, CareServiceId, Hospital, Needs, ZoneId


def care_by_zone(hospital: Hospital) -> dict[ZoneId, float]:
    """Add up, for each zone, the care-hours made each hour by the services that need something in it.

    A service counts once for a zone, however many of its leaves are there; a flow is in the zones at its
    two ends; what a needed service needs is needed too.
    """
    zones = _Leaves(hospital)
    care: dict[ZoneId, float] = {}
    for service in hospital.care_services:
        for zone in zones.of_service(service):
            care[zone] = care.get(zone, 0.0) + service.care_per_hour
    return care


def zones_by_care(hospital: Hospital) -> dict[CareServiceId, frozenset[ZoneId]]:
    """Give, for each care service, the zones where it needs something."""
    zones = _Leaves(hospital)
    return {service.id: frozenset(zones.of_service(service)) for service in hospital.care_services}


class _Leaves:
    """Zones of the leaves of needs."""

    def __init__(self, hospital: Hospital) -> None:
        ends = {conduit.id: (conduit.from_, conduit.to) for conduit in hospital.conduits}
        self._services = {service.id: service for service in hospital.care_services}
        self._zones: dict[str, tuple[ZoneId, ...]] = {
            **{f"zone:{zone.id}": (zone.id,) for zone in hospital.zones},
            **{f"asset:{asset.id}": (asset.zone,) for asset in hospital.assets},
            **{
                f"flow:{flow.id}": (ends[flow.via[0]][0], ends[flow.via[-1]][1])
                for flow in hospital.flows
                if flow.via and flow.via[0] in ends and flow.via[-1] in ends
            },
        }

    def of_service(self, service: CareService) -> set[ZoneId]:
        """Give the zones where a service needs something, through the services that it needs."""
        found: set[ZoneId] = set()
        done = {service.id}
        todo = [service]
        while todo:
            for leaf in _leaves(todo.pop().needs):
                found.update(self._zones.get(leaf, ()))
                needed = self._services.get(leaf.removeprefix("care_service:"))  # type: ignore[call-overload] # any text may be asked
                if leaf.startswith("care_service:") and needed is not None and needed.id not in done:
                    done.add(needed.id)
                    todo.append(needed)
        return found


def _leaves(needs: Needs | None) -> Iterator[str]:
    todo = [] if needs is None else [needs]
    while todo:
        need = todo.pop()
        if isinstance(need, AllOf | AnyOf):
            todo.extend(need.of)
        else:
            yield need
