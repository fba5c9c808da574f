"""What zones put at risk."""

from dataclasses import replace

from tests.chart.maps import SMALL

from cloison.chart.stakes import care_by_zone
from cloison.model.hospital import AllOf, AnyOf, CareService


def test_care_is_counted_where_its_needs_are_and_at_both_ends_of_a_flow():
    assert care_by_zone(SMALL) == {"imagerie": 6.0, "scanners": 6.0, "serveurs": 20.0}


def test_what_a_needed_service_needs_is_needed_once():
    services = (
        CareService(
            id="bloc", name="Bloc", care_per_hour=4.0, needs=AnyOf(of=("care_service:scanner-urgent", "asset:pacs"))
        ),
        CareService(
            id="suite", name="Suite", care_per_hour=1.0, needs=AllOf(of=("care_service:bloc", "care_service:suite"))
        ),
    )
    hospital = replace(SMALL, care_services=(*SMALL.care_services, *services))
    assert care_by_zone(hospital) == {"imagerie": 11.0, "scanners": 11.0, "serveurs": 20.0}


def test_care_that_needs_nothing_is_nowhere():
    hospital = replace(SMALL, care_services=(CareService(id="x", name="x", care_per_hour=9.0),))
    assert care_by_zone(hospital) == {}
