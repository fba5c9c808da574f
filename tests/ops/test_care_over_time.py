import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import flow, hospital, random_hospital, service, sure_conduit, zone

from cloison.care.loss import loss
from cloison.care.needs import Reliance
from cloison.model.hospital import AllOf, AnyOf, ConduitId, Degraded, Level
from cloison.ops.care_over_time import Failing, capacity, failing, failing_from

NEVER = math.inf


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_services_fail_when_the_judge_of_care_says_that_they_have(seed):
    place, _ = random_hospital(seed)
    dice = np.random.default_rng(seed)
    hours = dice.choice([0.0, 1.0, 2.0, 3.0, NEVER], size=(6, len(place.zones)))
    cut = dice.random(len(place.flows)) < 0.3
    found = failing_from(place, hours, cut).hours
    for moment in (0.0, 1.0, 2.0, 3.0, 1e9):
        assert np.array_equal(found <= moment, Reliance(place).failing(hours <= moment, cut))


def test_what_needs_all_fails_with_the_first_and_what_needs_one_with_the_last_zone():
    place = hospital(
        zones=tuple(map(zone, "ab")),
        care_services=(service("all", AllOf(of=("zone:a", "zone:b"))), service("any", AnyOf(of=("zone:a", "zone:b")))),
    )
    found = failing_from(place, np.array([[3.0, 5.0]]), np.zeros(0, dtype=bool))
    assert found.hours.tolist() == [[3.0, 5.0]]
    assert found.zones.tolist() == [[0, 1]]


def test_a_need_of_nothing_never_fails_and_a_choice_among_nothing_always_does():
    place = hospital(care_services=(service("a", AllOf(of=())), service("b", AnyOf(of=())), service("c", None)))
    assert failing(place, {}, 1).hours.tolist() == [[NEVER, 0.0, NEVER]]
    assert isinstance(failing(hospital(), {}, 2), Failing)


def ward(**rest):
    return hospital(
        zones=tuple(map(zone, "ab")),
        conduits=(sure_conduit("a>b", "a", "b"),),
        flows=(flow("images", ("a>b",)),),
        care_services=(service("ward", AllOf(of=("zone:a", "flow:images")), care_per_hour=4.0, **rest),),
    )


def test_closed_doors_take_care_until_they_open():
    place = ward(degraded=Degraded(capacity=0.5, hours=6.0))
    kept = capacity(
        place, np.full((2, 2), NEVER), {ConduitId("a>b"): Level.CLOSED}, seal_hours=12.0, horizon_hours=24.0
    )
    by_hour = dict(zip(kept.hours, kept.mean, strict=True))
    assert (by_hour[0.0], by_hour[5.5], by_hour[6.0], by_hour[11.5], by_hour[12.0]) == (0.5, 0.5, 0.0, 0.0, 1.0)
    assert kept.low == kept.mean == kept.high


def test_a_lost_system_takes_care_until_it_is_built_anew():
    place = ward(restore_hours=48.0)
    kept = capacity(place, np.array([[10.0, NEVER], [NEVER, NEVER]]), {}, seal_hours=12.0, horizon_hours=24.0)
    out = [hours for hours, mean in zip(kept.hours, kept.mean, strict=True) if mean < 1.0]
    assert 9.9 < min(out) < 10.6
    assert 56.0 < max(out) < 58.0
    assert min(kept.mean) == 0.5
    assert kept.standard_error[-1] == 0.0


def test_the_area_above_the_curve_is_the_care_lost_by_a_rebuild():
    place = ward(restore_hours=48.0, degraded=Degraded(capacity=0.5, hours=24.0))
    kept = capacity(place, np.zeros((2, 2)), {}, seal_hours=0.0, horizon_hours=24.0)
    area = 4.0 * np.trapezoid(1.0 - np.array(kept.mean), kept.hours)
    assert area == pytest.approx(loss(place.care_services[0], 48.0), rel=0.03)


def test_a_hospital_without_care_services_keeps_all_of_nothing():
    kept = capacity(hospital(zones=(zone("a"),)), np.zeros((2, 1)), {}, seal_hours=1.0, horizon_hours=2.0)
    assert set(kept.mean) == {1.0}
