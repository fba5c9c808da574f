from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cloison.rehearse.declared import Declared
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.settling import set_out
from cloison.rehearse.range.traffic.timetable import MOST, draw_up

START = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.fixture(scope="module")
def setting(layout, tmp_path_factory):
    return set_out(layout.hospital, layout.places.values(), tmp_path_factory.mktemp("range"))


@pytest.fixture(scope="module")
def day(layout, setting):
    """A whole day of the shipped hospital, at its own pace: nothing is thinned."""
    return draw_up(layout.hospital, setting, clock=Clock(began=START, origin=START), lasting=DAY, seed=5)


def test_nothing_is_done_that_the_map_does_not_declare(layout, setting, day):
    declared = Declared(layout.hospital)
    zones = {zone.id: index for index, zone in enumerate(layout.hospital.zones)}
    for one in {(e.source, e.target, e.port, e.habit) for e in day}:
        source, target = setting.host(one[0]), setting.host(one[1])
        proto = "udp" if one[3] in {"clocks", "calls", "journal"} else "tcp"
        assert declared.allows(zones[source.zone], zones[target.zone], f"{proto}/{one[2]}")


def test_every_lifeline_of_the_shipped_map_lives(layout, day):
    lived = {one.flow for one in day}
    assert {flow.id for flow in layout.hospital.flows if flow.lifeline} <= lived


def test_offices_sleep_at_night_and_care_does_not(day):
    def by_hour(zone_of_conduit):
        return Counter((START + timedelta(seconds=e.at)).hour for e in day if e.conduit == zone_of_conduit)

    office, care = by_hour("administration>internet"), by_hour("unites-soins>dossier-patient")
    assert sum(office[hour] for hour in (0, 1, 2, 3, 4, 22, 23)) == 0 < office[10]
    assert all(care[hour] for hour in range(24))
    assert care[10] > care[3]


def test_an_order_comes_before_its_images_and_the_report_after(day):
    images = next(e for e in day if e.habit == "images" and 3600 < e.at < 60_000)
    same = [e for e in day if e.habit == "messages" and e.what["patient"] == images.what["patient"]]
    assert any(e.what["kind"] == "ORM^O01" and abs(images.at - e.at - 1500) < 1 for e in same)
    assert any(e.what["kind"] == "ORU^R01" and abs(e.at - images.at - 2400) < 1 for e in same)


def test_the_same_seed_gives_the_same_life_and_another_gives_another(layout, setting):
    clock = Clock(began=START, origin=START, speed=60)
    first, again, other = (
        draw_up(layout.hospital, setting, clock=clock, lasting=timedelta(hours=1), seed=seed) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert [e.at for e in first] == sorted(e.at for e in first)
    assert all(0 <= e.at < 60 for e in first)


def test_a_hurried_life_is_thinned_care_last(layout, setting, day):
    hurried = draw_up(layout.hospital, setting, clock=Clock(began=START, origin=START, speed=250), lasting=DAY, seed=5)
    assert len(hurried) == pytest.approx(MOST * 345.6, rel=0.05)
    assert [e.number for e in hurried if e.flow] == [e.number for e in day if e.flow]
