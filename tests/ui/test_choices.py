from dataclasses import replace

import pytest
from tests.seal.hospitals import conduit, hospital, sure_conduit, zone

from cloison.model.hospital import ZoneId
from cloison.model.plan import Alternative, PlanParameters, Weighing
from cloison.seal.planner import plan
from cloison.ui.choices import what_it_buys, why_none
from cloison.ui.languages import Translator

NEAR = Alternative(
    name="nothing",
    levels=(),
    weighing=Weighing(objective=0.0, care_hours=0.0, records=0.0, doors_moved=0),
    sealing_care_hours=0.0,
    fresh_care_hours=100.0,
    fresh_standard_error=0.0,
    fresh_records=500.0,
)
FRENCH = Translator("fr")


def test_more_care_given_up_buys_less_lost_and_fewer_records():
    firm = replace(NEAR, name="optimal", sealing_care_hours=10.0, fresh_care_hours=30.0, fresh_records=20.0)
    assert "10.0 more care-hours given up to the doors, 80.0 fewer lost" in str(what_it_buys(firm, NEAR))
    assert "480 dossiers exposés de moins" in FRENCH.sentence(what_it_buys(firm, NEAR))


def test_what_costs_no_care_says_so():
    free = replace(NEAR, name="robust", fresh_care_hours=30.0, fresh_records=600.0)
    said = FRENCH.sentence(what_it_buys(free, NEAR))
    assert "pas plus de soins pris par les portes" in said
    assert "100 dossiers exposés de plus" in said


def test_what_chance_may_explain_is_not_called_a_loss():
    unsure = replace(
        NEAR, name="optimal", sealing_care_hours=10.0, fresh_care_hours=130.0, fresh_standard_error=15.0, on_front=False
    )
    assert "too little to be told from chance" in str(what_it_buys(unsure, NEAR))
    assert "dû au hasard" in FRENCH.sentence(what_it_buys(unsure, NEAR))


def test_what_gains_nothing_says_so():
    bad = replace(NEAR, name="total-cut", sealing_care_hours=10.0, fresh_care_hours=130.0, on_front=False)
    assert "nothing is gained; 10.0 more" in str(what_it_buys(bad, NEAR))


DOOR, NO_DOOR = sure_conduit("c", "office", "archive"), conduit("c", "office", "archive")


@pytest.mark.parametrize(
    ("way", "suspicion", "words"),
    [
        (DOOR, {"office": 0.0}, "Rien n’est suspecté"),
        (NO_DOOR, {"office": 1.0}, "Aucun passage de cette carte ne peut être fermé"),
        (DOOR, {"office": 1.0, "archive": 1.0}, "aucune porte ne protège plus rien"),
        (DOOR, {"archive": 1.0}, "Aucune porte ne vaut d’être fermée"),
        (DOOR, {"office": 1.0}, None),
    ],
)
def test_a_plan_that_shuts_nothing_says_why(way, suspicion, words):
    place = hospital(zones=(zone("office", 10), zone("archive", 10_000)), conduits=(way,))
    asked = PlanParameters(suspicion=tuple((ZoneId(name), chance) for name, chance in suspicion.items()))
    said = why_none(plan(place, asked), place)
    assert (words is None) == (said is None)
    assert words is None or words in FRENCH.sentence(said)
