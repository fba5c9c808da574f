import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.seal.hospitals import conduit, flow, hospital, zone

from cloison.errors import BadValueError
from cloison.model.hospital import SpreadProbabilities, SpreadRates
from cloison.spread.rates import LIFELINE_SHARE, UNSTATED_RATE, conduit_rates, crossing_probabilities, service_rate


def probabilities(horizon=24.0, flows=(), **parts):
    place = hospital(zones=(zone("a"), zone("b")), conduits=(conduit("c", "a", "b", **parts),), flows=flows)
    return tuple(crossing_probabilities(place, horizon)[0].tolist())


def test_services_add_up_since_each_is_one_more_way_across():
    place = hospital(
        zones=(zone("a"), zone("b")),
        conduits=(conduit("c", "a", "b", services=("tcp/445", "TCP/443", "tcp/443")), conduit("d", "a", "b")),
    )
    assert conduit_rates(place) == ((pytest.approx(0.6), 0.0), (UNSTATED_RATE, 0.0))


def test_remote_administration_is_crossed_more_readily_than_the_web_and_the_web_than_images():
    assert service_rate("tcp/445") > service_rate("tcp/443") > service_rate("tcp/59999") > service_rate("tcp/104")


def test_at_lifeline_only_lifeline_flows_count():
    place = hospital(
        zones=(zone("a"), zone("b")),
        conduits=(conduit("c", "a", "b", services=("tcp/445",)),),
        flows=(flow("images", ("c",), lifeline=True), flow("shares", ("c",))),
    )
    assert conduit_rates(place)[0].lifeline == pytest.approx(LIFELINE_SHARE * service_rate("tcp/104"))


def test_probabilities_follow_the_rates_until_the_door_has_moved():
    found = probabilities(spread_per_hour=SpreadRates(open=0.6, lifeline=0.02), close_minutes=30.0, horizon=10.0)
    expected = (1 - math.exp(-6.0), 1 - math.exp(-(0.3 + 0.02 * 9.5)), 1 - math.exp(-0.3))
    assert found == pytest.approx(expected)


def test_a_door_slower_than_the_horizon_changes_nothing():
    found = probabilities(spread_per_hour=SpreadRates(open=0.6, lifeline=0.0), close_minutes=600.0, horizon=2.0)
    assert found == pytest.approx((1 - math.exp(-1.2),) * 3)


def test_a_spread_table_is_taken_as_given():
    assert probabilities(spread=SpreadProbabilities(open=0.9, lifeline=0.3, closed=0.1)) == (0.9, 0.3, 0.1)


@pytest.mark.parametrize(
    "parts",
    [
        {"spread": SpreadProbabilities(open=0.1, lifeline=0.5, closed=0.0)},
        {"spread": SpreadProbabilities(open=0.5, lifeline=0.1, closed=0.2)},
        {"spread": SpreadProbabilities(open=1.5, lifeline=0.1, closed=0.0)},
        {"spread": SpreadProbabilities(open=1.0, lifeline=0.1, closed=-0.2)},
        {"spread_per_hour": SpreadRates(open=0.1, lifeline=0.5)},
        {"spread_per_hour": SpreadRates(open=0.1, lifeline=-0.5)},
        {"close_minutes": -1.0},
    ],
)
def test_a_door_that_would_help_the_intruder_is_refused(parts):
    with pytest.raises(BadValueError, match="conduit:c"):
        probabilities(**parts)


@given(
    open_=st.floats(0, 50),
    share=st.floats(0, 1),
    minutes=st.floats(0, 5_000),
    horizon=st.floats(0, 1_000),
)
def test_shutting_further_never_makes_a_crossing_likelier(open_, share, minutes, horizon):
    rates = SpreadRates(open=open_, lifeline=open_ * share)
    opened, lifeline, closed = probabilities(spread_per_hour=rates, close_minutes=minutes, horizon=horizon)
    assert 1.0 >= opened >= lifeline - 1e-12
    assert lifeline >= closed - 1e-12
    assert closed >= 0.0
