from ipaddress import ip_address, ip_network
from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, findings_of, flow

from cloison.detect.detectors.rare_link import DETECTOR, MEBIBYTE
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

MAIL, FILES, PRINT, DOMAIN = (("10.2.0.1", 993), ("10.2.0.2", 445), ("10.2.0.3", 9100), ("10.2.0.4", 88))
PC = "10.1.0.12"


def zone(name, kind, network):
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))


HOSPITAL = Hospital(
    name="test",
    zones=(zone("offices", ZoneKind.OFFICE, "10.1.0.0/16"), zone("servers", ZoneKind.SERVER, "10.2.0.0/16"),
           zone("imaging", ZoneKind.SERVER, "10.4.0.0/24")),
    assets=(Asset(id=AssetId("jump"), name="Jump", zone=ZoneId("offices"), addresses=(ip_address("10.1.0.12"),),
                  role="jump-host"),),
)  # fmt: skip


def office(days=4, hosts=60):
    """People who all use the same few servers, most of them on the first day."""
    random = Random(3)
    return [
        flow(day * DAY + random.random() * DAY, f"10.1.0.{host + 1}", *service)
        for day in range(days)
        for host in range(hosts)
        for service in (MAIL, FILES, PRINT, DOMAIN)
    ]


def wanders(at, src=PC, ports=(445, 445, 3389), **more):
    return [flow(at + 600 * i, src, f"10.4.0.{i + 1}", port, **more) for i, port in enumerate(ports)]


def found(rows, hospital=None):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_sessions_where_nobody_of_the_compartment_ever_went():
    (one,) = found([*office(), *wanders(3 * DAY)])
    assert (one.technique, one.sources) == ("T1021.002", (PC,))
    assert set(one.targets) <= {"10.4.0.1", "10.4.0.2", "10.4.0.3"}
    assert "usually call 10.2.0." in str(one.explanation)
    assert 0.4 <= one.confidence <= 0.75


def test_fires_on_much_carried_over_rare_links():
    rows = wanders(3 * DAY, ports=(8080, 8081, 8082), dst_bytes=300 * MEBIBYTE)
    (one,) = found([*office(), *rows])
    assert one.technique == "T1570"


def test_quiet_on_the_first_day_and_on_a_small_network():
    assert found([*office(1), *wanders(20 * HOUR)]) == ()
    assert found([*office(4, hosts=12), *wanders(3 * DAY)]) == ()


def test_quiet_on_rare_links_that_neither_administer_nor_carry():
    assert found([*office(), *wanders(3 * DAY, ports=(8080, 8443, 443))]) == ()


def test_quiet_on_one_new_server_that_everybody_discovers():
    rows = [flow(3 * DAY + 60 * host, f"10.1.0.{host + 1}", "10.2.0.9", 445) for host in range(60)]
    assert found([*office(), *rows]) == ()


def test_quiet_on_a_newcomer_who_does_as_the_others():
    assert (
        found([*office(), *(flow(3 * DAY + i, "10.1.0.99", *one) for i, one in enumerate((MAIL, FILES, PRINT)))]) == ()
    )


def test_quiet_on_hosts_that_explore_by_trade():
    rows = [flow(day * (DAY + HOUR) + i, PC, f"10.4.{day}.{i}", 22) for day in range(4) for i in range(12)]
    assert found([*office(), *rows]) == ()
    assert found([*office(), *wanders(3 * DAY)], HOSPITAL) == ()


def test_quiet_on_calls_that_nobody_answers_and_on_ports_handed_out():
    assert found([*office(), *wanders(3 * DAY, answered=False)]) == ()
    assert found([*office(), *wanders(3 * DAY, ports=(49_700, 50_001, 61_000), dst_bytes=300 * MEBIBYTE)]) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(6)
    rows = [*office(), *wanders(2 * DAY), *wanders(3 * DAY, "10.1.0.20", ports=(22, 445, 5985, 23))]
    rows += [
        flow(random.random() * 4 * DAY, f"10.1.0.{random.randrange(60)}", f"10.2.0.{random.randrange(5, 12)}", 443)
        for _ in range(80)
    ]
    assert same_however_cut(rows, DETECTOR)
