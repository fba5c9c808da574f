import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import findings_of, http

from cloison.detect.detectors.nameless_polling import DETECTOR

HOST, MASTER = "10.1.0.1", "203.0.113.9"
BROWSER = "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko"


def found(rows):
    return findings_of(rows, DETECTOR)


def polling(*, dst=MASTER, src=HOST, count=20, every=5.0, paths=3, **more):
    plain = {"host": dst, "user_agent": BROWSER, "method": "GET"}
    return [http(every * i, src, dst, f"/page{i % paths}.php?id={i}", **{**plain, **more}) for i in range(count)]


@pytest.mark.parametrize("dst", [MASTER, "10.77.0.5"])
def test_fires_on_the_same_few_pages_of_a_bare_address(dst):
    (one,) = found(polling(dst=dst))
    assert one.technique == "T1071.001"
    assert one.targets == (dst,)
    assert (one.detected_at - one.first_seen).total_seconds() == 35


def test_fires_on_a_host_header_with_a_port():
    assert len(found(polling(host=f"{MASTER}:8888", dst_port=8888))) == 1


@pytest.mark.parametrize(
    "rows",
    [
        polling(host="www.example"),
        polling(paths=12),
        polling(count=6),
        polling(every=0.5, count=20),
        polling(dst="10.2.0.9", user_agent="check_http/2.3"),
        polling(host=None, user_agent=None),
        polling(src="198.51.100.7", dst="198.51.100.9"),
    ],
)
def test_quiet_on_browsing_and_supervision(rows):
    assert found(rows) == ()


def test_an_address_that_many_poll_is_a_service():
    rows = [row for host in range(1, 9) for row in polling(src=f"10.1.0.{host}", count=12)]
    assert len(found(rows)) == 4


def test_cuts_change_nothing():
    assert same_however_cut([*polling(count=50), *polling(dst="10.77.0.5"), *polling(paths=9)], DETECTOR)
