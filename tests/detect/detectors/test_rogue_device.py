from ipaddress import ip_address, ip_network
from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, arp, findings_of, flow

from cloison.detect.detectors.rogue_device import DETECTOR
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.observations import Kind

HOSPITAL = Hospital(
    name="test",
    zones=tuple(
        Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))
        for name, kind, network in (
            ("imaging", ZoneKind.BIOMEDICAL, "10.3.0.0/24"),
            ("office", ZoneKind.OFFICE, "10.1.0.0/24"),
        )
    ),
    assets=(
        Asset(
            id=AssetId("new-scanner"), name="New scanner", zone=ZoneId("imaging"), addresses=(ip_address("10.3.0.70"),)
        ),
    ),
)


def claim(at, host, network="10.3.0", card=None):
    return arp(at, f"{network}.{host}", f"{network}.1", src_mac=card or f"00:1b:00:00:00:{host:02x}")


def ordinary(days=10, network="10.3.0"):
    return [claim(day * DAY + host, host, network) for day in range(days) for host in range(10, 18)]


def found(rows, hospital=HOSPITAL):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_a_card_that_appears_in_a_settled_compartment():
    (one,) = found([*ordinary(), claim(9 * DAY + HOUR, 66)])
    assert (one.technique, one.sources, one.confidence) == ("T1200", ("10.3.0.66",), 0.4)
    assert "8 cards were known" in str(one.explanation)


def test_fires_on_a_known_address_with_another_card():
    (one,) = found([*ordinary(), claim(9 * DAY + HOUR, 10, card="02:00:00:00:00:99")])
    assert one.sources == ("10.3.0.10",)
    assert "made up by the machine itself" in str(one.explanation)


def test_fires_from_leases_and_flows_too():
    lease = {"kind": Kind.DHCP, "at": 9 * DAY, "mac": "00:1b:00:00:00:66", "assigned": "10.3.0.66"}
    called = flow(9 * DAY + 9, "10.3.0.67", "10.3.0.10", 104, src_mac="00:1b:00:00:00:67")
    assert {one.sources for one in found([*ordinary(), lease, called])} == {("10.3.0.66",), ("10.3.0.67",)}


def test_fires_without_a_map_on_a_network_that_was_calm():
    (one,) = found([*ordinary(), claim(9 * DAY + HOUR, 66)], hospital=None)
    assert one.confidence == 0.25


def test_quiet_in_the_first_week():
    assert found([*ordinary(6), claim(5 * DAY + HOUR, 66)]) == ()


def test_quiet_on_a_network_seen_now_and_then():
    assert (
        found(
            [claim(day * DAY + host, host) for day in (0, 200, 400) for host in range(10, 18)] + [claim(600 * DAY, 66)]
        )
        == ()
    )


def test_quiet_where_people_come_and_go():
    assert found([*ordinary(network="10.1.0"), claim(9 * DAY, 66, "10.1.0")]) == ()


def test_quiet_without_a_map_where_new_cards_are_usual():
    phones = [claim(day * DAY, 100 + day, card=f"02:00:00:00:01:{day:02x}") for day in range(10)]
    assert found([*ordinary(), *phones], hospital=None) == ()


def test_quiet_on_a_machine_that_a_person_wrote_in_the_map():
    assert found([*ordinary(), claim(9 * DAY + HOUR, 70)]) == ()


def test_quiet_on_a_card_seen_last_month():
    assert found([*ordinary(60), claim(5 * DAY, 66), claim(50 * DAY, 66)]) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(1)
    rows = [*ordinary(), *(claim(random.random() * 20 * DAY, random.randrange(60, 160)) for _ in range(40))]
    rows += [flow(random.random() * 20 * DAY, f"10.3.0.{random.randrange(60, 75)}", "10.3.0.9", src_mac="00:1b:00:00:00:77")
             for _ in range(30)]  # fmt: skip
    assert same_however_cut(rows, DETECTOR, hospital=HOSPITAL)
    same_however_cut(rows, DETECTOR)
