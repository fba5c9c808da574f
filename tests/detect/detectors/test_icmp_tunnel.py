import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, findings_of, flow

from cloison.detect.detectors.icmp_tunnel import DETECTOR

HOST, FAR = "10.1.0.1", "203.0.113.9"


def found(rows):
    return findings_of(rows, DETECTOR)


def pings(*, octets=700, count=10, each=5, every=10.0, **more):
    size = octets * each
    plain = {"proto": "icmp", "src_bytes": size, "dst_bytes": size, "src_packets": each, "dst_packets": each}
    return [flow(every * i, HOST, FAR, None, **{**plain, **more}) for i in range(count)]


def test_fires_on_large_messages_both_ways():
    (one,) = found(pings())
    assert one.technique == "T1095"
    assert (one.detected_at - one.first_seen).total_seconds() == 30
    assert "68 KiB" in str(one.explanation)


@pytest.mark.parametrize(
    "rows",
    [
        pings(octets=64, count=500),
        pings(dst_bytes=0, dst_packets=0),
        pings(count=3),
        pings(every=HOUR),
        pings(proto="udp"),
        pings(src_packets=None),
    ],
)
def test_quiet_on_pings(rows):
    assert found(rows) == ()


def test_cuts_change_nothing():
    assert same_however_cut(pings(count=60), DETECTOR)
