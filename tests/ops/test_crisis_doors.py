from tests.enforce.wards import OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS
from tests.ops.doors import ALL, killed_at, ready

from cloison.model.sealing import DoorState, Step
from cloison.ops.crisis_doors import ENDS, Progress, doors_now, latest_run
from cloison.ops.keeping import open_again, renew
from cloison.ops.sealing import resume, seal
from cloison.store.journal import records_now


def progress(records):
    run = latest_run(records)
    return {door.conduit: door.progress for door in run.doors} if run else {}


def test_before_any_seal_there_is_nothing_to_tell(tmp_path):
    assert latest_run(records_now(tmp_path)) is None
    ready(tmp_path)
    assert latest_run(records_now(tmp_path)) is None


def test_each_line_of_the_journal_moves_the_doors_on_and_the_last_tells_what_the_verdicts_tell(tmp_path):
    ward, rules, means = ready(tmp_path)
    verdicts = seal(rules, ward, means, approved={"approved by": "A"})
    records = records_now(tmp_path)
    begun = next(place for place, record in enumerate(records) if record.step is Step.BEGIN)
    seen = [progress(records[: end + 1])[OFFICE_TO_SERVERS] for end in range(begun, len(records))]
    order = [Progress.ASKED, Progress.REACHING, Progress.SHUTTING, Progress.TRYING, Progress.CONFIRMING, Progress.SHUT]
    assert list(dict.fromkeys(seen)) == order
    run = latest_run(records)
    assert run.ended is not None
    assert run.approved == (("approved by", "A"),)
    assert {door.conduit: (door.progress, door.proof) for door in run.doors} == {
        verdict.conduit: (Progress(verdict.state.value), verdict.proof) for verdict in verdicts
    }
    assert progress(records)[SERVERS_TO_BACKUPS] is Progress.WAITING


def test_an_opening_is_followed_too(tmp_path):
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={})
    open_again(ward, means, stage=None, approved={"approved by": "A"})
    assert set(progress(records_now(tmp_path)).values()) == {Progress.OPENED}


def test_a_seal_that_dies_leaves_no_end_and_its_resuming_gives_one(tmp_path):
    ward, rules, means = ready(tmp_path)
    assert killed_at(5, lambda: seal(rules, ward, means, approved={}), after=True)
    run = latest_run(records_now(tmp_path))
    assert run.ended is None
    assert set(ALL) == {door.conduit for door in run.doors}
    resume(means)
    ended = latest_run(records_now(tmp_path))
    assert ended.seal == run.seal
    assert ended.ended is not None
    assert {door.progress for door in ended.doors} <= ENDS


def test_the_ends_are_the_states_of_doors():
    assert {each.value for each in ENDS} == {state.value for state in DoorState}


def test_a_proof_lasts_while_its_door_stays_shut_and_every_door_that_moved_is_told(tmp_path):
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={})
    before = doors_now(records_now(tmp_path))
    renew(means)
    after = doors_now(records_now(tmp_path))
    assert set(after) == set(ALL)
    assert {name: (door.progress, door.proof) for name, door in after.items()} == {
        name: (door.progress, door.proof) for name, door in before.items()
    }
    open_again(ward, means, stage=1, approved={})
    assert {door.progress for door in doors_now(records_now(tmp_path)).values()} == {
        Progress.OPENED,
        Progress.SHUT,
        Progress.WAITING,
    }
