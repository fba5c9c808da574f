import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import hospital, random_hospital, service, zone

from cloison.care.needs import Reliance, dependency_order, failing, leaves
from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import AllOf, AnyOf


def test_leaves_are_given_as_written():
    needs = AllOf(of=("asset:pacs", AnyOf(of=("flow:a>b", "zone:z"))))
    assert list(leaves(needs)) == [("asset", "pacs"), ("flow", "a>b"), ("zone", "z")]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_the_circuit_judges_as_the_trees_read(seed, draw):
    place, _ = random_hospital(seed)
    stream = np.random.default_rng(draw)
    zones = stream.random((7, len(place.zones))) < 0.4
    flows = stream.random(len(place.flows)) < 0.4
    judged = failing(place, zones, flows)
    assert judged.shape == (7, len(place.care_services))
    for scenario, compromised in enumerate(zones):
        read = [unmet(place, each.needs, compromised, flows) for each in place.care_services]
        assert judged[scenario].tolist() == read


def unmet(place, needs, compromised, flows) -> bool:
    if needs is None:
        return False
    if isinstance(needs, str):
        kind, name = needs.split(":", 1)
        if kind == "flow":
            return bool(flows[[flow.id for flow in place.flows].index(name)])
        if kind == "care_service":
            (other,) = (each for each in place.care_services if each.id == name)
            return unmet(place, other.needs, compromised, flows)
        home = name if kind == "zone" else next(each.zone for each in place.assets if each.id == name)
        return bool(compromised[[each.id for each in place.zones].index(home)])
    branches = [unmet(place, branch, compromised, flows) for branch in needs.of]
    return any(branches) if isinstance(needs, AllOf) else all(branches)


def test_bits_of_a_word_are_judged_as_booleans_are():
    place = hospital(zones=(zone("a"), zone("b")), care_services=(service("s", AnyOf(of=("zone:a", "zone:b"))),))
    down = np.array([[0b0110], [0b0011]], dtype=np.uint64)
    assert Reliance(place).failing_bits(down, np.array([0b1111], dtype=np.uint64)).tolist() == [[0b0010]]


def test_a_choice_among_nothing_always_fails_and_a_need_of_nothing_never():
    place = hospital(zones=(zone("a"),), care_services=(service("none", AnyOf(of=())), service("all", AllOf(of=()))))
    assert failing(place, np.zeros((2, 1), dtype=bool), np.zeros(0, dtype=bool)).tolist() == [[True, False]] * 2


def test_a_service_comes_after_those_that_it_needs():
    place = hospital(care_services=(service("ward", "care_service:laboratory"), service("laboratory", None)))
    assert dependency_order(place) == (1, 0)


def test_services_in_a_ring_are_refused_by_name():
    place = hospital(care_services=(service("a", "care_service:b"), service("b", "care_service:a")))
    with pytest.raises(BadValueError, match=r"(a, b, a|b, a, b)"):
        dependency_order(place)


def test_a_need_of_no_known_service_is_refused():
    with pytest.raises(UnknownIdError, match="laboratoire"):
        dependency_order(hospital(care_services=(service("a", "care_service:laboratoire"),)))
