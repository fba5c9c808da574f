import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.cut import cut_doors
from cloison.seal.doors import CLOSED, LIFELINE, OPEN

SUSPECT = PlanParameters(suspicion=((ZoneId("office"), 1.0),), scenarios=1)


def cuts(place, parameters=SUSPECT) -> list[list[int]]:
    asked = make_ready(place, parameters)
    return [levels.tolist() for levels in cut_doors(asked, Balance(asked), asked.doors.least)]


def test_the_cheaper_of_two_doors_on_the_way_is_shut():
    place = hospital(
        zones=(zone("office"), zone("between"), zone("archive", 50_000)),
        conduits=(sure_conduit("near", "office", "between"), sure_conduit("far", "between", "archive")),
        flows=(flow("used", ("near",)),),
        care_services=(service("s", "flow:used", care_per_hour=1.0),),
    )
    assert cuts(place) == [[OPEN, CLOSED]]


def test_a_lifeline_level_that_leaks_is_closed_in_the_next_cut():
    place = hospital(
        zones=(zone("office"), zone("archive", 500_000)),
        conduits=(sure_conduit("way", "office", "archive", lifeline=1.0),),
        flows=(flow("vital", ("way",), lifeline=True),),
        care_services=(service("s", "flow:vital", care_per_hour=1.0),),
    )
    assert cuts(place) == [[LIFELINE], [CLOSED]]


def test_what_costs_more_to_shut_than_to_lose_stays_open():
    place = hospital(
        zones=(zone("office"), zone("archive", 10)),
        conduits=(sure_conduit("way", "office", "archive"),),
        flows=(flow("used", ("way",)),),
        care_services=(service("s", "flow:used", care_per_hour=5.0),),
    )
    assert cuts(place) == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_each_cut_is_legal_and_harder_than_the_one_before(seed):
    asked = make_ready(*random_hospital(seed))
    before = asked.doors.least
    for levels in cut_doors(asked, Balance(asked), before):
        assert (levels >= before).all()
        assert (levels > before).any()
        assert np.isin(levels, (OPEN, LIFELINE, CLOSED)).all()
        before = levels


@pytest.mark.parametrize("suspicion", [(), ((ZoneId("archive"), 1.0), (ZoneId("office"), 1.0))])
def test_nothing_to_part_gives_no_cut(suspicion):
    place = hospital(
        zones=(zone("office"), zone("archive", 50_000)), conduits=(sure_conduit("way", "office", "archive"),)
    )
    assert cuts(place, PlanParameters(suspicion=suspicion)) == []
