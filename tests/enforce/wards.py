"""A small hospital for doors: an office, servers, a care ward, backups, and what shuts between them."""

from ipaddress import ip_address, ip_network

from cloison.model.hospital import (
    Asset,
    AssetId,
    CareService,
    CareServiceId,
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

OFFICE_TO_SERVERS = ConduitId("bureau>serveurs")
SERVERS_TO_CARE = ConduitId("serveurs>soins")
CARE_TO_SERVERS = ConduitId("soins>serveurs")
SERVERS_TO_BACKUPS = ConduitId("serveurs>copies")
CORE = EnforcementPointId("coeur")
CABINET = EnforcementPointId("armoire")

SERVER = "10.2.0.10"


def hospital(*, driver: str = "memory", address: str | None = None) -> Hospital:
    """Give it, its core switched by this driver; the cable to the backups is moved by hand."""
    zones = (
        ("bureau", ZoneKind.OFFICE, "10.1.0.0/24"),
        ("serveurs", ZoneKind.SERVER, "10.2.0.0/24"),
        ("soins", ZoneKind.CARE, "10.3.0.0/24"),
        ("copies", ZoneKind.BACKUP, "10.4.0.0/24"),
    )
    conduits = (
        (OFFICE_TO_SERVERS, "bureau", "serveurs", ("tcp/445", "tcp/8042"), CORE),
        (SERVERS_TO_CARE, "serveurs", "soins", ("tcp/443",), CORE),
        (CARE_TO_SERVERS, "soins", "serveurs", ("tcp/104",), CORE),
        (SERVERS_TO_BACKUPS, "serveurs", "copies", ("tcp/8000",), CABINET),
    )
    return Hospital(
        name="CH de l'Exemple",
        zones=tuple(
            Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))
            for name, kind, network in zones
        ),
        assets=(Asset(id=AssetId("pacs"), name="PACS", zone=ZoneId("serveurs"), addresses=(ip_address(SERVER),)),),
        enforcement_points=(
            EnforcementPoint(id=CORE, driver=driver, address=address),
            EnforcementPoint(id=CABINET, driver="manual", place="baie 4", person="astreinte"),
        ),
        conduits=tuple(
            Conduit(id=name, from_=ZoneId(here), to=ZoneId(there), services=services, enforced_by=point)
            for name, here, there, services, point in conduits
        ),
        flows=(
            Flow(id=FlowId("images"), via=(OFFICE_TO_SERVERS,), service="tcp/8042", lifeline=True),
            Flow(id=FlowId("examens"), via=(CARE_TO_SERVERS,), service="tcp/104", lifeline=True),
        ),
        care_services=(
            CareService(id=CareServiceId("imagerie"), name="Imagerie", care_per_hour=2.0, needs="flow:examens"),
        ),
    )


OFFICE_AT_LIFELINE = {OFFICE_TO_SERVERS: Level.LIFELINE}
BOTH = {OFFICE_TO_SERVERS: Level.LIFELINE, SERVERS_TO_CARE: Level.CLOSED}
