from datetime import UTC, datetime

from tests.enforce.wards import BOTH, OFFICE_TO_SERVERS, SERVERS_TO_CARE, hospital

from cloison.enforce.life import STEPS, life_of
from cloison.enforce.rules import rules_of
from cloison.model.sealing import Record, SealId, Step

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = rules_of(BOTH, hospital()).points
SEAL = SealId("s1")


def record(step, *doors, done=True, point="coeur", **rest):
    return Record(at=NOW, step=step, done=done, seal=SEAL, point=point, doors=doors, **rest)


BEGIN = record(Step.BEGIN, point=None, rules=RULES)


def test_an_empty_journal_has_no_door():
    life = life_of([])
    assert (life.shut, life.waiting, life.underway) == ({}, {}, None)


def test_a_step_that_was_begun_is_perhaps_done():
    life = life_of([BEGIN, record(Step.APPLY, OFFICE_TO_SERVERS, done=False)])
    assert life.underway.touched == {"coeur"}
    assert life.underway.proved is None
    assert life.underway.last == (Step.APPLY, False)


def test_only_a_confirmation_that_is_over_shuts_a_door():
    begun = [BEGIN, record(Step.VERIFY, *BOTH), record(Step.CONFIRM, *BOTH, done=False)]
    assert life_of(begun).shut == {}
    said = (("lapses", NOW.isoformat()),)
    over = [*begun, record(Step.CONFIRM, *BOTH, said=said)]
    assert {name: placed.lapses for name, placed in life_of(over).shut.items()} == dict.fromkeys(BOTH, NOW)
    ended = life_of([*over, record(Step.END)])
    assert ended.underway is None
    assert set(ended.shut) == set(BOTH)


def test_a_door_taken_back_is_neither_proved_nor_shut():
    told = [BEGIN, record(Step.VERIFY, *BOTH), record(Step.REVERT, SERVERS_TO_CARE)]
    assert life_of(told).underway.proved == {OFFICE_TO_SERVERS}


def test_an_opening_that_was_cut_short_is_known():
    shut = [BEGIN, record(Step.CONFIRM, *BOTH), record(Step.END)]
    life = life_of([*shut, BEGIN, record(Step.OPEN, OFFICE_TO_SERVERS, done=False)])
    assert life.underway.opening == {OFFICE_TO_SERVERS}
    assert set(life.shut) == set(BOTH)
    assert set(life_of([*shut, BEGIN, record(Step.OPEN, OFFICE_TO_SERVERS)]).shut) == {SERVERS_TO_CARE}


def test_people_have_a_word_for_each_step():
    assert set(STEPS) == set(Step)
