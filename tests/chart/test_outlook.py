from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chart.large_maps import large_hospital

from cloison.chart.atlas import Atlas, Rank
from cloison.chart.outlook import MOST_PLACES, MOST_TIES, Board, LeakLine, Moment, Span, look
from cloison.model.hospital import AssetId, ConduitId, Level, ZoneId

HOSPITAL = large_hospital(200, 900, 1200)
ATLAS = Atlas(HOSPITAL)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
KEYS = [f"zone:{zone.id}" for zone in HOSPITAL.zones] + list(ATLAS.kinds) + ["zone:none", "", "crowd:0:z3", "asset:a0"]


@given(st.lists(st.sampled_from(KEYS), max_size=12))
def test_a_picture_is_never_crowded_and_counts_every_passage_once(asked):
    seen = look(ATLAS, Board(), asked)
    assert len(seen.places) <= MOST_PLACES
    assert len(seen.ties) <= MOST_TIES
    shown = {each.place.key for each in seen.places}
    assert {key for tie in seen.ties for key in (tie.from_, tie.to)} <= shown
    assert set(seen.stands) == {zone.id for zone in HOSPITAL.zones}
    assert set(seen.stands.values()) <= shown
    if not seen.ties_left:
        counted = sum(tie.passages for tie in seen.ties) + sum(each.inside for each in seen.places)
        assert counted == len(HOSPITAL.conduits)


@given(st.lists(st.sampled_from(KEYS), max_size=6))
def test_what_is_opened_stands_inside_what_is_around_it(asked):
    places = look(ATLAS, Board(), asked).places
    opened = {each.place.key for each in places if each.opened}
    assert all(each.place.parent in opened for each in places if each.depth)


def test_at_first_only_the_kinds_are_shown():
    places = look(ATLAS, Board(), ()).places
    assert [each.place.key for each in places] == list(ATLAS.kinds)
    assert sum(each.place.zones for each in places) == 200


def test_the_latest_place_asked_for_is_opened_and_older_ones_fold():
    asked = [f"zone:{zone.id}" for zone in HOSPITAL.zones if ATLAS.children(f"zone:{zone.id}")]
    seen = look(ATLAS, Board(), asked)
    opened = {each.place.key for each in seen.places if each.opened}
    assert asked[-1] in opened
    assert set(seen.folded) == set(asked) - opened
    assert seen.folded


def test_suspicion_doors_and_leaks_rise_to_what_stands_for_them():
    zone = HOSPITAL.zones[3]
    asset = next(asset for asset in HOSPITAL.assets if asset.zone == zone.id)
    other = next(each for each in HOSPITAL.zones if each.kind != zone.kind)
    conduit = next(each for each in HOSPITAL.conduits if each.from_ == zone.id)
    board = Board(
        chances={zone.id: 0.8},
        assets={asset.id: 0.8},
        levels={conduit.id: Level.CLOSED},
        sealed=frozenset({zone.id}),
        leaks=(LeakLine(from_=zone.id, to=other.id, src=asset.id, dst=None, first=NOON, last=NOON),),
    )
    kind = f"kind:{zone.kind}"
    seen = look(ATLAS, board, ())
    portrait = next(each for each in seen.places if each.place.key == kind)
    assert (portrait.chance, portrait.suspected, portrait.sealed) == (0.8, 1, 1)
    assert (seen.ties[0].from_, seen.ties[0].to, seen.ties[0].leaks) == (kind, f"kind:{other.kind}", 1)
    key = f"asset:{asset.id}"
    deep = look(ATLAS, board, ATLAS.around(key))
    machine = next(each for each in deep.places if each.place.key == key)
    assert machine.place.rank is Rank.ASSET
    assert machine.chance == 0.8
    assert deep.ties[0].from_ == key
    moved = next(tie for tie in deep.ties if tie.levels.get(Level.CLOSED))
    assert moved.conduits[0] == conduit.id


def test_machines_that_no_traffic_showed_are_counted_once_something_was_read():
    assert look(ATLAS, Board(), ()).places[0].unseen is None
    span = Span(first=NOON, last=NOON)
    seen = look(ATLAS, Board(machines={AssetId("a0"): span}, passages={}), ())
    assert sum(each.unseen for each in seen.places) == 899


@pytest.mark.parametrize(
    ("first", "last", "at", "moment"),
    [
        (-80, 0, 0, Moment.SEEN),
        (-0.5, 0, 0, Moment.NEW),
        (-80, -40, 0, Moment.SILENT),
        (-0.5, 0, -3, Moment.NEVER),
        (-80, -40, -50, Moment.SEEN),
    ],
)
def test_a_passage_stands_by_when_it_was_seen(first, last, at, moment):
    hospital = large_hospital(3, 0, 2)
    ways = hospital.conduits
    spans = {
        (ways[0].from_, ways[0].to): Span(first=NOON + timedelta(days=first), last=NOON + timedelta(days=last)),
        (ZoneId("z9"), ZoneId("z8")): Span(first=NOON - timedelta(days=90), last=NOON),
    }
    atlas = Atlas(hospital)
    seen = look(atlas, Board(passages=spans), atlas.kinds, at=NOON + timedelta(days=at))
    tie = next(tie for tie in seen.ties if tie.from_ == f"zone:{ways[0].from_}" and tie.to == f"zone:{ways[0].to}")
    assert tie.moments == {moment: 1}
    assert tie.conduits == (ConduitId("c0"),)


def test_a_leak_later_than_the_moment_is_not_there_yet():
    leak = LeakLine(from_=ZoneId("z0"), to=ZoneId("z1"), src=None, dst=None, first=NOON, last=NOON)
    assert not any(tie.leaks for tie in look(ATLAS, Board(leaks=(leak,)), (), at=NOON - timedelta(hours=1)).ties)
