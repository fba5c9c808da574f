from functools import partial
from itertools import count

import pytest
from tests.enforce.wards import BOTH, CARE_TO_SERVERS, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS, SERVERS_TO_CARE, hospital
from tests.ops.doors import ALL, killed_at, ready

from cloison.enforce.drivers.memory import Failing
from cloison.enforce.life import life_of
from cloison.enforce.rules import rules_of
from cloison.errors import CloisonError, NotApprovedError, UnfinishedSealError
from cloison.model.hospital import Level
from cloison.model.sealing import DoorState, Proof, Step
from cloison.ops.keeping import open_again, renew, state
from cloison.ops.sealing import arm, resume, seal
from cloison.store.journal import Journal


def states(verdicts):
    return {verdict.conduit: verdict.state for verdict in verdicts}


def device_of(ward, means):
    return means.device(ward.enforcement_points[0])


def held(ward, rules, means):
    doors = [door for point in rules.points for door in point.doors]
    return set(device_of(ward, means).held(doors).whole)


def test_doors_end_shut_and_a_cable_waits_for_a_hand(tmp_path):
    ward, rules, means = ready(tmp_path)
    verdicts = seal(rules, ward, means, approved={"approved by": "A"})
    assert states(verdicts) == {**dict.fromkeys(BOTH, DoorState.SHUT), SERVERS_TO_BACKUPS: DoorState.WAITING}
    assert {verdict.proof for verdict in verdicts} == {Proof.NOT_PROVED}
    assert {verdict.conduit for verdict in verdicts if verdict.lapses} == {SERVERS_TO_CARE}
    assert held(ward, rules, means) == set(BOTH)


def test_sealing_again_moves_nothing_and_says_so(tmp_path):
    ward, rules, means = ready(tmp_path)
    first = seal(rules, ward, means, approved={})
    again = seal(rules, ward, means, approved={})
    assert states(again) == states(first)
    assert sum("an earlier seal put it so" in map(str, verdict.evidence) for verdict in again) == len(BOTH)


def test_a_point_that_was_never_armed_shuts_nothing(tmp_path):
    ward, rules, means = ready(tmp_path)
    (path,) = (tmp_path / "devices").glob("memory-*")
    path.unlink()
    assert states(seal(rules, ward, means, approved={}))[OFFICE_TO_SERVERS] is DoorState.FAILED


@pytest.mark.parametrize("failing", Failing)
def test_a_bad_device_ends_in_a_truthful_verdict(tmp_path, failing):
    ready(tmp_path)
    ward, rules, means = ready(tmp_path, failing)
    verdicts = {verdict.conduit: verdict for verdict in seal(rules, ward, means, approved={})}
    told = {verdicts[name].state for name in BOTH}
    assert told == {DoorState.FAILED}
    assert all(verdicts[name].evidence for name in BOTH)
    sound, _, _ = ready(tmp_path)
    assert held(sound, rules, means) == set()
    with Journal(tmp_path) as journal:
        assert life_of(journal.records).underway is None


def test_beyond_the_limits_two_persons_are_wanted_and_the_journal_says_so(tmp_path):
    ward, _, means = ready(tmp_path)
    closed = rules_of({CARE_TO_SERVERS: Level.CLOSED}, ward)
    for alone in ({"approved by": "A"}, {"approved by": "A", "and by": "a"}, {}):
        with pytest.raises(NotApprovedError, match="lifelines would be cut: examens"):
            seal(closed, ward, means, approved=alone)
    assert held(ward, closed, means) == set()
    both = seal(closed, ward, means, approved={"approved by": "A", "and by": "B"})
    assert states(both) == {CARE_TO_SERVERS: DoorState.SHUT}
    with Journal(tmp_path) as journal:
        said = [dict(record.said) for record in journal.records]
        assert life_of(journal.records).underway is None
    assert sum("refused" in one for one in said) == 3
    assert [one["beyond limits"] for one in said if "beyond limits" in one] == ["lifelines would be cut: examens"]


def test_arming_says_for_each_point_what_became_of_it(tmp_path):
    ward, _, means = ready(tmp_path)
    assert [answer for _, answer in arm(ward, means)] == [False]
    ((_, answer),) = arm(hospital(address="unreachable"), means)
    assert isinstance(answer, CloisonError)


@pytest.mark.parametrize("after", [True, False], ids=["after the line", "before the line"])
def test_killed_at_any_step_the_next_start_names_it_and_leaves_no_door_in_between(tmp_path, after):
    seen = set()
    for number in count():
        ward, rules, means = ready(tmp_path / str(number))
        died = killed_at(number, partial(seal, rules, ward, means, approved={"approved by": "A"}), after=after)
        with Journal(means.home) as journal:
            underway = life_of(journal.records).underway
        if underway:
            seen.add(underway.last[0])
            with pytest.raises(UnfinishedSealError):
                seal(rules, ward, means, approved={})
        found = resume(means)
        assert (found is None) == (underway is None)
        with Journal(means.home) as journal:
            life = life_of(journal.records)
        assert life.underway is None
        assert held(ward, rules, means) == set(life.shut)
        if found:
            assert {name for name, told in states(found[1]).items() if told is DoorState.SHUT} == set(life.shut)
        if not died:
            break
    assert seen >= {Step.BEGIN, Step.STAGE, Step.APPLY, Step.VERIFY, Step.CONFIRM}


@pytest.mark.parametrize("act", ["revert", "renew", "open"])
@pytest.mark.parametrize("after", [True, False], ids=["after the line", "before the line"])
def test_killed_while_taking_back_renewing_or_opening_the_next_start_ends_it(tmp_path, act, after):
    for number in count():
        ward, rules, means = ready(tmp_path / str(number))
        if act == "revert":
            # Half of the doors are applied: they must be taken back.
            half, _, _ = ready(tmp_path / str(number), Failing.HALF)
            broken = type(rules)(points=tuple(_at(point, half) for point in rules.points))
            died = killed_at(number, partial(seal, broken, half, means, approved={}), after=after)
        else:
            seal(rules, ward, means, approved={})
            doing = {"renew": partial(renew, means), "open": partial(open_again, ward, means, stage=None, approved={})}
            died = killed_at(number, doing[act], after=after)
        resume(means)
        with Journal(means.home) as journal:
            life = life_of(journal.records)
        assert life.underway is None
        assert held(ward, rules, means) == set(life.shut)
        if act == "renew":
            assert set(life.shut) == set(BOTH)
        if not died:
            break
    assert number > 2


def _at(point, ward):
    """Give a point's rules with its device as another map has it."""
    (same,) = [one for one in ward.enforcement_points if one.id == point.point.id]
    return type(point)(point=same, doors=point.doors)


def test_nothing_cut_short_is_nothing_to_resume(tmp_path):
    _, _, means = ready(tmp_path)
    assert resume(means) is None
    assert state(means) == (None, ())
    assert set(ALL) > set(BOTH)
