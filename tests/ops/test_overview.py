from datetime import UTC, datetime

import pytest
from tests.enforce.wards import hospital
from tests.ops.crisis_room import ANNE, desk_at
from tests.ui.web.stories import night_story, quiet_story

from cloison.chart.outlook import Span
from cloison.model.hospital import AssetId, Level
from cloison.model.plan import ServiceState
from cloison.ops.overview import of_now, of_story
from cloison.ops.sightings import Sightings

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


def test_a_story_shows_its_plan_and_its_leaks():
    story = night_story()
    seen = of_story(story)
    assert seen.planned
    assert dict(seen.board.chances) == {zone: chance for zone, chance in story.plan.parameters.suspicion if chance}
    assert seen.board.levels["identite>dossier-patient"] is Level.LIFELINE
    assert seen.board.sealed == {"sauvegardes"}
    assert seen.care["admissions"] is ServiceState.STOPPED
    assert seen.since is not None
    assert seen.since <= seen.until


def test_a_quiet_story_shows_open_doors():
    seen = of_story(quiet_story())
    assert not seen.planned
    assert (seen.board.chances, seen.board.levels, seen.board.sealed) == ({}, {}, frozenset())


def test_without_a_case_nothing_is_suspected_and_no_door_is_shut(desk):
    seen = of_now(desk, hospital(), Sightings())
    assert (seen.board.chances, seen.board.levels, seen.leaks) == ({}, {}, None)
    assert set(seen.care.values()) == {ServiceState.NORMAL}
    assert seen.since is None


def test_an_open_case_shows_on_the_map(desk):
    desk.open_by_hand("pacs", 0.7, "", ANNE)
    seen = of_now(desk, hospital(), Sightings())
    assert seen.board.assets == {AssetId("pacs"): 0.7}
    assert list(seen.board.chances.values()) == [pytest.approx(0.7)]


def test_what_was_seen_bounds_the_time_that_can_be_looked_at(desk):
    spans = {AssetId("pacs"): Span(first=NOON, last=NOON)}
    seen = of_now(desk, hospital(), Sightings(passages={}, machines=spans))
    assert (seen.since, seen.until) == (NOON, NOON)
    assert seen.board.machines == spans
    assert seen.board.passages == {}
