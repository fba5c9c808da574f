from dataclasses import replace

import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS, hospital
from tests.ops.crisis_room import ANNE, BRICE, desk_at, with_plan

from cloison.errors import ActedBeforeError, BadValueError, UnknownIdError
from cloison.model.case import CaseStatus
from cloison.model.crisis import Decision, DecisionKind
from cloison.ops import crisis_desk
from cloison.ops.crisis_desk import digest, rehearsed
from cloison.store.cases import save_case
from cloison.store.decisions import decide
from cloison.store.logbook import entries


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def test_the_stamp_of_a_case_changes_with_it_and_with_nothing_beside_it(desk):
    name = desk.open_by_hand("pacs", 0.7, "", ANNE)
    first = desk.stamp(name)
    for topic in ("sensors", "logbook", "notices"):
        with desk.database.write(topic):
            pass
    assert desk.stamp(name) == first
    desk.suspect(name, "bureau", 0.4, ANNE)
    assert desk.stamp(name) != first
    second = desk.stamp(name)
    other = hospital()
    assert replace(desk, hospital=lambda: other).stamp(name) != second


def test_a_doubt_by_telephone_opens_a_case_that_the_logbook_tells(desk):
    name = desk.open_by_hand("pacs", 0.7, "le technicien voit des fichiers renommés", ANNE)
    view = desk.look(name)
    assert view.case.status is CaseStatus.OPEN
    assert view.suspicion == (("pacs", 0.7),)
    assert view.standing.plan is None
    assert [str(entry.draft.text) for entry in reversed(entries(desk.database, case=name))] == [
        "Anne D. opens a case: PACS is doubted (0.7)",
        "le technicien voit des fichiers renommés",
    ]
    assert [case.id for case in desk.cases()] == [name]


def test_without_a_map_or_with_a_name_that_it_does_not_have_no_case_is_opened(desk):
    with pytest.raises(UnknownIdError):
        desk.open_by_hand("nowhere", 0.7, "", ANNE)
    with pytest.raises(BadValueError):
        replace(desk, hospital=lambda: None).open_by_hand("pacs", 0.7, "", ANNE)
    assert desk.cases() == ()


def test_a_plan_is_made_behind_the_page_and_written(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    view = with_plan(desk, name)
    assert view.standing.plan is not None
    assert not view.stale
    assert {choice.name for choice in view.standing.plan.alternatives} >= {"optimal", "total-cut"}
    assert "Seal plan made" in str(entries(desk.database, case=name)[0].draft.text)


def test_a_machine_found_healthy_takes_the_doubt_away_and_nothing_is_planned(desk):
    name = desk.open_by_hand("pacs", 0.7, "", ANNE)
    desk.suspect(name, "pacs", 0.0, BRICE)
    assert desk.look(name).suspicion == ()
    assert not desk.plan(name)


def test_a_pinned_door_stays_as_the_person_wants_in_the_next_plan(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    desk.pin(name, OFFICE_TO_SERVERS, "shut", ANNE)
    view = with_plan(desk, name)
    assert OFFICE_TO_SERVERS in {action.conduit for action in view.standing.plan.actions}
    desk.pin(name, OFFICE_TO_SERVERS, "open", BRICE)
    assert desk.look(name).standing.outdated
    view = with_plan(desk, name)
    assert OFFICE_TO_SERVERS not in {action.conduit for action in view.standing.plan.actions}


def test_a_case_is_closed_with_a_reason_and_leaves_the_top_of_pages(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    desk.close(name, "fausse alerte : test du prestataire", ANNE)
    case = desk.look(name).case
    assert case.status is CaseStatus.CLOSED
    assert case.closed_at is not None


def test_a_case_that_a_new_alert_opened_again_can_be_worked_on(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    desk.close(name, "fausse alerte", ANNE)
    assert desk.look(name).standing.closed
    save_case(desk.database, replace(desk.look(name).case, status=CaseStatus.OPEN))
    assert not desk.look(name).standing.closed


def test_whoever_decides_on_what_has_changed_is_told(desk):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    stale = Decision(number=desk.look(name).standing.last, at=desk.clock(), kind=DecisionKind.WITHDRAW)
    with pytest.raises(ActedBeforeError):
        decide(desk.database, name, stale)


def test_a_digest_tells_doors_apart_whatever_their_order():
    doors = (("a", "closed"), ("b", "lifeline"))
    levels = [(name, type("L", (), {"value": level})) for name, level in doors]
    assert digest(levels) == digest(levels[::-1])
    assert digest(levels) != digest(levels[:1])


def test_in_an_exercise_devices_are_in_memory_and_hands_stay_hands():
    ward = rehearsed(hospital(driver="nftables", address="local"))
    assert [(point.driver, point.address) for point in ward.enforcement_points] == [("memory", None), ("manual", None)]


def test_a_plan_survives_what_people_decide_meanwhile_unless_it_changes_the_question(desk, monkeypatch):
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    made = crisis_desk.make_plan

    def while_planning(act):
        def planner(*arguments, **more):
            act()
            return made(*arguments, **more)

        monkeypatch.setattr(crisis_desk, "make_plan", planner)

    while_planning(lambda: desk.withdraw(name, BRICE))
    assert with_plan(desk, name).standing.plan is not None
    while_planning(lambda: desk.pin(name, OFFICE_TO_SERVERS, "shut", BRICE))
    assert with_plan(desk, name).standing.outdated


def test_a_plan_that_cannot_be_made_says_why(tmp_path):
    plain = hospital()
    ring = replace(plain.care_services[0], needs="care_service:imagerie")
    desk = desk_at(tmp_path, replace(plain, care_services=(ring,)))
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    assert desk.unplanned(name) is None
    desk.plan(name)
    with pytest.raises(BadValueError):
        desk.worker.finish(f"plan {name}")
    assert "ring" in str(desk.unplanned(name).problem)
    desk.worker.stop()
    desk.database.close()
