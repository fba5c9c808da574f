import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, dns, findings_of, flow, http, tls

from cloison.detect.detectors.mailed_theft import DETECTOR

HOST, MAIL, RESOLVER = "10.1.0.1", "203.0.113.25", "10.2.0.53"
LOOKUP = dns(0, HOST, RESOLVER, "api.ipify.org")


def found(rows):
    return findings_of(rows, DETECTOR)


@pytest.mark.parametrize(
    "question",
    [
        LOOKUP,
        tls(0, HOST, "203.0.113.1", server_name="api.ipify.org"),
        http(0, HOST, "203.0.113.1", "/", host="checkip.dyndns.org"),
    ],
)
@pytest.mark.parametrize("port", [21, 587])
def test_fires_on_the_question_then_the_mail(question, port):
    (one,) = found([question, flow(30, HOST, MAIL, port)])
    assert one.technique == "T1048.003"
    assert one.sources == (HOST,)
    assert MAIL in one.targets
    assert one.detected_at.second == 30


@pytest.mark.parametrize(
    "rows",
    [
        [LOOKUP],
        [flow(30, HOST, MAIL, 587)],
        [flow(0, HOST, MAIL, 587), {**LOOKUP, "at": 30}],
        [LOOKUP, flow(30, "10.1.0.2", MAIL, 587)],
        [LOOKUP, flow(2 * HOUR, HOST, MAIL, 587)],
        [LOOKUP, flow(30, HOST, "10.2.0.25", 587)],
        [LOOKUP, flow(30, HOST, MAIL, 587, answered=False, dst_bytes=0)],
        [LOOKUP, flow(30, HOST, MAIL, 443)],
        [dns(0, HOST, RESOLVER, "ipify.org.example.com"), flow(30, HOST, MAIL, 587)],
    ],
)
def test_quiet_when_one_step_is_missing(rows):
    assert found(rows) == ()


def test_quiet_on_a_mail_server():
    before = [flow(i, HOST, f"203.0.113.{i}", 25) for i in range(1, 6)]
    assert found([*before, {**LOOKUP, "at": 60}, flow(90, HOST, MAIL, 25)]) == ()


def test_cuts_change_nothing():
    rows = [{**LOOKUP, "at": 100 * i} for i in range(5)] + [flow(70 * i, HOST, MAIL, 587) for i in range(9)]
    assert same_however_cut(rows, DETECTOR)
