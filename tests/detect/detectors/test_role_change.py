from ipaddress import ip_address, ip_network
from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, findings_of, flow

from cloison.detect.detectors.role_change import DETECTOR
from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.observations import Kind

SCANNER, PACS, SUPPLIER = "10.3.0.10", "10.4.0.1", "192.0.2.7"


def zone(name, kind, network):
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))


HOSPITAL = Hospital(
    name="test",
    zones=(
        zone("imaging", ZoneKind.BIOMEDICAL, "10.3.0.0/24"),
        zone("servers", ZoneKind.SERVER, "10.4.0.0/24"),
        zone("offices", ZoneKind.OFFICE, "10.1.0.0/24"),
        zone("maker", ZoneKind.SUPPLIER, "192.0.2.0/24"),
    ),
    assets=tuple(
        Asset(id=AssetId(name), name=name, zone=ZoneId(where), addresses=(ip_address(address),), role=role)
        for name, where, address, role in (
            ("scanner", "imaging", SCANNER, "modality"),
            ("console", "imaging", "10.3.0.20", "workstation"),
            ("printer", "offices", "10.1.0.90", "printer"),
        )
    ),
    conduits=(
        Conduit(id=ConduitId("a"), from_=ZoneId("imaging"), to=ZoneId("servers"), services=("tcp/104", "tcp/445")),
        Conduit(id=ConduitId("b"), from_=ZoneId("imaging"), to=ZoneId("maker"), services=("tcp/443",)),
    ),
)


def sends(days=5):
    return [flow(hour * HOUR, SCANNER, PACS, 104) for hour in range(days * 24)]


def browses(at, src=SCANNER, sites=6, every=60.0):
    return [flow(at + every * i, src, f"198.51.100.{i + 1}", 443) for i in range(sites)]


def found(rows, hospital=HOSPITAL):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_a_modality_that_browses():
    (one,) = found([*sends(), *browses(3 * DAY)])
    assert (one.technique, one.sources, one.confidence) == ("T1071.001", (SCANNER,), 0.65)
    assert (one.detected_at - one.first_seen).total_seconds() == 240


def test_fires_on_a_printer_that_opens_sessions():
    (one,) = found([*sends(), *(flow(3 * DAY + i * HOUR, "10.1.0.90", f"10.4.0.{i + 5}", 445) for i in range(3))])
    assert (one.technique, one.sources) == ("T1021", ("10.1.0.90",))


def asks(at, first=0, names=20):
    return [{"kind": Kind.DNS, "at": at + i, "src": SCANNER, "dst": PACS, "dst_port": 53,
             "query": f"www.site{first + i}.example"} for i in range(names)]  # fmt: skip


def test_fires_on_names_of_many_sites():
    (one,) = found([*sends(), *asks(3 * DAY)])
    assert one.sources == (SCANNER,)


def test_quiet_on_a_device_that_always_asked_for_names():
    assert found([*sends(), *asks(HOUR), *asks(3 * DAY, 50)]) == ()


def test_fires_without_a_map_on_what_has_long_been_a_device():
    (one,) = found([*sends(), *browses(4 * DAY, sites=14)], hospital=None)
    assert (one.sources, one.confidence) == ((SCANNER,), 0.3)


def test_quiet_in_the_first_day_unless_it_is_much():
    assert found([*sends(), *browses(HOUR)]) == ()
    assert len(found([*sends(), *browses(HOUR, sites=14)])) == 1


def test_quiet_on_computers_and_on_a_few_calls():
    assert found([*sends(), *browses(3 * DAY, "10.3.0.20", 60), *browses(3 * DAY, "10.1.0.8", 60)]) == ()
    assert found([*sends(), *browses(3 * DAY, sites=4), *browses(4 * DAY, sites=4)]) == ()


def test_quiet_on_what_the_map_declares_and_on_its_maker():
    rows = [flow(3 * DAY + i, SCANNER, f"192.0.2.{i + 1}", 443) for i in range(30)]
    rows += [flow(3 * DAY + i, SCANNER, f"10.4.0.{i + 1}", 445) for i in range(30)]
    assert found([*sends(), *rows]) == ()


def test_quiet_on_an_old_habit():
    assert found([*sends(12), *(row for day in range(12) for row in browses(day * DAY, sites=6))]) == ()


def test_quiet_without_a_map_on_a_workstation_that_images_and_browses():
    rows = [row for day in range(6) for row in browses(day * DAY + 9 * HOUR, sites=14)]
    assert found([*sends(6), *rows], hospital=None) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(2)
    rows = [*sends(), *browses(4 * DAY, sites=14), *browses(2 * DAY, "10.3.0.11", 9)]
    rows += [
        flow(random.random() * 5 * DAY, f"10.3.0.{random.randrange(9, 14)}", f"10.5.0.{random.randrange(9)}", 22)
        for _ in range(40)
    ]
    rows += browses(-60, sites=14, every=4)  # some before it is known as a device, and again days later
    assert same_however_cut(rows, DETECTOR, hospital=HOSPITAL)
    assert same_however_cut(rows, DETECTOR)
