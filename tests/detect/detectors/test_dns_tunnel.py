from random import Random

import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, dns, findings_of, flow

from cloison.detect.detectors.dns_tunnel import DETECTOR

HOST, RESOLVER = "10.1.0.1", "10.2.0.53"


def found(rows):
    return findings_of(rows, DETECTOR)


def tunnel(*, src=HOST, dst=RESOLVER, size=100, count=40, domain="example.com", **more):
    random = Random(1)
    rows = []
    for i in range(count):
        text = f"{random.randrange(16**size):0{size}x}"
        labels = ".".join(text[at : at + 60] for at in range(0, size, 60))
        rows.append(dns(i, src, dst, f"{labels}.{domain}", **more))
    return rows


def test_calls_it_a_remote_control_when_the_answers_have_room():
    (one,) = found(tunnel(query_type="TXT"))
    assert one.technique == "T1071.004"


def test_fires_on_long_names_that_never_repeat():
    (one,) = found(tunnel())
    assert one.technique == "T1048.003"
    assert one.sources == (HOST,)
    assert one.targets == (RESOLVER,)
    assert one.confidence == 0.55


def test_fires_with_more_confidence_on_types_that_carry():
    (one,) = found(tunnel(size=80, query_type="TXT"))
    assert one.confidence == 0.75


def test_fires_on_names_that_end_in_nothing_registered():
    rows = tunnel(domain="a1b2c3d4e5f60718", query_type="CNAME")
    assert len(found(rows)) == 1


def test_fires_on_one_name_that_cannot_be_a_host():
    (one,) = found([dns(0, HOST, RESOLVER, "h4sicn03*2qaa3" + "w" * 50 + "==.example.net")])
    assert one.confidence == 0.35


def test_fires_on_large_questions_when_only_connections_are_seen():
    rows = [
        flow(i, HOST, RESOLVER, 53, proto="udp", src_bytes=250, dst_bytes=300, src_packets=1, dst_packets=1)
        for i in range(80)
    ]
    (one,) = found(rows)
    assert (one.detected_at - one.first_seen).total_seconds() == 59


@pytest.mark.parametrize(
    "rows",
    [
        [dns(i, HOST, RESOLVER, f"www{i}.site{i}.example") for i in range(300)],
        [dns(i, HOST, RESOLVER, f"{'a' * 60}.{'b' * 50}.example.com", query_type="TXT") for i in range(300)],
        [dns(i, HOST, RESOLVER, f"{i}.0.0.{'f.0.' * 28}ip6.arpa", query_type="PTR") for i in range(300)],
        [dns(i, HOST, RESOLVER, f"name-{i}-{'x' * 60}._tcp.corp.example", query_type="SRV") for i in range(300)],
        tunnel(domain="avqs.mcafee.com"),
        [{**row, "dst_port": 5353} for row in tunnel()],
        [dns(i, HOST, RESOLVER, f"{i:032x}.frame.example.com") for i in range(60)],
        tunnel(count=15),
        tunnel(src="198.51.100.7"),
    ],
)
def test_quiet_on_ordinary_names(rows):
    assert found(rows) == ()


def test_quiet_on_a_tunnel_too_slow_for_the_hour():
    rows = [{**row, "at": HOUR * place} for place, row in enumerate(tunnel())]
    assert found(rows) == ()


def test_the_name_server_that_passes_the_questions_on_is_not_denounced():
    rows = tunnel()
    onward = [{**row, "at": row["at"] + 0.1, "src": RESOLVER, "dst": "198.51.100.53"} for row in rows]
    (one,) = found([*rows, *onward])
    assert one.sources == (HOST,)


def test_a_domain_that_many_ask_in_that_way_is_a_service():
    rows = [row for host in range(1, 6) for row in tunnel(src=f"10.1.0.{host}")]
    assert found(rows) == ()


def test_cuts_change_nothing():
    rows = [*tunnel(), *tunnel(src="10.1.0.2", query_type="NULL", domain="example.org")]
    rows += [flow(i, HOST, "10.2.0.54", 53, proto="udp", src_bytes=250, src_packets=1) for i in range(80)]
    assert len(same_however_cut(rows, DETECTOR)) == 2
