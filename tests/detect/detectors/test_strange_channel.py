import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, findings_of, flow, http, tls

from cloison.detect.detectors.strange_channel import DETECTOR

HOST, MASTER, INSIDE = "10.1.0.1", "203.0.113.9", "10.1.0.77"
SMALL = {"src_bytes": 4000, "dst_bytes": 3000, "src_packets": 40, "dst_packets": 40}


def found(rows):
    return findings_of(rows, DETECTOR)


def test_fires_on_old_nameless_encryption_to_an_odd_port():
    rows = [
        flow(0, HOST, MASTER, 4041, service="ssl", **SMALL),
        tls(1, HOST, MASTER, 4041, version="TLSv10", server_name=None),
    ]
    (one,) = found(rows)
    assert one.sources == (HOST,)
    assert one.targets == (MASTER,)
    assert one.technique == "T1071"
    assert "too old for any browser" in str(one.explanation)


def test_fires_on_a_self_signed_certificate_without_a_name_on_the_usual_port():
    (one,) = found([tls(0, HOST, MASTER, subject="CN=x", issuer="CN=x")])
    assert one.technique == "T1071"


def test_fires_on_a_request_to_a_bare_address_on_an_odd_port():
    assert len(found([http(0, HOST, MASTER, "/x", dst_port=7081, host=MASTER, user_agent="Mozilla/4.0")])) == 1


def test_fires_on_calls_that_go_on_though_nobody_answers():
    rows = [flow(20 * i, HOST, MASTER, 1177, answered=False, src_bytes=0, dst_bytes=0) for i in range(60)]
    (one,) = found(rows)
    assert one.detected_at.minute == 6  # the twentieth call
    assert "though nobody answers" in str(one.explanation)


def test_fires_on_a_machine_that_calls_back_who_had_just_broken_in():
    rows = [
        flow(0, INSIDE, HOST, 445),
        flow(2, HOST, INSIDE, 4444, src_bytes=7000, dst_bytes=400_000),
    ]
    (one,) = found(rows)
    assert one.sources == (HOST,)
    assert "calls back" in str(one.explanation)


def test_fires_on_a_shell_where_the_web_should_be():
    rows = [
        flow(0, HOST, MASTER, 443, service="ssh", **SMALL),
        flow(5, HOST, MASTER, 8765, **SMALL),
    ]
    assert len(found(rows)) == 1


def test_one_host_and_two_masters_make_one_finding():
    rows = [tls(i, HOST, f"203.0.113.{i}", subject="CN=x", issuer="CN=x") for i in range(1, 3)]
    (one,) = found(rows)
    assert len(one.targets) == 2


@pytest.mark.parametrize(
    "rows",
    [
        [flow(i, HOST, MASTER, 443, service="ssl", **SMALL) for i in range(40)],
        [tls(0, HOST, MASTER, server_name="www.example")],
        [tls(0, HOST, MASTER, server_name=None)],
        [flow(i, HOST, INSIDE, 11112, **SMALL) for i in range(40)],
        [flow(i, HOST, INSIDE, 49_670, **SMALL) for i in range(40)],
        [flow(i, HOST, INSIDE, 7777, src_bytes=100, dst_bytes=100) for i in range(40)],
        [flow(i, HOST, MASTER, 443, answered=False) for i in range(90)],
        [http(0, HOST, "10.2.0.1", "/status", host="10.2.0.1", user_agent="Mozilla/5.0")],
        [tls(0, HOST, "10.2.0.1", 8443, subject="CN=printer", issuer="CN=printer", version="TLSv10")],
        [flow(0, MASTER, HOST, 4444, **SMALL), tls(1, MASTER, HOST, 4444, version="TLSv10")],
    ],
)
def test_quiet_on_the_web_care_and_appliances(rows):
    assert found(rows) == ()


def test_quiet_when_the_call_back_comes_an_hour_later():
    rows = [flow(0, INSIDE, HOST, 445), flow(HOUR, HOST, INSIDE, 4444, src_bytes=7000, dst_bytes=400_000)]
    assert found(rows) == ()


def test_an_address_that_many_call_alike_is_a_service_from_the_third_on():
    rows = [tls(i, f"10.1.0.{i}", MASTER, subject="CN=x", issuer="CN=x") for i in range(1, 8)]
    assert len(found(rows)) == 2


def test_cuts_change_nothing():
    rows = [flow(20 * i, HOST, MASTER, 1177, answered=False, src_bytes=0, dst_bytes=0) for i in range(60)]
    rows += [flow(30, INSIDE, HOST, 445), flow(32, HOST, INSIDE, 4444, src_bytes=7000, dst_bytes=400_000)]
    rows += [tls(7 * i, HOST, MASTER, 4041, version="TLSv10", server_name=None) for i in range(5)]
    assert same_however_cut(rows, DETECTOR)
