import pytest
from tests.detect.traffic import DAY, HOUR, findings_of, logon

from cloison.detect.detectors.ticket_theft import DETECTOR

BAD, CONTROLLER = "10.1.0.7", "10.2.0.1"
AES = "AS aes256-cts-hmac-sha1-96"


def ticket(at, detail, service="MSSQLSvc/base1", src=BAD, **more):
    return logon(at, src, CONTROLLER, "carer", protocol="kerberos", service=service, detail=detail, **more)


def roast(count, *, detail="TGS rc4-hmac", **more):
    return [ticket(9 + i, detail, f"MSSQLSvc/base{i}", **more) for i in range(count)]


def found(rows):
    return findings_of(rows, DETECTOR)


@pytest.mark.parametrize("detail", ["TGS rc4-hmac", "TGS encryption 0x17 options 0x40810000"])
def test_fires_on_tickets_in_rc4_for_several_services_where_aes_is_spoken(detail):
    (one,) = found([ticket(0, AES, "krbtgt/EXAMPLE", src="10.1.0.8"), *roast(6, detail=detail)])
    assert (one.technique, one.sources, one.targets) == ("T1558.003", (BAD,), (CONTROLLER,))
    assert one.confidence > 0.7


def test_fires_weakly_on_one_whose_own_client_speaks_aes():
    (one,) = found(roast(1, detail="TGS rc4-hmac key aes256-cts-hmac-sha1-96"))
    assert one.confidence < 0.4


def test_fires_on_many_services_even_where_only_rc4_is_seen():
    assert len(found(roast(DETECTOR.many))) == 1


@pytest.mark.parametrize("detail", ["AS rc4-hmac no-preauth", "AS encryption 0x17 options 0x40800010 no-preauth"])
def test_fires_on_a_logon_ticket_without_proof(detail):
    (one,) = found([ticket(0, detail, "krbtgt/EXAMPLE")])
    assert one.technique == "T1558.004"


def test_fires_on_an_old_hash_and_more_so_from_a_host_that_speaks_aes():
    old = ticket(60, f"{AES} key rc4-hmac", "krbtgt/EXAMPLE")
    (one,) = found([old])
    (sure,) = found([ticket(0, AES, "krbtgt/EXAMPLE"), old])
    assert one.technique == sure.technique == "T1550.002"
    assert sure.confidence > one.confidence


@pytest.mark.parametrize(
    "rows",
    [
        roast(6),
        [ticket(0, AES), *[ticket(9 + i, "TGS rc4-hmac", f"PC-{i}$") for i in range(9)]],
        [ticket(0, AES), *[ticket(9 + i, "TGS aes256-cts-hmac-sha1-96", f"HTTP/{i}") for i in range(40)]],
        [ticket(0, AES), *roast(6, success=False)],
        [ticket(i, f"{AES} no-preauth", "krbtgt/EXAMPLE") for i in range(40)],
        [ticket(0, AES), ticket(1, "TGS rc4-hmac key rc4-hmac", "krbtgt/EXAMPLE")],
    ],
    ids=["old domain", "machines", "aes", "refused", "free of proof", "logon ticket"],
)
def test_quiet_on(rows):
    assert found(rows) == ()


def test_quiet_on_a_service_that_many_ask_for():
    rows = [ticket(0, AES, src="10.1.0.99")]
    rows += [ticket(9 + i, "TGS rc4-hmac", src=f"10.1.0.{i}") for i in range(30)]
    assert len(found(rows)) == 1


def test_quiet_on_habit():
    rows = [ticket(0, AES, src="10.1.0.99"), *[ticket(HOUR + day * DAY, "TGS rc4-hmac") for day in range(9)]]
    assert len(found(rows)) == 1
