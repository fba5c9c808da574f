from ipaddress import ip_address, ip_network

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, findings_of

from cloison.detect.detectors.rogue_dhcp import DETECTOR
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.observations import Kind

SERVER, OTHER = "10.2.0.5", "10.1.0.66"
ZONE = ZoneId("office")
HOSPITAL = Hospital(
    name="test",
    zones=(Zone(id=ZONE, name="Office", kind=ZoneKind.OFFICE, networks=(ip_network("10.0.0.0/8"),)),),
    assets=(
        Asset(id=AssetId("leases"), name="Leases", zone=ZONE, addresses=(ip_address(SERVER),), role="dhcp-server"),
    ),
)


def lease(at, server, client=50):
    return {"kind": Kind.DHCP, "at": at, "server": server, "mac": f"02:00:00:00:00:{client:02x}",
            "assigned": f"10.1.0.{client}", "message": "ACK"}  # fmt: skip


def ordinary(days=4):
    return [lease(i * DAY / 10, SERVER, i % 40) for i in range(days * 10)]


def found(rows, hospital=None):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_a_server_that_appears_after_the_first_days():
    (one,) = found([*ordinary(), lease(3 * DAY + 7, OTHER, 51)])
    assert (one.technique, one.sources, one.targets) == ("T1557.003", (OTHER,), ("10.1.0.51",))
    assert one.confidence == 0.55


def test_fires_at_once_when_the_map_names_another():
    (one,) = found([lease(0, SERVER), lease(9, OTHER, 51)], HOSPITAL)
    assert (one.sources, one.confidence) == ((OTHER,), 0.4)
    (one,) = found([lease(0, SERVER), lease(2 * DAY, OTHER, 51)], HOSPITAL)
    assert one.confidence == 0.7


def test_quiet_on_several_servers_from_the_first_day():
    assert found([row for i in range(60) for row in (lease(i * 9000, SERVER), lease(i * 9000 + 1, OTHER))]) == ()


def test_quiet_without_enough_past():
    assert found([lease(0, SERVER), lease(2 * DAY, OTHER)]) == ()


def test_quiet_on_requests_that_no_server_answered():
    assert found([{**lease(i * DAY, None), "message": "DISCOVER"} for i in range(60)], HOSPITAL) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    rows = [*ordinary(), *(lease(2 * DAY + 30_000 * i, OTHER, 60 + i) for i in range(6))]
    assert same_however_cut(rows, DETECTOR)
    assert same_however_cut(rows, DETECTOR, hospital=HOSPITAL)
