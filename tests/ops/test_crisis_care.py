from dataclasses import replace

import pytest
from tests.enforce.wards import CARE_TO_SERVERS, hospital
from tests.ops.crisis_room import ANNE, BRICE, desk_at, still, with_plan

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.plan import ServiceState
from cloison.ops.activities import Cause
from cloison.ops.crisis_care import PROCEDURES, care_now, count, declare_state, set_procedure, shut_now
from cloison.ops.crisis_choices import levels_of
from cloison.ops.crisis_desk import digest
from cloison.ops.crisis_motion import Signer, approve, keep_leases, open_doors
from cloison.store.logbook import entries

WARD = hospital()
BOTH = [Signer(account=one[0], person=one[1], how="password") for one in (ANNE, BRICE)]


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def imaging(desk):
    return next(each for each in care_now(desk, WARD) if each.service.id == "imagerie")


def seal(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    view = with_plan(desk, name)
    doors = digest(levels_of("total-cut", view.standing.plan, WARD))
    approve(desk, name, "total-cut", doors, BOTH)
    still(desk, name)
    return name


def test_on_a_quiet_night_care_goes_as_usual(desk):
    assert imaging(desk).cause is Cause.NONE


def test_doors_that_were_really_shut_stop_the_care_that_needs_them_until_they_open(desk):
    name = seal(desk)
    assert (imaging(desk).state, imaging(desk).cause) == (ServiceState.STOPPED, Cause.DOORS)
    shut = shut_now(desk, desk.look(name).case, WARD)
    assert CARE_TO_SERVERS in dict(shut.levels)
    later = replace(desk, clock=lambda: min(p.lapses for p in desk.look(name).life.shut.values() if p.lapses))
    keep_leases(later)
    still(later, name)
    assert shut_now(desk, desk.look(name).case, WARD).since == shut.since
    open_doors(desk, name, None, BOTH[0])
    still(desk, name)
    assert imaging(desk).cause is Cause.NONE


def test_what_a_nurse_declares_counts_is_in_the_logbook_and_can_be_taken_back(desk):
    declare_state(desk, WARD, "imagerie", state=ServiceState.STOPPED, note="scanner  éteint", by=BRICE)
    assert (imaging(desk).state, imaging(desk).declared.note) == (ServiceState.STOPPED, "scanner éteint")
    assert str(entries(desk.database)[0].draft.text) == "Brice M.: Imagerie has stopped (scanner éteint)"
    declare_state(desk, WARD, "imagerie", state=None, note="", by=BRICE)
    assert imaging(desk).cause is Cause.NONE


def test_paper_and_procedures_are_kept_by_care_service(desk):
    count(desk, WARD, "imagerie", name="Demande", left=40, place="bureau", by=ANNE)
    count(desk, WARD, "imagerie", name="Demande", left=12, place="bureau", by=ANNE)
    assert [(form.name, form.count) for form in imaging(desk).forms] == [("Demande", 12)]
    set_procedure(desk, WARD, "imagerie", text=" classeur rouge ", by=ANNE)
    assert PROCEDURES.of(desk.database) == {"imagerie": "classeur rouge"}


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: declare_state(desk, WARD, "x", state=None, note="", by=ANNE),
        lambda desk: declare_state(desk, WARD, "imagerie", state=None, note="x" * 1001, by=ANNE),
        lambda desk: count(desk, WARD, "imagerie", name=" ", left=1, place="", by=ANNE),
        lambda desk: count(desk, WARD, "imagerie", name="a", left=-2, place="", by=ANNE),
        lambda desk: set_procedure(desk, WARD, "imagerie", text="x" * 1001, by=ANNE),
        lambda desk: set_procedure(desk, WARD, "x", text="", by=ANNE),
    ],
)
def test_what_makes_no_sense_is_refused(desk, act):
    with pytest.raises((BadValueError, UnknownIdError)):
        act(desk)
    assert entries(desk.database) == ()
