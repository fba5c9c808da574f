from hypothesis import given
from hypothesis import strategies as st
from tests.chart.large_maps import large_hospital

from cloison.chart.atlas import MOST, Atlas, Rank
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

NAMES = st.lists(st.text("aAéà 01-9/", max_size=8), min_size=1, max_size=90)


def under(atlas, key):
    yield key
    for child in atlas.children(key):
        yield from under(atlas, child)


def hospital_of(zone_names, asset_names=()):
    zones = tuple(Zone(id=ZoneId(f"z{n}"), name=name, kind=ZoneKind.CARE) for n, name in enumerate(zone_names))
    assets = tuple(
        Asset(id=AssetId(f"a{n}"), name=name, zone=zones[n % 2 % len(zones)].id) for n, name in enumerate(asset_names)
    )
    return Hospital(name="x", zones=zones, assets=assets)


@given(NAMES, NAMES)
def test_every_compartment_and_machine_has_one_place_and_none_is_crowded(zones, assets):
    hospital = hospital_of(zones, assets)
    atlas = Atlas(hospital)
    keys = [key for kind in atlas.kinds for key in under(atlas, kind)]
    places = [atlas.place(key) for key in keys]
    assert len(keys) == len(set(keys))
    assert sorted(place.zone for place in places if place.rank is Rank.ZONE) == sorted(z.id for z in hospital.zones)
    assert sorted(place.asset for place in places if place.asset) == sorted(asset.id for asset in hospital.assets)
    assert max(len(atlas.children(key)) for key in keys) <= MOST


@given(NAMES, NAMES)
def test_a_place_counts_what_is_in_it(zones, assets):
    atlas = Atlas(hospital_of(zones, assets))
    for kind in atlas.kinds:
        for key in under(atlas, kind):
            place = atlas.place(key)
            held = [atlas.place(each) for each in under(atlas, key)]
            assert place.zones == sum(each.rank is Rank.ZONE for each in held)
            assert place.assets == sum(each.rank is Rank.ASSET for each in held)


@given(NAMES)
def test_a_machine_is_found_before_its_compartment_was_opened(names):
    hospital = hospital_of(["zone"], names)
    whole, fresh = Atlas(hospital), Atlas(hospital)
    keys = [key for kind in whole.kinds for key in under(whole, kind)]
    for key in reversed(keys):
        assert fresh.place(key) == whole.place(key)
        assert fresh.around(key) == whole.around(key)


def test_what_begins_alike_stays_together_under_its_beginning():
    atlas = Atlas(large_hospital(500, 0, 0))
    assert [atlas.place(key).name for key in atlas.children("kind:office")] == [
        "CH",
        "CHU Centre",
        "Clinique de l’Étang",
        "EHPAD Bleu",
    ]
    assert [atlas.place(key).name for key in atlas.children("group:0:office")] == ["CH Nord", "CH Sud"]


def test_names_that_do_not_part_are_cut_in_runs():
    atlas = Atlas(hospital_of([f"Unité {n}" for n in range(100)]))
    shelves = [atlas.place(key) for key in atlas.children("kind:care")]
    assert [(each.name, each.until, each.zones) for each in shelves][:2] == [
        ("Unité 0", "Unité 19", 20),
        ("Unité 20", "Unité 39", 20),
    ]


def test_a_key_that_names_nothing_has_no_place():
    atlas = Atlas(hospital_of(["a", "b"]))
    for key in ("", "zone:", "asset:none", "crowd:0:none", "crowd:7:z0", "kind:office"):
        assert atlas.place(key) is None
        assert atlas.children(key) == ()
        assert list(atlas.zones_in(key)) == []


def test_a_compartment_alone_of_its_kind_stands_by_itself():
    atlas = Atlas(hospital_of(["Bloc"]))
    assert atlas.kinds == ("zone:z0",)
    assert atlas.around("zone:z0") == ()
