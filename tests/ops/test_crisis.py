from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.enforce.wards import BOTH, CARE_TO_SERVERS, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS, hospital

from cloison.errors import BadValueError, NotApprovedError, UnknownIdError
from cloison.model.crisis import Motion
from cloison.model.hospital import Level, ZoneId
from cloison.model.incident import AssetSuspicion, Suspicion
from cloison.model.plan import PlanParameters
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.ops.crisis import (
    APPROVAL_LASTS,
    approve,
    close,
    doubts,
    enough,
    move,
    moved,
    pin,
    planned,
    stand,
    suspect,
    told,
)
from cloison.ops.crisis_choices import BACKUPS, levels_of
from cloison.ops.responding import make_plan

WARD = hospital()
NOW = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
ANNE, BRICE = ("a", "Anne D."), ("b", "Brice M.")
GENTLE = tuple(sorted(BOTH.items()))
CUTTING = ((CARE_TO_SERVERS, Level.CLOSED),)
PLAN = make_plan(WARD, PlanParameters(suspicion=((ZoneId("bureau"), 0.9),), scenarios=5))


@pytest.fixture
def history():
    return [planned(PLAN, stand([]), now=NOW)]


def add(history, make, *arguments, **more):
    history.append(make(*arguments, stand(history), now=NOW, **more))
    return stand(history)


def test_one_person_is_enough_for_doors_that_cut_no_care(history):
    standing = add(history, approve, "optimal", GENTLE, by=ANNE, how="password")
    assert enough(WARD, standing.proposal, NOW)
    assert not enough(WARD, standing.proposal, NOW, two=True)
    assert told(standing.proposal) == {"approved by": "Anne D.", "how": "password"}


def test_doors_that_cut_care_wait_for_a_second_person(history):
    standing = add(history, approve, "total-cut", CUTTING, by=ANNE, how="password")
    assert not enough(WARD, standing.proposal, NOW)
    with pytest.raises(NotApprovedError):
        approve("total-cut", CUTTING, standing, now=NOW, by=ANNE, how="password")
    standing = add(history, approve, "total-cut", CUTTING, by=BRICE, how="password and code")
    assert enough(WARD, standing.proposal, NOW, two=True)
    assert told(standing.proposal)["and by"] == "Brice M."


def test_an_approval_of_other_doors_or_of_an_hour_ago_does_not_count(history):
    add(history, approve, "optimal", GENTLE, by=ANNE, how="password")
    standing = add(history, approve, "total-cut", CUTTING, by=BRICE, how="password")
    assert [each.person for each in standing.proposal.approvals] == ["Brice M."]
    late = NOW + APPROVAL_LASTS + timedelta(seconds=1)
    history.append(approve("total-cut", CUTTING, standing, now=late, by=ANNE, how="password"))
    assert not enough(WARD, stand(history).proposal, late)


@pytest.mark.parametrize(
    "change",
    [
        lambda standing: suspect("pacs", 0.5, standing, WARD, now=NOW, by=ANNE),
        lambda standing: pin(OFFICE_TO_SERVERS, "open", standing, WARD, now=NOW, by=ANNE),
        lambda standing: planned(PLAN, standing, now=NOW),
    ],
)
def test_what_changes_the_plan_voids_the_approvals(history, change):
    standing = add(history, approve, "optimal", GENTLE, by=ANNE, how="password")
    history.append(change(standing))
    assert stand(history).proposal is None


def test_a_plan_that_rests_on_what_has_changed_cannot_be_approved_but_the_red_button_can(history):
    history.append(suspect("pacs", 0.5, stand(history), WARD, now=NOW, by=ANNE))
    with pytest.raises(BadValueError, match="changed"):
        approve("optimal", GENTLE, stand(history), now=NOW, by=ANNE, how="password")
    levels = levels_of(BACKUPS, None, WARD)
    assert levels == ((SERVERS_TO_BACKUPS, Level.CLOSED),)
    assert approve(BACKUPS, levels, stand(history), now=NOW, by=ANNE, how="password").choice == BACKUPS


def test_doubts_and_pins_are_told_as_they_stand_and_taken_back():
    history = [suspect("pacs", 0.7, stand([]), WARD, now=NOW, by=ANNE)]
    history.append(suspect("bureau", 1.0, stand(history), WARD, now=NOW, by=BRICE))
    history.append(suspect("pacs", 0.0, stand(history), WARD, now=NOW, by=BRICE))
    assert stand(history).suspects == (("bureau", 1.0),)
    assert stand(history).cleared == ("pacs",)
    history.append(pin(OFFICE_TO_SERVERS, "shut", stand(history), WARD, now=NOW, by=ANNE))
    history.append(pin(CARE_TO_SERVERS, "open", stand(history), WARD, now=NOW, by=ANNE))
    assert (stand(history).shut, stand(history).keep_open) == ((OFFICE_TO_SERVERS,), (CARE_TO_SERVERS,))
    history.append(pin(OFFICE_TO_SERVERS, "free", stand(history), WARD, now=NOW, by=ANNE))
    assert stand(history).shut == ()


@pytest.mark.parametrize(("name", "chance"), [("nowhere", 0.5), ("pacs", 1.5), ("pacs", -0.1)])
def test_an_impossible_doubt_is_refused(name, chance):
    with pytest.raises((UnknownIdError, BadValueError)):
        suspect(name, chance, stand([]), WARD, now=NOW, by=ANNE)


@pytest.mark.parametrize(("conduit", "wish"), [("x>y", "open"), (OFFICE_TO_SERVERS, "ajar")])
def test_an_impossible_pin_is_refused(conduit, wish):
    with pytest.raises((UnknownIdError, BadValueError)):
        pin(conduit, wish, stand([]), WARD, now=NOW, by=ANNE)


def test_while_doors_move_nobody_moves_others_and_each_verdict_replaces_the_one_before(history):
    add(history, approve, "optimal", GENTLE, by=ANNE, how="password")
    history.append(move(Motion.SEAL, stand(history), now=NOW, by=ANNE))
    assert history[-1].levels == GENTLE
    with pytest.raises(BadValueError):
        move(Motion.UNDO, stand(history), now=NOW, by=BRICE)
    with pytest.raises(BadValueError):
        approve(BACKUPS, CUTTING, stand(history), now=NOW, by=BRICE, how="password")
    shut = Verdict(conduit=OFFICE_TO_SERVERS, state=DoorState.SHUT, proof=Proof.CLOSED, evidence=())
    history.append(moved(Motion.SEAL, [shut], stand(history), now=NOW))
    assert stand(history).shut_doors == (OFFICE_TO_SERVERS,)
    with pytest.raises(BadValueError, match="forgotten"):
        close(stand(history), now=NOW, by=ANNE, note="rien")
    opened = replace(shut, state=DoorState.OPENED, proof=Proof.NOT_PROVED)
    history.append(moved(Motion.OPEN, [opened], stand(history), now=NOW))
    assert stand(history).shut_doors == ()
    history.append(close(stand(history), now=NOW, by=ANNE, note=" fausse alerte "))
    assert stand(history).closed
    with pytest.raises(BadValueError):
        approve(BACKUPS, CUTTING, stand(history), now=NOW, by=BRICE, how="password")


@pytest.mark.parametrize("note", ["", "  ", "x" * 501])
def test_a_case_is_closed_with_a_reason(note):
    with pytest.raises(BadValueError):
        close(stand([]), now=NOW, by=ANNE, note=note)


def test_a_persons_word_replaces_what_alerts_say_of_the_same_machine_or_compartment():
    def accused(asset, zone, chance):
        return AssetSuspicion(asset=asset, address="10.2.0.10", zone=zone, probability=chance, ledger=())

    alerts = Suspicion(
        assets=(accused("pacs", "serveurs", 0.8), accused(None, "bureau", 0.6), accused(None, None, 0.9)), zones=()
    )
    assert doubts(WARD, alerts, stand([])) == (("pacs", 0.8), ("bureau", 0.6))
    history = [suspect("pacs", 0.0, stand([]), WARD, now=NOW, by=ANNE)]
    assert doubts(WARD, alerts, stand(history)) == (("bureau", 0.6),)
    history.append(suspect("bureau", 1.0, stand(history), WARD, now=NOW, by=ANNE))
    assert doubts(WARD, alerts, stand(history)) == (("bureau", 1.0),)
