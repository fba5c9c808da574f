from hypothesis import given
from hypothesis import strategies as st

from cloison.model.hospital import AllOf, AnyOf, CareService, CareServiceId, Degraded, Hospital
from cloison.recover.restart import restart_order
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load


def service(name, care=1.0, hours=10.0, needs=None):
    return CareService(
        id=CareServiceId(name),
        name=name.upper(),
        care_per_hour=care,
        degraded=Degraded(),
        restore_hours=hours,
        needs=needs,
    )


def order_of(*services):
    return [step.service for step in restart_order(Hospital(name="Essai", care_services=services))]


def test_what_makes_most_care_for_its_hours_comes_first():
    assert order_of(service("slow", care=4.0, hours=100.0), service("quick", care=2.0, hours=10.0)) == ["quick", "slow"]


def test_what_others_need_comes_before_them_however_little_care_it_makes():
    theatre = service("theatre", care=9.0, needs=AllOf(of=("care_service:sterilisation",)))
    assert order_of(service("ward", care=3.0), theatre, service("sterilisation", care=0.1)) == [
        "sterilisation",
        "theatre",
        "ward",
    ]


def test_of_a_choice_only_what_is_cheapest_to_add_is_asked_for():
    first = service("first", care=5.0, needs="asset:b")
    second = service("second", needs=AnyOf(of=(AllOf(of=("asset:c", "asset:d")), "asset:b")))
    steps = restart_order(Hospital(name="Essai", care_services=(first, second)))
    assert [step.needs for step in steps] == [("asset:b",), ()]


def test_the_shipped_hospital_sterilises_before_it_operates():
    with shipped_map() as path:
        steps = [step.service for step in restart_order(load(path))]
    assert steps.index("sterilisation") < steps.index("bloc-urgent")
    assert len(steps) == len(set(steps)) == 24


@given(st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 500), st.sets(st.integers(0, 7))), min_size=1, max_size=8))
def test_nobody_restarts_before_what_they_need(drawn):
    services = tuple(
        service(
            f"s{place}",
            care,
            hours,
            AllOf(of=tuple(f"care_service:s{other}" for other in sorted(needs) if other < place)),
        )
        for place, (care, hours, needs) in enumerate(drawn)
    )
    order = order_of(*services)
    assert sorted(order) == sorted(one.id for one in services)
    for one in services:
        assert all(order.index(leaf.partition(":")[2]) < order.index(one.id) for leaf in one.needs.of)
