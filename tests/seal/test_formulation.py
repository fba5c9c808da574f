import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import hospital, random_hospital, service, zone

from cloison.model.hospital import ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.formulation import valuable_zones, write_programme
from cloison.seal.programme import Dearness


def test_zones_with_records_that_weigh_or_that_care_needs_are_of_value():
    place = hospital(
        zones=(zone("archive", 5), zone("ward"), zone("lobby")), care_services=(service("s", "zone:ward"),)
    )
    suspicion = ((ZoneId("lobby"), 1.0),)
    assert valuable_zones(place, PlanParameters(suspicion=suspicion)).tolist() == [True, True, False]
    weightless = PlanParameters(suspicion=suspicion, record_weight=0.0)
    assert valuable_zones(place, weightless).tolist() == [False, True, False]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_costs_are_never_negative_and_grow_with_either_price(seed):
    programme, _, first = write_programme(make_ready(*random_hospital(seed)))
    assert first == programme.doors.count
    constant, costs = programme.priced(Dearness())
    assert (constant, costs.tolist()) == (programme.constant, programme.costs().tolist())
    assert (costs >= 0.0).all()
    for dearer in (Dearness(doors=2.0), Dearness(intruder=2.0)):
        more, each = programme.priced(dearer)
        assert more >= constant
        assert np.all(each >= costs)
