import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, arp, findings_of

from cloison.detect.detectors.arp_spoof import DETECTOR

GATEWAY, VICTIM, INTRUDER = "10.1.0.1", "10.1.0.50", "10.1.0.66"
CARDS = {GATEWAY: "02:aa:00:00:00:01", VICTIM: "02:aa:00:00:00:50", INTRUDER: "02:aa:00:00:00:66"}


def say(at, src, dst, operation="request", card=None):
    return arp(at, src, dst, operation, src_mac=card or CARDS[src])


def found(rows):
    return findings_of(rows, DETECTOR)


def ordinary(at=0.0):
    """Each asks for the other and is answered."""
    return [say(at, VICTIM, GATEWAY), say(at + 0.1, GATEWAY, VICTIM, "reply"),
            say(at + 1, INTRUDER, GATEWAY), say(at + 1.1, GATEWAY, INTRUDER, "reply")]  # fmt: skip


def poison(at, times=5, every=10.0):
    card = CARDS[INTRUDER]
    return [
        row
        for i in range(times)
        for row in (
            say(at + every * i, GATEWAY, VICTIM, "reply", card),
            say(at + every * i + 0.1, VICTIM, GATEWAY, "reply", card),
        )
    ]


def test_fires_on_whoever_stands_between_two_machines():
    (one,) = found([*ordinary(), *poison(20), *ordinary(25)])
    assert (one.technique, one.sources, one.targets) == ("T1557.002", (INTRUDER,), (GATEWAY, VICTIM))
    assert one.confidence == 0.85


def test_fires_on_answers_that_nobody_asked_for_even_when_the_owners_are_silent():
    (one,) = found(poison(0))
    assert one.sources == (CARDS[INTRUDER],)
    assert one.confidence == 0.7


def test_fires_on_one_address_taken_again_and_again():
    rows = []
    for i in range(4):
        rows += [*ordinary(20.0 * i), say(20.0 * i + 9, GATEWAY, VICTIM, "reply", CARDS[INTRUDER])]
    (one,) = found(rows)
    assert (one.sources, one.targets, one.confidence) == ((INTRUDER,), (GATEWAY,), 0.6)


def test_quiet_on_ordinary_questions_and_answers():
    assert found([row for i in range(50) for row in ordinary(i * 30.0)]) == ()


def test_quiet_when_a_lease_goes_to_another_machine():
    assert found([*ordinary(), say(60, VICTIM, VICTIM, "request", "02:aa:00:00:00:51")]) == ()


@pytest.mark.parametrize("card", ["00:00:5e:00:01:07", "00:00:0c:07:ac:01"])
def test_quiet_on_routers_that_share_an_address_by_design(card):
    rows = [say(i, GATEWAY, VICTIM, "reply", card if i % 2 else CARDS[GATEWAY]) for i in range(20)]
    assert found(rows) == ()


def test_quiet_when_a_cluster_changes_sides():
    addresses = [f"10.1.0.{i}" for i in range(100, 106)]
    rows = [say(i, one, one, "reply", "02:aa:00:00:01:01") for i, one in enumerate(addresses)]
    rows += [say(60 + i, one, one, "reply", "02:aa:00:00:01:02") for i, one in enumerate(addresses)]
    assert found(rows) == ()


def test_quiet_on_a_device_that_announces_itself_unasked():
    assert found([say(i * 5, VICTIM, GATEWAY, "reply") for i in range(60)]) == ()


@pytest.mark.parametrize("every", [1.0, 40.0, 4 * HOUR])
def test_findings_do_not_depend_on_where_the_stream_is_cut(every):
    rows = [*ordinary(), *poison(20, 8, every), *(row for i in range(9) for row in ordinary(30 + i * every))]
    same_however_cut(rows, DETECTOR)
