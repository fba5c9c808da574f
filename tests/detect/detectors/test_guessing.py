import pytest
from tests.detect.traffic import DAY, HOUR, MINUTE, findings_of, flow, logon

from cloison.detect.detectors.guessing import DETECTOR

BAD, SERVER = "10.1.0.7", "10.2.0.1"


def failures(users, *, every=1.0, at=0.0, **more):
    return [logon(at + i * every, BAD, SERVER, user, success=False, **more) for i, user in enumerate(users)]


def spray(count, **more):
    return failures([f"agent{i}" for i in range(count)], **more)


def found(rows):
    return findings_of(rows, DETECTOR)


def test_fires_on_one_account_tried_again_and_again():
    (one,) = found(failures(["chef"] * 40))
    assert (one.technique, one.sources, one.targets) == ("T1110.001", (BAD,), (SERVER,))
    assert (one.detected_at - one.first_seen).total_seconds() == 10


def test_fires_sooner_on_many_accounts_and_calls_it_spraying():
    (one,) = found(spray(30))
    assert one.technique == "T1110.003"
    assert (one.detected_at - one.first_seen).total_seconds() == 5


def test_fires_on_slow_spraying_of_a_day():
    (one,) = found(spray(20, every=20 * MINUTE))
    assert one.technique == "T1110.003"


@pytest.mark.parametrize(
    ("protocol", "detail"),
    [("kerberos", "AS KDC_ERR_PREAUTH_FAILED"), ("ntlm", "LOGON_FAILURE"), ("ssh", None), ("ftp", None)],
)
def test_fires_on_each_protocol(protocol, detail):
    assert len(found(spray(8, protocol=protocol, detail=detail))) == 1


def test_fires_stronger_when_one_works():
    (alone,) = found(failures(["chef"] * 20))
    (entered,) = found([*failures(["chef"] * 20), logon(30, BAD, SERVER, "chef")])
    assert entered.confidence > alone.confidence
    assert "until one worked" in str(entered.title)
    (other,) = found([*failures(["chef"] * 20), logon(30, BAD, SERVER, "another")])
    assert other.confidence == alone.confidence


@pytest.mark.parametrize(("port", "service"), [(22, "ssh"), (902, "ssh"), (3389, None), (23, None)])
def test_fires_on_flows_alone(port, service):
    rows = [
        flow(i * 4.0, BAD, SERVER, port, src_bytes=2600 + 150 * (i % 3), dst_bytes=2300, service=service)
        for i in range(12)
    ]
    (one,) = found(rows)
    assert (one.technique, one.targets) == ("T1110.001", (SERVER,))


def test_quiet_on_a_person_who_mistypes():
    assert found([*failures(["carer"] * 4), logon(5, BAD, SERVER, "carer"), *failures(["carer"] * 3, at=HOUR)]) == ()


def test_quiet_on_a_gateway_where_some_of_many_mistype():
    rows = [logon(i, BAD, SERVER, f"agent{i}", success=i % 4 > 0) for i in range(400)]
    assert found(rows) == ()


def test_quiet_on_failures_far_apart():
    assert found(failures(["service"] * 60, every=11 * MINUTE)) == ()


@pytest.mark.parametrize(
    ("protocol", "detail", "user"),
    [
        ("kerberos", "AS KDC_ERR_PREAUTH_REQUIRED", "carer"),
        ("kerberos", "TGS KDC_ERR_S_PRINCIPAL_UNKNOWN", "carer"),
        ("kerberos", "AS KDC_ERR_C_PRINCIPAL_UNKNOWN", "typo"),
        ("ntlm", "ACCESS_DENIED", "carer"),
        ("ntlm", "LOGON_FAILURE", None),
        ("kerberos", "AS KDC_ERR_PREAUTH_FAILED", "PC-1$"),
    ],
)
def test_quiet_on_refusals_that_are_no_guesses(protocol, detail, user):
    assert found(failures([user] * 60, protocol=protocol, detail=detail)) == ()


@pytest.mark.parametrize(
    "rows",
    [
        [flow(i * 60.0, BAD, SERVER, 22, src_bytes=2600, dst_bytes=2300) for i in range(600)],
        [flow(i * 1.0, BAD, SERVER, 22, src_bytes=60_000, dst_bytes=90_000) for i in range(60)],
        [flow(i * 6.0, BAD, SERVER, 445, src_bytes=2600, dst_bytes=2300) for i in range(600)],
        [flow(i * 0.1, BAD, SERVER, 3306, src_bytes=2600, dst_bytes=2300) for i in range(600)],
        [flow(i * 1.0, BAD, f"10.2.0.{i}", 22, src_bytes=2600, dst_bytes=2300) for i in range(60)],
    ],
    ids=["supervision", "copies", "shares", "database", "many machines"],
)
def test_quiet_on_sessions_that_programs_open(rows):
    assert found(rows) == ()


def test_a_day_after_it_is_another_finding():
    assert len(found([*spray(8), *spray(8, at=DAY)])) == 2
