from hypothesis import given
from hypothesis import strategies as st

from cloison.care.loss import loss, price
from cloison.model.hospital import CareService, CareServiceId, Degraded


def emergency_imaging(**rest) -> CareService:
    return CareService(
        id=CareServiceId("imagerie-urgente"),
        name="Imagerie des urgences",
        care_per_hour=6.0,
        degraded=Degraded(capacity=0.5, hours=12.0),
        **{"restore_hours": 72.0, **rest},
    )


def test_the_degraded_mode_keeps_its_share_for_its_hours_and_no_longer():
    service = emergency_imaging()
    assert loss(service, 0.0) == 0.0
    assert loss(service, 10.0) == 6.0 * 0.5 * 10.0
    assert loss(service, 20.0) == 6.0 * (0.5 * 12.0 + 8.0)


def test_rebuilding_costs_what_exceeds_the_outage():
    assert price(emergency_imaging(), 12.0) == (36.0, 396.0 - 36.0)


def test_a_service_that_comes_back_before_the_doors_open_costs_only_the_outage():
    assert price(emergency_imaging(restore_hours=2.0), 12.0) == (36.0, 0.0)


@given(first=st.floats(0, 1e4), second=st.floats(0, 1e4))
def test_a_longer_outage_never_costs_less(first, second):
    service = emergency_imaging()
    shorter, longer = sorted((first, second))
    assert loss(service, shorter) <= loss(service, longer)
