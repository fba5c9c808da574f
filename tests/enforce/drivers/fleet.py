"""One map with a scripted device of each sort: every one shuts an office off from servers, but for one lifeline."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from ipaddress import ip_address, ip_network

from tests.enforce.firewalls import BOXES, Firewall
from tests.enforce.routers import SHELLS, Box, Router

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.rules import rules_of, structures_of
from cloison.model.hospital import (
    Asset,
    AssetId,
    Conduit,
    ConduitId,
    EnforcementPoint,
    EnforcementPointId,
    Flow,
    FlowId,
    Hospital,
    Level,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.ops.moving import Means

SORTS = (*SHELLS, *BOXES)
OFFICE = ZoneId("bureau")


def box_of(sort, failing=None):
    """Make what a device of a sort keeps, armed, with a line of the site's own."""
    return Box(sort, failing) if sort in SHELLS else BOXES[sort](failing)


def conduit_of(sort):
    return ConduitId(f"bureau>{sort}")


def map_of(addresses):
    """Give the map: the servers behind each device, named after its sort.

    Args:
        addresses: sort -> where its device answers.
    """
    servers = [ZoneId(sort) for sort in addresses]
    kinds = [(OFFICE, ZoneKind.OFFICE), *((zone, ZoneKind.SERVER) for zone in servers)]
    return Hospital(
        name="CH de l'Exemple",
        zones=tuple(
            Zone(id=zone, name=zone, kind=kind, networks=(ip_network(f"10.{number}.0.0/24"),))
            for number, (zone, kind) in enumerate(kinds, start=1)
        ),
        assets=tuple(
            Asset(id=AssetId(zone), name=zone, zone=zone, addresses=(ip_address(f"10.{number}.0.10"),))
            for number, zone in enumerate(servers, start=2)
        ),
        enforcement_points=tuple(
            EnforcementPoint(id=EnforcementPointId(sort), driver=sort, address=address)
            for sort, address in addresses.items()
        ),
        conduits=tuple(
            Conduit(
                id=conduit_of(sort),
                from_=OFFICE,
                to=ZoneId(sort),
                services=("tcp/445",),
                enforced_by=EnforcementPointId(sort),
            )
            for sort in addresses
        ),
        flows=tuple(
            Flow(id=FlowId(f"images-{sort}"), via=(conduit_of(sort),), service="tcp/8042", lifeline=True)
            for sort in addresses
        ),
    )


@contextmanager
def standing(home, sorts=SORTS, failing=None):
    """Stand devices up, armed, that fail from then on.

    Yields:
        (map, boxes by sort, means).
    """
    boxes = {sort: box_of(sort) for sort in sorts}
    with ExitStack() as stack:
        for box in boxes.values():
            box.failing = failing
        up = {sort: stack.enter_context((Router if sort in SHELLS else Firewall)(box)) for sort, box in boxes.items()}
        ward = map_of({sort: one.address for sort, one in up.items()})
        for structure in structures_of(ward):
            sort = structure.point.id
            up[sort].known(home, sort)
            load(boxes[sort], known_drivers()[sort].arming(structure))
        yield ward, boxes, Means(home=home, patience=timedelta(seconds=10), listening=timedelta())


def load(box, text):
    """Paste a text, as the device's administrator would, before a line of the site's own."""
    if isinstance(box, Box):
        box.lists = {"LAN-IN": [(10 if box.kind == "cisco-ios" else 0, "permit ip any any")]}
    box.load(text)


def all_doors(ward):
    """Give what shutting every door asks."""
    return rules_of({conduit.id: Level.LIFELINE for conduit in ward.conduits}, ward)


def one(home, sort, **more):
    """Stand one device up."""
    return standing(home, (sort,), **more)


def device_of(ward, means):
    """Give the device of a map of one."""
    return means.device(ward.enforcement_points[0])
