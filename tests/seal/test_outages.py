import numpy as np
import pytest
from tests.seal.hospitals import flow, hospital, service, sure_conduit, zone

from cloison.model.hospital import AnyOf, Degraded, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.formulation import write_programme
from cloison.seal.outages import flow_terms
from cloison.seal.programme import NEVER

CONDUITS = (sure_conduit("c", "a", "b", lifeline=1.0), sure_conduit("d", "a", "b"))


def written(*services, flows=()):
    place = hospital(zones=(zone("a"), zone("b")), conduits=CONDUITS, flows=flows, care_services=services)
    asked = make_ready(place, PlanParameters(suspicion=((ZoneId("a"), 1.0),), scenarios=3))
    return asked, write_programme(asked)[0]


def test_a_service_in_a_zone_already_lost_costs_the_same_whatever_is_done():
    _, programme = written(service("s", "zone:a", care_per_hour=2.0, degraded=Degraded(capacity=0.5, hours=12.0)))
    assert programme.constant == pytest.approx(2.0 * (6.0 + 60.0))


def test_a_choice_between_a_lost_and_a_safe_zone_costs_nothing_by_itself():
    _, programme = written(service("s", AnyOf(of=("zone:a", "zone:b"))))
    assert programme.constant == 0.0
    assert programme.costs().sum() > 0.0


def test_a_flow_is_cut_by_the_column_that_its_sort_heeds():
    flows = (flow("vital", ("c",), lifeline=True), flow("plain", ("c",)), flow("elsewhere", ()))
    asked, programme = written(service("s", "zone:b"), flows=flows)
    vital, plain, elsewhere = flow_terms(asked.hospital, asked.doors, programme)
    assert np.array_equal(vital, programme.doors.closed[:1])
    assert np.array_equal(plain, programme.doors.shut[:1])
    assert elsewhere.tolist() == [NEVER]
