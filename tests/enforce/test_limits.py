from datetime import UTC, datetime, timedelta

from tests.enforce.wards import BOTH, CARE_TO_SERVERS, CORE, hospital

from cloison.enforce.limits import DOORS, TIMES, WITHIN, beyond, lifelines_cut
from cloison.enforce.rules import rules_of
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import Record, Step

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POINTS = rules_of(BOTH, hospital()).points


def moved(times, doors=1, step=Step.APPLY, ago=timedelta(minutes=10)):
    told = tuple(ConduitId(str(number)) for number in range(doors))
    return [Record(at=NOW - ago, step=step, done=done, point=CORE, doors=told) for _ in range(times) for done in (0, 1)]


def test_a_first_seal_goes_beyond_nothing():
    assert beyond(POINTS, [], hospital(), NOW) == ()


def test_a_point_that_is_changed_again_and_again_is_told():
    assert beyond(POINTS, moved(TIMES - 1), hospital(), NOW) == ()
    (told,) = beyond(POINTS, moved(TIMES - 2) + moved(2, step=Step.OPEN), hospital(), NOW)
    assert str(told) == f"{CORE} was changed {TIMES} times within the hour"
    assert beyond(POINTS, moved(TIMES, ago=WITHIN), hospital(), NOW) == ()


def test_so_are_too_many_doors():
    assert beyond(POINTS, moved(1, doors=DOORS - 2), hospital(), NOW) == ()
    (told,) = beyond(POINTS, moved(1, doors=DOORS - 1), hospital(), NOW)
    assert f"{DOORS + 1} doors" in str(told)


def test_a_lifeline_that_a_closed_door_would_cut_is_told_and_one_that_passes_is_not():
    lowest, closed = ({CARE_TO_SERVERS: level} for level in (Level.LIFELINE, Level.CLOSED))
    assert lifelines_cut(rules_of(lowest, hospital()).points, hospital()) == ()
    (told,) = beyond(rules_of(closed, hospital()).points, [], hospital(), NOW)
    assert str(told) == "lifelines would be cut: examens"
