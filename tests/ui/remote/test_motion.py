import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS

from cloison.errors import ServerError, UnknownIdError
from cloison.model.hospital import Level
from cloison.ops.crisis_choices import listed
from cloison.ui.remote import motion
from cloison.ui.remote.motion import case_where, choice_of, open_views, wait
from cloison.words import say

NOWHERE = {"problem": say("none"), "fix": say("open one")}


@pytest.fixture
def case(far):
    name = far.room.case("bureau", 0.7)
    yield name
    far.room.close(name)


def test_the_latest_open_case_of_which_it_is_true_is_meant(far, case):
    assert case_where(far.server, lambda view: view.case.id == case, **NOWHERE).case.id == case
    assert case in {view.case.id for view in open_views(far.server)}
    with pytest.raises(UnknownIdError):
        case_where(far.server, lambda _: False, **NOWHERE)


def test_a_choice_is_known_by_its_doors_alone(far, case):
    view = far.server.case(case)
    for name, levels in listed(view.standing.plan).items():
        assert dict(listed(view.standing.plan))[choice_of(view, dict(levels))] == levels, name
    assert choice_of(view, {OFFICE_TO_SERVERS: Level.LIFELINE}) is None


def test_waiting_ends(far, case, monkeypatch):
    monkeypatch.setattr(motion, "LONGEST", 0.0)
    assert wait(far.server, case, lambda _: True).case.id == case
    with pytest.raises(ServerError, match="stops waiting"):
        wait(far.server, case, lambda _: False)
