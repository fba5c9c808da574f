import pytest
from tests.enforce.wards import CARE_TO_SERVERS, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS
from tests.ops.crisis_room import ANNE, BRICE, desk_at, still, with_plan

from cloison.model.hospital import Level
from cloison.ops.crisis_choices import BACKUPS
from cloison.ops.crisis_doors import Progress
from cloison.ops.crisis_motion import Signer, approve
from cloison.ui.web.crisis_view import (
    HELD,
    MOVING,
    PROGRESS,
    WRONG,
    actions_of,
    backup_card,
    cards_of,
    levels_shown,
    lines_of,
    ship_of_view,
)

BOTH = [Signer(account=one[0], person=one[1], how="password") for one in (ANNE, BRICE)]


@pytest.fixture
def desk(tmp_path):
    made = desk_at(tmp_path)
    yield made
    made.worker.stop()
    made.database.close()


@pytest.fixture
def name(desk):
    case = desk.open_by_hand("bureau", 0.9, "", ANNE)
    with_plan(desk, case)
    return case


def test_every_progress_has_its_words_and_one_look():
    assert set(PROGRESS) == set(Progress)
    assert not MOVING & (WRONG | {Progress.SHUT})
    assert Progress.WAITING in HELD


def test_a_card_says_which_care_its_doors_stop_and_whether_two_must_approve(desk, name):
    cards = {card.name: card for card in cards_of(desk.look(name), desk.clock())}
    assert (cards["total-cut"].stopped, cards["total-cut"].two) == (("Imagerie",), True)
    backups = backup_card(desk.look(name), desk.clock())
    assert (backups.stopped, backups.two, backups.care_hours) == ((), False, None)


def test_a_line_a_door_with_its_place_and_person_then_how_it_stands(desk, name):
    view = desk.look(name)
    lines = {line.conduits[0]: line for line in lines_of(view, levels_shown(view, "total-cut"))}
    assert lines[SERVERS_TO_BACKUPS].step.by_hand
    assert lines[SERVERS_TO_BACKUPS].step.place == "baie 4"
    assert {line.progress for line in lines.values()} == {None}
    seen = next(card.seen for card in cards_of(view, desk.clock()) if card.name == "total-cut")
    approve(desk, name, "total-cut", seen, BOTH)
    view = still(desk, name)
    # Doors that are held are listed whatever choice is looked at.
    lines = {line.conduits[0]: line for line in lines_of(view, levels_shown(view, BACKUPS))}
    assert lines[CARE_TO_SERVERS].progress is Progress.SHUT
    assert lines[CARE_TO_SERVERS].look == ""
    assert lines[SERVERS_TO_BACKUPS].progress is Progress.WAITING
    assert lines[CARE_TO_SERVERS].evidence


def test_a_pinned_door_says_so(desk, name):
    desk.pin(name, OFFICE_TO_SERVERS, "shut", ANNE)
    view = with_plan(desk, name)
    lines = {line.conduits[0]: line for line in lines_of(view, levels_shown(view, "optimal"))}
    assert lines[OFFICE_TO_SERVERS].pin == "shut"


def test_what_nothing_can_shut_is_no_action(desk):
    levels = {OFFICE_TO_SERVERS: Level.CLOSED, CARE_TO_SERVERS: Level.OPEN}
    assert [action.conduit for action in actions_of(desk.hospital(), levels)] == [OFFICE_TO_SERVERS]


def test_the_ship_shows_the_doubt_and_the_doors_of_the_choice(desk, name):
    view = desk.look(name)
    ship = ship_of_view(view, levels_shown(view, BACKUPS))
    assert ship.chances == {"bureau": pytest.approx(0.9)}
    assert ship.levels == {SERVERS_TO_BACKUPS: Level.CLOSED}
    assert ship.proved == frozenset()
