"""A small hospital, written by a person."""

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from cloison.model.hospital import (
    AllOf,
    Asset,
    CareService,
    Conduit,
    Flow,
    Hospital,
    Learned,
    Zone,
    ZoneKind,
)

OLD = Learned(first=datetime(2026, 1, 1, tzinfo=UTC), last=datetime(2026, 1, 2, tzinfo=UTC), records=10)


def zone(name, kind=ZoneKind.SERVER, *networks, records=0, learned=None):
    held = tuple(ip_network(network) for network in networks)
    return Zone(id=name, name=name.title(), kind=kind, networks=held, patient_records=records, learned=learned)


def asset(name, where, *addresses, role=None, learned=None):
    held = tuple(ip_address(address) for address in addresses)
    return Asset(id=name, name=name, zone=where, addresses=held, role=role, learned=learned)


def conduit(from_, to, *services, learned=None):
    return Conduit(id=f"{from_}>{to}", from_=from_, to=to, services=services, learned=learned)


SMALL = Hospital(
    name="CH d'Essai",
    zones=(
        zone("internet", ZoneKind.INTERNET),
        zone("bureaux", ZoneKind.OFFICE, "10.1.0.0/24"),
        zone("serveurs", ZoneKind.SERVER, "10.2.0.0/24", records=10),
        zone("imagerie", ZoneKind.CARE, "10.3.0.0/24", records=5000),
        zone("scanners", ZoneKind.BIOMEDICAL, "10.4.0.0/24"),
        zone("copies", ZoneKind.BACKUP, "10.5.0.0/24"),
    ),
    assets=(asset("pacs", "imagerie", "10.3.0.10", role="pacs"), asset("scanner", "scanners", "10.4.0.7")),
    conduits=(
        conduit("bureaux", "serveurs", "tcp/443", "tcp/445"),
        conduit("serveurs", "imagerie", "tcp/443"),
        conduit("scanners", "imagerie", "tcp/104"),
        conduit("bureaux", "internet", "tcp/443"),
    ),
    flows=(Flow(id="images", via=("scanners>imagerie",), service="tcp/104", lifeline=True),),
    care_services=(
        CareService(
            id="scanner-urgent", name="Scanner", care_per_hour=6.0, needs=AllOf(of=("asset:pacs", "flow:images"))
        ),
        CareService(id="consultation", name="Consultations", care_per_hour=20.0, needs="zone:serveurs"),
    ),
)
