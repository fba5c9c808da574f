from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import FIREWALL, conduit, flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.model.hospital import EnforcementPoint, EnforcementPointId, SpreadProbabilities, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.wall import behind, free_wall

SUSPECT = PlanParameters(suspicion=((ZoneId("office"), 1.0),))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_wall_takes_no_care(seed):
    asked = make_ready(*random_hospital(seed))
    balance = Balance(asked)
    assert balance.worth(free_wall(asked)).sealing == balance.worth(asked.doors.least * 0).sealing


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_behind_the_wall_doors_do_what_they_do_with_it_up(seed, draw):
    asked = make_ready(*random_hospital(seed))
    wall = free_wall(asked)
    levels = np.random.default_rng(draw).integers(0, 3, asked.doors.count).astype(np.int8)
    one = Balance(behind(asked, wall)).compromised(levels)
    other = Balance(asked).compromised(np.maximum(levels, wall))
    assert np.array_equal(one, other)


def test_doors_that_care_crosses_or_a_person_moves_or_that_lead_nowhere_stay_as_they_are():
    spread = SpreadProbabilities(open=1.0, lifeline=0.0, closed=0.0)
    cable = EnforcementPoint(id=EnforcementPointId("cable"), driver="manual")
    place = hospital(
        zones=(zone("office"), zone("archive", 100), zone("empty"), zone("far")),
        conduits=(
            sure_conduit("free", "office", "archive"),
            sure_conduit("lifeline", "office", "archive"),
            sure_conduit("care", "office", "archive"),
            conduit("by-hand", "office", "archive", enforced_by=cable.id, spread=spread),
            sure_conduit("to-nothing", "office", "empty"),
            conduit("from-nobody", "far", "archive", enforced_by=FIREWALL, spread=spread),
        ),
        flows=(flow("images", ("lifeline",), lifeline=True), flow("orders", ("care",)), flow("unneeded", ("free",))),
        care_services=(service("s", "flow:images"), service("t", "flow:orders")),
    )
    place = replace(place, enforcement_points=(*place.enforcement_points, cable))
    assert free_wall(make_ready(place, SUSPECT)).tolist() == [2, 1, 0, 0, 0, 0]
