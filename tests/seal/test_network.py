import numpy as np
from tests.seal.hospitals import FIREWALL, conduit, hospital, sure_conduit, zone

from cloison.model.hospital import SpreadProbabilities, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.network import NO_NODE, SURE_TAIL, Stop, shrink
from cloison.spread.scenarios import conduit_graph

ALWAYS = SpreadProbabilities(open=1.0, lifeline=1.0, closed=1.0)


def shrunk(zones: str, conduits, valuable: str, scenarios: int = 5):
    place = hospital(zones=tuple(map(zone, zones)), conduits=tuple(conduits))
    asked = make_ready(place, PlanParameters(suspicion=((ZoneId(zones[0]), 1.0),), scenarios=scenarios))
    of_value = np.array([name in valuable for name in zones])
    return shrink(conduit_graph(place), asked.doors, asked.scenarios, of_value)


def test_like_scenarios_are_one():
    network = shrunk("ab", [sure_conduit("c", "a", "b")], "b")
    assert network.weights.tolist() == [1.0]
    assert (network.tail.tolist(), network.stop.tolist()) == ([SURE_TAIL], [Stop.LIFELINE])


def test_zones_that_lead_to_nothing_of_value_are_left_out():
    network = shrunk("abc", [sure_conduit("c", "a", "b"), sure_conduit("d", "a", "c")], "b")
    assert network.node[0].tolist() == [NO_NODE, 0, NO_NODE]


def test_what_no_door_can_save_is_sure():
    network = shrunk("abc", [conduit("c", "a", "b", spread=ALWAYS), sure_conduit("d", "b", "c")], "bc")
    assert network.sure[0].tolist() == [True, True, False]


def test_zones_joined_both_ways_fall_together():
    both = [conduit("d", "b", "c", spread=ALWAYS), conduit("e", "c", "b", spread=ALWAYS)]
    network = shrunk("abc", [sure_conduit("c", "a", "b"), *both], "bc")
    assert network.count == 1
    assert network.node[0].tolist() == [NO_NODE, 0, 0]
    assert len(network.tail) == 1


def test_a_way_that_nothing_stops_makes_the_doors_beside_it_useless():
    ways = [
        sure_conduit("in", "a", "b"),
        sure_conduit("beside", "b", "c"),
        conduit("through", "b", "c", enforced_by=FIREWALL, spread=ALWAYS),
    ]
    network = shrunk("abc", ways, "c")
    assert sorted(network.stop.tolist()) == [Stop.NEVER, Stop.LIFELINE]


def test_nothing_suspected_leaves_nothing():
    network = shrunk("ab", [], "b")
    assert (network.count, len(network.tail)) == (0, 0)
