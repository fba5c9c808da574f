from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from tests.enforce.wards import CABINET, CARE_TO_SERVERS, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS, hospital
from tests.ops.crisis_room import ANNE, BRICE, desk_at, still, with_plan
from tests.ops.doors import killed_at

from cloison.errors import BadValueError, NotApprovedError
from cloison.model.crisis import Motion
from cloison.model.hospital import Flow, FlowId, Level
from cloison.model.sealing import DoorState, Step
from cloison.ops import crisis
from cloison.ops.crisis_choices import BACKUPS, levels_of
from cloison.ops.crisis_desk import DRILLS, digest
from cloison.ops.crisis_doors import Progress
from cloison.ops.crisis_motion import Signer, approve, exceeded, keep_leases, open_doors, settle, take_up, tell_by_hand
from cloison.ops.crisis_work import DOORS
from cloison.ops.red_button import approve_in_advance
from cloison.store.cases import save_case
from cloison.store.decisions import decide
from cloison.store.logbook import check, entries
from cloison.store.notices import notices

FIRST, SECOND = (Signer(account=one[0], person=one[1], how="password") for one in (ANNE, BRICE))


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


@pytest.fixture
def name(desk):
    case = desk.open_by_hand("bureau", 0.9, "", ANNE)
    with_plan(desk, case)
    return case


def seen(desk, name, choice):
    view = desk.look(name)
    return digest(levels_of(choice, view.standing.plan, view.hospital))


def states(view):
    return {verdict.conduit: verdict.state for verdict in view.standing.verdicts}


def test_doors_that_stop_care_wait_for_the_second_person_then_move_and_are_told(desk, name):
    doors = seen(desk, name, "total-cut")
    assert not approve(desk, name, "total-cut", doors, [FIRST])
    assert desk.look(name).standing.moving is None
    with pytest.raises(NotApprovedError):
        approve(desk, name, "total-cut", doors, [FIRST])
    assert approve(desk, name, "total-cut", doors, [SECOND])
    view = still(desk, name)
    assert states(view)[CARE_TO_SERVERS] is DoorState.SHUT
    assert states(view)[SERVERS_TO_BACKUPS] is DoorState.WAITING
    assert view.doors[CARE_TO_SERVERS].progress is Progress.SHUT
    assert dict(view.run.approved) == {
        "approved by": "Anne D.",
        "how": "password",
        "and by": "Brice M.",
        "and how": "password",
    }
    assert any("not proved" in str(entry.draft.text) for entry in entries(desk.database, case=name))
    assert check(desk.database).broken_at is None
    (notice,) = notices(desk.database)
    assert str(notice.notice.text) == "4 doors have moved as asked"


def test_two_people_at_one_page_approve_in_one_gesture(desk, name):
    assert approve(desk, name, "total-cut", seen(desk, name, "total-cut"), [FIRST, SECOND])
    assert states(still(desk, name))[CARE_TO_SERVERS] is DoorState.SHUT


def test_doors_that_were_not_those_shown_are_not_approved(desk, name):
    with pytest.raises(BadValueError, match="changed"):
        approve(desk, name, "total-cut", "0" * 16, [FIRST, SECOND])
    assert desk.look(name).standing.proposal is None


def test_the_red_button_wants_one_step_and_no_plan(desk):
    case = desk.open_by_hand("bureau", 0.9, "", ANNE)
    assert approve(desk, case, BACKUPS, seen(desk, case, BACKUPS), [FIRST])
    assert states(still(desk, case)) == {SERVERS_TO_BACKUPS: DoorState.WAITING}
    tell_by_hand(desk, case, CABINET, BRICE)
    assert states(still(desk, case)) == {SERVERS_TO_BACKUPS: DoorState.SHUT}


def test_doors_open_again_by_stages_and_the_case_can_then_be_closed(desk, name):
    approve(desk, name, "total-cut", seen(desk, name, "total-cut"), [FIRST, SECOND])
    still(desk, name)
    open_doors(desk, name, 1, FIRST)
    view = still(desk, name)
    assert states(view)[CARE_TO_SERVERS] is DoorState.OPENED
    with pytest.raises(BadValueError, match="forgotten"):
        desk.close(name, "fini", ANNE)
    open_doors(desk, name, None, FIRST)
    assert set(states(still(desk, name)).values()) == {DoorState.OPENED}
    desk.close(name, "fini", ANNE)


def test_while_doors_move_others_are_refused(desk, name):
    gate = Event()
    doors = seen(desk, name, BACKUPS)
    desk.worker.start(DOORS, gate.wait)
    with pytest.raises(BadValueError, match="moving"):
        approve(desk, name, BACKUPS, doors, [FIRST])
    gate.set()
    desk.worker.finish(DOORS)
    assert approve(desk, name, BACKUPS, doors, [FIRST])


def test_of_two_second_persons_one_moves_the_doors_and_the_other_is_told(desk, name):
    doors = seen(desk, name, "total-cut")
    approve(desk, name, "total-cut", doors, [FIRST])
    approve(desk, name, "total-cut", doors, [SECOND])
    third = Signer(account="c", person="Chloé R.", how="password")
    with suppress(BadValueError):  # refused while the doors move; later, only one more approval
        approve(desk, name, "total-cut", doors, [third])
    begun = [each for each in still(desk, name).decisions if each.motion is Motion.SEAL and each.levels]
    assert len(begun) == 1


def test_a_server_killed_while_doors_move_leaves_one_action_to_take(tmp_path, desk, name):
    doors = seen(desk, name, "total-cut")
    desk.database.close()

    def dying():
        other = desk_at(tmp_path)
        approve(other, name, "total-cut", doors, [FIRST, SECOND])
        other.worker.finish(DOORS)

    assert killed_at(8, dying, after=True)
    view = settle(desk, name)
    assert view.cut_short is not None
    with pytest.raises(BadValueError, match="cut short"):
        approve(desk, name, BACKUPS, seen(desk, name, BACKUPS), [FIRST])
    take_up(desk, name, BRICE)
    view = settle(desk, still(desk, name).case.id)
    assert (view.cut_short, view.standing.moving) == (None, None)
    assert states(view)


def test_a_server_killed_before_the_first_door_leaves_the_truth(desk, name):
    view = desk.look(name)
    decide(desk.database, name, crisis.move(Motion.SEAL, view.standing, now=desk.clock(), by=ANNE))
    view = settle(desk, name)
    assert view.standing.moving is None
    assert "stopped meanwhile" in str(view.standing.hindrance)


def test_care_doors_stay_shut_as_long_as_cloison_lives(desk, name):
    approve(desk, name, "total-cut", seen(desk, name, "total-cut"), [FIRST, SECOND])
    before = min(placed.lapses for placed in still(desk, name).life.shut.values() if placed.lapses)
    keep_leases(desk)
    assert still(desk, name).run.step is Step.END
    assert min(p.lapses for p in desk.look(name).life.shut.values() if p.lapses) == before
    later = replace(desk, clock=lambda: before)
    keep_leases(later)
    view = still(later, name)
    assert min(placed.lapses for placed in view.life.shut.values() if placed.lapses) > before


def test_an_exercise_moves_its_own_doors_and_none_of_the_hospitals(tmp_path):
    desk = desk_at(tmp_path, hospital(driver="nftables", address="netns:nowhere"))
    case = desk.open_by_hand("bureau", 0.9, "", ANNE)
    save_case(desk.database, replace(desk.look(case).case, drill=True))
    approve(desk, case, BACKUPS, seen(desk, case, BACKUPS), [FIRST])
    assert states(still(desk, case)) == {SERVERS_TO_BACKUPS: DoorState.WAITING}
    assert (tmp_path / DRILLS / case / "doors.jsonl").is_file()
    assert entries(desk.database, case=case)[0].draft.drill
    desk.worker.stop()
    desk.database.close()


def test_doors_that_cut_a_lifeline_want_two_people_though_no_care_needs_it(desk, name):
    view = desk.look(name)
    closed = ((OFFICE_TO_SERVERS, Level.CLOSED),)
    assert exceeded(view, closed, desk.clock())
    assert exceeded(replace(view, case=replace(view.case, drill=True)), closed, desk.clock()) == ()


def test_the_red_button_that_two_people_approved_in_advance_is_pressed_by_one(tmp_path):
    plain = hospital()
    copies = Flow(id=FlowId("copies"), via=(SERVERS_TO_BACKUPS,), service="tcp/8000", lifeline=True)
    desk = desk_at(tmp_path, replace(plain, flows=(*plain.flows, copies)))
    case = desk.open_by_hand("bureau", 0.9, "", ANNE)
    assert not approve(desk, case, BACKUPS, seen(desk, case, BACKUPS), [FIRST])
    desk.withdraw(case, ANNE)
    view = desk.look(case)
    means = desk.means(view.case, view.hospital)
    until = desk.clock() + timedelta(days=30)
    approve_in_advance(view.hospital, means, first="Anne D.", second="Brice M.", until=until)
    assert approve(desk, case, BACKUPS, seen(desk, case, BACKUPS), [FIRST])
    assert dict(still(desk, case).run.approved)["pressed by"] == "Anne D."
    desk.worker.stop()
    desk.database.close()
