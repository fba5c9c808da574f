from dataclasses import replace

import pytest
from tests.seal.hospitals import conduit, flow, hospital, service, sure_conduit, zone

from cloison.model.hospital import AllOf, AnyOf, Asset, AssetId, Degraded, Level, SpreadRates, ZoneId, ZoneKind
from cloison.ops.weaknesses import entries_of, find_weaknesses, single_points


def office(name):
    return replace(zone(name), kind=ZoneKind.OFFICE)


def test_the_one_way_to_care_is_what_to_close():
    place = hospital(
        zones=(office("office"), zone("hop"), zone("care"), zone("aside")),
        conduits=(
            sure_conduit("office>hop", "office", "hop"),
            sure_conduit("hop>care", "hop", "care"),
            conduit("office>aside", "office", "aside"),
        ),
        care_services=(service("ward", "zone:care", restore_hours=72.0),),
    )
    found = find_weaknesses(place, runs=200)
    assert found.entries == ("office",)
    assert found.lost[0].mean == 72.0
    assert {(each.conduit, each.level, each.saved.mean) for each in found.changes} == {
        ("office>hop", Level.CLOSED, 72.0),
        ("hop>care", Level.CLOSED, 72.0),
    }


def test_a_passage_that_care_needs_is_narrowed_and_one_whose_narrowing_stops_care_is_left():
    rates = SpreadRates(open=5.0, lifeline=0.0)
    place = hospital(
        zones=(office("office"), zone("care")),
        conduits=(conduit("c", "office", "care", spread_per_hour=rates),),
        flows=(flow("images", ("c",), lifeline=True),),
        care_services=(service("ward", AllOf(of=("zone:care", "flow:images")), restore_hours=10.0),),
    )
    (change,) = find_weaknesses(place, runs=100).changes
    assert (change.level, change.saved.mean, change.closable) == (Level.LIFELINE, 10.0, False)
    plain = replace(place, flows=(flow("images", ("c",)),))
    assert find_weaknesses(plain, runs=100).changes == ()


def test_two_ways_in_parallel_save_nothing_one_at_a_time():
    place = hospital(
        zones=(office("office"), zone("care")),
        conduits=(sure_conduit("one", "office", "care"), sure_conduit("two", "office", "care")),
        care_services=(service("ward", "zone:care"),),
    )
    assert find_weaknesses(place, runs=100).changes == ()


def test_intrusions_begin_outside_in_offices_and_where_mail_is_received():
    kinds = {"i": ZoneKind.INTERNET, "s": ZoneKind.SUPPLIER, "o": ZoneKind.OFFICE, "c": ZoneKind.CARE}
    zones = tuple(replace(zone(name), kind=kind) for name, kind in kinds.items())
    mail = Asset(id=AssetId("m"), name="m", zone=ZoneId("relay"), role="mail-relay")
    place = hospital(zones=(*zones, zone("relay"), zone("other")), assets=(mail,))
    assert [each.id for each in entries_of(place)] == ["i", "s", "o", "relay"]


def test_a_single_point_stops_several_services_and_redundancy_is_none():
    assets = tuple(Asset(id=AssetId(name), name=name, zone=ZoneId(name[0])) for name in ("a1", "a2", "b1"))
    place = hospital(
        zones=tuple(map(zone, "ab")),
        assets=assets,
        care_services=(
            service("one", AllOf(of=("asset:b1", AnyOf(of=("asset:a1", "asset:a2")))), care_per_hour=2.0),
            service("two", "asset:b1", care_per_hour=3.0, degraded=Degraded(capacity=0.5, hours=8.0)),
            service("three", "care_service:one"),
        ),
    )
    points = {point.leaf: (point.services, point.care_per_hour) for point in single_points(place)}
    assert points["asset:b1"] == points["zone:b"] == (("one", "two", "three"), pytest.approx(4.5))
    assert points["zone:a"][0] == ("one", "three")
    assert "asset:a1" not in points
    assert find_weaknesses(place, runs=10).without_fallback == ("one", "three")


def test_a_passage_takes_its_flows_with_it():
    place = hospital(
        zones=tuple(map(zone, "ab")),
        conduits=(conduit("c", "a", "b"),),
        flows=(flow("x", ("c",)), flow("y", ("c",))),
        care_services=(service("one", "flow:x"), service("two", "flow:y")),
    )
    assert [point.leaf for point in single_points(place)] == ["conduit:c"]
