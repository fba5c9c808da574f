from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.wards import CARE_TO_SERVERS, SERVERS_TO_BACKUPS, hospital

from cloison.model.crisis import Declaration, Form
from cloison.model.hospital import CareService, CareServiceId, Degraded, Hospital, Level, ZoneId
from cloison.model.plan import ServiceState
from cloison.ops.activities import Cause, Shut, activities, kept, share

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
IMAGING = CareServiceId("imagerie")


def ward():
    plain = hospital()
    services = (
        CareService(
            id=IMAGING,
            name="Imagerie",
            care_per_hour=2.0,
            degraded=Degraded(capacity=0.5, hours=4.0),
            restore_hours=48.0,
            needs="flow:examens",
        ),
        CareService(
            id=CareServiceId("labo"), name="Laboratoire", care_per_hour=6.0, restore_hours=24.0, needs="asset:pacs"
        ),
        CareService(id=CareServiceId("accueil"), name="Accueil", care_per_hour=2.0),
    )
    return Hospital(
        name=plain.name,
        zones=plain.zones,
        assets=plain.assets,
        enforcement_points=plain.enforcement_points,
        conduits=plain.conduits,
        flows=plain.flows,
        care_services=services,
    )


NONE = Shut()


def told(shut=NONE, suspicion=None, declarations=(), forms=(), now=NOW):
    found = activities(ward(), shut, suspicion or {}, declarations, forms, now=now)
    return {each.service.name: each for each in found}


def test_when_nothing_happens_every_service_is_as_usual():
    found = told()
    assert {each.state for each in found.values()} == {ServiceState.NORMAL}
    assert {each.cause for each in found.values()} == {Cause.NONE}


def test_a_door_puts_a_service_in_degraded_mode_then_stops_it_until_the_doors_open():
    since = NOW - timedelta(hours=1)
    shut = Shut(levels=((CARE_TO_SERVERS, Level.CLOSED),), since=since, hours=12.0)
    imaging = told(shut)["Imagerie"]
    assert (imaging.state, imaging.cause) == (ServiceState.DEGRADED, Cause.DOORS)
    assert imaging.stops_at == since + timedelta(hours=4)
    assert imaging.back_at == since + timedelta(hours=12)
    assert told(shut, now=since + timedelta(hours=5))["Imagerie"].state is ServiceState.STOPPED


def test_a_door_that_no_care_needs_stops_none():
    found = told(Shut(levels=((SERVERS_TO_BACKUPS, Level.CLOSED),), since=NOW))
    assert {each.state for each in found.values()} == {ServiceState.NORMAL}


def test_a_lost_compartment_stops_what_needs_it_and_puts_it_in_the_order_of_rebuilding():
    found = told(suspicion={ZoneId("serveurs"): 0.95})
    assert found["Laboratoire"].state is ServiceState.STOPPED
    assert found["Laboratoire"].cause is Cause.LOST
    assert found["Laboratoire"].rank == 1
    assert found["Laboratoire"].back_at == NOW + timedelta(hours=24)


def test_a_doubt_stops_nothing_and_says_how_likely_it_is():
    found = told(suspicion={ZoneId("serveurs"): 0.5})
    assert found["Laboratoire"].state is ServiceState.NORMAL
    assert found["Laboratoire"].threatened == pytest.approx(0.5, abs=0.08)
    assert found["Accueil"].threatened == 0.0


def test_the_word_of_somebody_there_comes_first_and_can_be_taken_back():
    lost = {ZoneId("serveurs"): 0.95}
    said = [
        Declaration(service=IMAGING, at=NOW, person="Cadre", state=ServiceState.STOPPED, note="scanner éteint"),
        Declaration(service=CareServiceId("labo"), at=NOW, person="Cadre", state=ServiceState.NORMAL),
    ]
    found = told(suspicion=lost, declarations=said)
    assert (found["Imagerie"].state, found["Imagerie"].cause) == (ServiceState.STOPPED, Cause.DECLARED)
    assert found["Laboratoire"].state is ServiceState.NORMAL
    said.append(Declaration(service=IMAGING, at=NOW, person="Cadre", state=None))
    assert told(declarations=said)["Imagerie"].cause is Cause.NONE


def test_forms_stay_with_their_service():
    form = Form(service=IMAGING, name="Demande d'examen", count=40, place="bureau des soins", at=NOW, person="Cadre")
    found = told(forms=[form])
    assert found["Imagerie"].forms == (form,)
    assert found["Accueil"].forms == ()


def test_those_that_are_worst_off_come_first():
    shut = Shut(levels=((CARE_TO_SERVERS, Level.CLOSED),), since=NOW)
    found = activities(ward(), shut, {ZoneId("serveurs"): 0.95}, (), (), now=NOW)
    assert [each.service.name for each in found] == ["Laboratoire", "Imagerie", "Accueil"]


def test_the_care_kept_falls_when_a_degraded_mode_wears_out_and_comes_back_with_the_doors():
    shut = Shut(levels=((CARE_TO_SERVERS, Level.CLOSED),), since=NOW, hours=12.0)
    found = activities(ward(), shut, {}, (), (), now=NOW)
    course = dict(kept(found, now=NOW, hours=24.0, steps=24))
    assert course[0.0] == pytest.approx(0.9)
    assert course[4.0] == pytest.approx(0.8)
    assert course[11.0] == pytest.approx(0.8)
    assert course[12.0] == 1.0


@given(hours=st.floats(min_value=0.0, max_value=200.0), chance=st.sampled_from([0.0, 0.5, 0.95]))
def test_a_share_is_a_share(hours, chance):
    found = told(
        Shut(levels=((CARE_TO_SERVERS, Level.CLOSED),), since=NOW - timedelta(hours=3)), {ZoneId("serveurs"): chance}
    )
    assert all(0.0 <= share(each, NOW + timedelta(hours=hours)) <= 1.0 for each in found.values())
