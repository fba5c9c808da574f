from datetime import timedelta

from tests.enforce.wards import BOTH, OFFICE_TO_SERVERS, SERVERS_TO_CARE, hospital

from cloison.enforce.driver import compare
from cloison.enforce.rules import rules_of
from cloison.model.sealing import Readback

OFFICE, CARE = rules_of(BOTH, hospital()).points[0].doors


def test_a_door_is_whole_partly_there_or_absent():
    held = {**dict.fromkeys(CARE.members), OFFICE.members[0]: timedelta(seconds=3)}
    assert compare(held, [OFFICE, CARE]) == Readback(whole=(SERVERS_TO_CARE,), partly=(OFFICE_TO_SERVERS,))
    assert compare({}, [OFFICE, CARE]) == Readback()


def test_the_shortest_time_left_is_the_door_s_and_strangers_are_counted():
    times = {member: timedelta(seconds=9 - place) for place, member in enumerate(OFFICE.members)}
    read = compare({**times, **dict.fromkeys(CARE.members)}, [OFFICE])
    assert read.lapses == ((OFFICE_TO_SERVERS, min(times.values())),)
    assert read.strangers == len(CARE.members)


def test_a_door_without_members_is_never_held():
    assert compare({}, [type(OFFICE)(conduit="x", level=OFFICE.level, vanishing=OFFICE.vanishing)]) == Readback()
