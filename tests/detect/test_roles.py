from ipaddress import ip_address, ip_network

from cloison.detect.detector import Context
from cloison.detect.roles import Roles
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind


def zone(name, kind, network):
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))


HOSPITAL = Hospital(
    name="Essai",
    zones=(
        zone("bureaux", ZoneKind.OFFICE, "10.1.0.0/24"),
        zone("serveurs", ZoneKind.SERVER, "10.2.0.0/24"),
        zone("gestion", ZoneKind.MANAGEMENT, "10.3.0.0/24"),
        zone("fournisseurs", ZoneKind.SUPPLIER, "192.0.2.0/24"),
    ),
    assets=(
        Asset(
            id=AssetId("rebond"),
            name="REBOND",
            zone=ZoneId("serveurs"),
            addresses=(ip_address("10.2.0.9"),),
            role="jump-host",
        ),
    ),
    conduits=(
        Conduit(id=ConduitId("a"), from_=ZoneId("bureaux"), to=ZoneId("serveurs"), services=("tcp/445",)),
        Conduit(id=ConduitId("b"), from_=ZoneId("serveurs"), to=ZoneId("fournisseurs"), services=("tcp/443",)),
    ),
)
ROLES = Roles(Context(book=AddressBook(HOSPITAL), hospital=HOSPITAL))
NOTHING = Roles(Context(book=AddressBook(None)))


def test_a_role_or_a_compartment_tells_who_administers():
    assert ROLES.administers("10.2.0.9")
    assert ROLES.administers("10.3.0.1")
    assert not ROLES.administers("10.1.0.1")


def test_a_passage_declares_its_own_services_one_way():
    assert ROLES.declared("10.1.0.1", "10.2.0.1", frozenset({"tcp/445"}))
    assert not ROLES.declared("10.1.0.1", "10.2.0.1", frozenset({"tcp/3389"}))
    assert not ROLES.declared("10.2.0.1", "10.1.0.1", frozenset({"tcp/445"}))


def test_a_supplier_is_called_where_a_passage_leads_to_it():
    assert ROLES.supplied("10.2.0.1", "192.0.2.1")
    assert not ROLES.supplied("10.1.0.1", "192.0.2.1")
    assert not ROLES.supplied("10.2.0.1", "198.51.100.1")


def test_people_work_in_offices_and_wards():
    assert ROLES.unattended("10.2.0.1")
    assert not ROLES.unattended("10.1.0.1")


def test_without_a_map_nothing_is_known():
    assert not NOTHING.administers("10.3.0.1")
    assert not NOTHING.declared("10.1.0.1", "10.2.0.1", frozenset({"tcp/445"}))
    assert not NOTHING.supplied("10.2.0.1", "192.0.2.1")
    assert not NOTHING.unattended("10.2.0.1")
    assert NOTHING.role("10.2.0.9") is None
