from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import findings_of

from cloison.detect.detectors.dhcp_flood import DETECTOR
from cloison.model.observations import Kind


def asks(at, card):
    return {"kind": Kind.DHCP, "at": at, "mac": card, "message": "DISCOVER"}


def drawn(random):
    return ":".join(f"{random.randrange(256):02x}" for _ in range(6))


def found(rows):
    return findings_of(rows, DETECTOR)


def test_fires_on_a_card_that_asks_without_end():
    (one,) = found([asks(0.05 * i, "02:00:00:00:00:01") for i in range(400)])
    assert (one.technique, one.sources) == ("T1499", ("02:00:00:00:00:01",))
    assert one.evidence[0].record == 100


def test_names_the_address_of_a_card_that_has_one():
    (one,) = found([{**asks(0.05 * i, "02:00:00:00:00:01"), "src": "10.1.0.5"} for i in range(400)])
    assert one.sources == ("10.1.0.5",)


def test_fires_on_cards_drawn_at_random():
    random = Random(1)
    (one,) = found([asks(0.1 * i, drawn(random)) for i in range(500)])
    assert len(one.sources) == 4


def test_quiet_on_a_hospital_that_starts_again_after_a_power_cut():
    makers = [f"00:1b:{i:02x}" for i in range(40)]
    rows = [asks(0.02 * i + wait, f"{makers[i % 40]}:00:{i >> 8:02x}:{i & 255:02x}") for i in range(2000)
            for wait in (0, 4, 12)]  # fmt: skip
    assert found(rows) == ()


def test_quiet_on_a_client_that_nobody_answers():
    assert found([asks(at, "02:00:00:00:00:01") for at in range(0, 9000, 4)]) == ()


def test_quiet_on_answers():
    assert (
        found([{**asks(0.01 * i, "02:00:00:00:00:01"), "server": "10.0.0.1", "message": "ACK"} for i in range(900)])
        == ()
    )


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(2)
    rows = [asks(30 + 0.1 * i, drawn(random)) for i in range(700)]
    rows += [asks(random.random() * 60, f"02:00:00:00:00:0{i % 3}") for i in range(1500)]
    assert same_however_cut(rows, DETECTOR)
