"""What passes from zone to zone."""

from tests.chart.maps import SMALL
from tests.chart.traffic import census_of, talk

from cloison.chart.crossings import cross, settle
from cloison.chart.places import Places

DESK, DESK_2, SERVER = "10.1.0.5", "10.1.0.6", "10.2.0.5"


def crossings(*talks):
    return cross(census_of(*talks), Places(SMALL))


def test_answered_exchanges_between_zones_are_added_up():
    found = crossings(
        talk(DESK, SERVER, at=9), talk(DESK_2, SERVER, at=20, times=3, sent=5, received=7), talk(DESK, DESK_2)
    )
    row = found.table.row(0, named=True)
    assert found.table.height == 1
    assert (row["from"], row["to"], row["low"], row["records"]) == ("bureaux", "serveurs", 445, 4)
    assert (row["src"], row["record"], row["bytes"]) == (DESK_2, 3, 1100 + 36)


def test_attempts_are_apart():
    found = crossings(talk(DESK, SERVER, answered=False, times=4))
    assert found.table.is_empty()
    assert found.attempts["records"].to_list() == [4]


def test_messages_without_ports_are_counted_only():
    found = crossings(talk(DESK, SERVER, "icmp", times=2))
    assert (found.table.height, found.messages) == (0, 2)


def test_addresses_in_no_zone_are_strangers():
    found = crossings(talk("10.77.0.1", SERVER), talk(DESK, "10.78.0.1", answered=False))
    assert (found.strangers, found.unplaced) == (("10.77.0.1",), 1)


def test_a_question_and_its_reply_seen_one_way_each_are_one_answered_exchange():
    found = crossings(talk(DESK, SERVER, answered=None), talk(SERVER, DESK, "tcp/51000", answered=None, at=1))
    assert found.table.select("from", "to", "low").rows() == [("bureaux", "serveurs", 445)]
    assert found.unknown == 0


def test_one_way_without_a_reply_stays_unknown():
    found = crossings(talk(DESK, SERVER, answered=None, times=3))
    assert (found.table.height, found.unknown) == (0, 3)


def test_two_known_ports_facing_each_other_tell_nothing():
    found = crossings(talk(DESK, SERVER, "udp/53", answered=None), talk(SERVER, DESK, "udp/53", answered=None, at=1))
    assert (found.table.height, found.unknown) == (0, 2)


def test_settling_leaves_told_answers_alone():
    edges = census_of(
        talk(DESK, SERVER), talk(DESK, SERVER, "tcp/80", answered=False), talk(DESK, SERVER, "icmp")
    ).edges()
    assert settle(edges).equals(edges)


def test_broadcasts_cross_nothing():
    found = crossings(talk(DESK, "255.255.255.255", "udp/67"), talk(DESK, "224.0.0.251", "udp/5353"))
    assert (found.table.height, found.unplaced) == (0, 0)
