import math

import numpy as np
from tests.seal.hospitals import FIREWALL, conduit, hospital, zone

from cloison.model.hospital import Asset, AssetId, SpreadRates, ZoneId
from cloison.spread.assets import asset_falls
from cloison.spread.rates import UNSTATED_RATE
from cloison.spread.simulation import Simulation
from cloison.spread.suspects import suspect

RUNS, HORIZON = 20_000, 10.0


def asset(name, home):
    return Asset(id=AssetId(name), name=name, zone=ZoneId(home))


PLACE = hospital(
    zones=(zone("office"), zone("ward")),
    conduits=(
        conduit("way", "office", "ward", enforced_by=FIREWALL, spread_per_hour=SpreadRates(open=0.2, lifeline=0.0)),
    ),
    assets=(asset("pc-1", "office"), asset("pc-2", "office"), asset("monitor", "ward")),
)


def followed(suspects, runs=RUNS, seed=0):
    course = Simulation(PLACE, dict(suspect(PLACE, suspects)), HORIZON, runs=runs, seed=seed).follow({})
    return course, asset_falls(PLACE, course, suspects, HORIZON, seed=seed)


def near(share, expected, runs=RUNS):
    return abs(share - expected) <= 4 * math.sqrt(expected * (1 - expected) / runs)


def test_suspected_systems_are_compromised_as_often_as_they_are_suspected():
    _, falls = followed([("pc-1", 0.3), ("pc-2", 0.5)])
    assert near((falls[:, 0] == 0.0).mean(), 0.3)
    assert near((falls[:, 1] == 0.0).mean(), 0.5)
    assert near(((falls[:, 0] == 0.0) & (falls[:, 1] == 0.0)).mean(), 0.15)


def test_a_compartment_that_began_compromised_has_a_foothold_among_what_was_suspected():
    course, falls = followed([("pc-1", 0.3), ("pc-2", 0.5)])
    began = course.falls[:, 0] == 0.0
    assert np.array_equal(began, (falls[:, :2] == 0.0).any(axis=1))


def test_a_compartment_suspected_by_its_name_may_hold_the_foothold_elsewhere():
    _, falls = followed([("office", 0.4), ("pc-1", 0.3)])
    assert near((falls[:, 0] == 0.0).mean(), 0.3)
    assert not (falls[:, 1] == 0.0).any()


def test_other_systems_fall_after_their_compartment_at_the_rate_of_an_unstated_passage():
    course, falls = followed([("pc-1", 1.0)])
    assert near((falls[:, 1] <= 1.0).mean(), 1 - math.exp(-UNSTATED_RATE))
    fallen = np.isfinite(falls[:, 2])
    assert (falls[fallen, 2] >= course.falls[fallen, 1]).all()
    assert not fallen[np.isinf(course.falls[:, 1])].any()
    rates = 0.2, UNSTATED_RATE
    beyond = sum(math.exp(-rate * HORIZON) * other / (other - rate) for rate, other in (rates, rates[::-1]))
    assert near(fallen.mean(), 1 - beyond)


def test_the_first_runs_stay_when_more_are_asked_for():
    _, few = followed([("pc-1", 0.3)], runs=50)
    _, many = followed([("pc-1", 0.3)], runs=90)
    assert np.array_equal(few, many[:50])
