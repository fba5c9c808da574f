"""What the map's conduits let pass."""

from collections.abc import Iterator

import numpy as np

from cloison.model.hospital import Hospital
from cloison.rehearse.population import Hosts
from cloison.rehearse.tape import Picks


class Declared:
    """Tells whether one zone may open a service of another."""

    def __init__(self, hospital: Hospital) -> None:
        place = {zone.id: index for index, zone in enumerate(hospital.zones)}
        self._passes: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
        for conduit in hospital.conduits:
            ends = place[conduit.from_], place[conduit.to]
            self._passes.setdefault(ends, []).extend(_ports(service) for service in conduit.services)

    def allows(self, from_: int, to: int, service: str) -> bool:
        """Tell whether a machine of zone `from_` may open `service` ("tcp/445") in zone `to`.

        Within a zone everything passes; what a conduit does not name does not.
        """
        if from_ == to:
            return True
        proto, port, _ = _ports(service)
        return any(proto == p and low <= port <= high for p, low, high in self._passes.get((from_, to), ()))

    def partners(self, hosts: Hosts, sources: Picks, targets: Picks, service: str) -> Iterator[tuple[Picks, Picks]]:
        """Group sources that may open the service on the same targets.

        Yields:
            (sources of one zone, the targets that they may reach); sources that reach none are left out.
        """
        for zone in np.unique(hosts.zone[sources]):
            near = [int(t) for t in targets if self.allows(int(zone), int(hosts.zone[t]), service)]
            if near:
                yield sources[hosts.zone[sources] == zone], np.array(near, dtype=np.intp)


def _ports(service: str) -> tuple[str, int, int]:
    proto, _, ports = service.partition("/")
    low, _, high = ports.partition("-")
    return proto, int(low or 0), int(high or low or 65_535)
