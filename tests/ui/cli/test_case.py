import json

import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS

from cloison.model.people import Role


@pytest.fixture
def case(far):
    name = far.room.case("bureau", 0.7)
    yield name
    far.room.close(name)


def test_cases_are_listed_and_shown_the_same_here_and_there(far, case):
    code, listed = far.alike("case")
    assert code == 1
    assert f"{case}  under way" in listed
    code, shown = far.alike("case", case)
    assert code == 1
    assert "What may be approved" in shown
    assert "bureau: 0.70" in shown
    assert json.loads(far.alike("case", "--format", "json")[1])["cases"][0]["status"] == "open"
    told = json.loads(far.alike("case", case, "--format", "json")[1])
    assert told["suspicion"] == {"bureau": 0.7}
    assert {choice["name"] for choice in told["choices"]} >= {"total-cut"}


def test_a_case_is_opened_changed_and_closed_through_the_server(far):
    code, opened, _ = far.there("case", "--doubt", "bureau:0.4", "--note", "appel", "--format", "json")
    assert code == 1
    name = json.loads(opened)["id"]
    pinned = json.loads(far.there("case", name, "--keep-open", OFFICE_TO_SERVERS, "--format", "json")[1])
    assert pinned["keep_open"] == [OFFICE_TO_SERVERS]
    assert json.loads(far.there("case", name, "--free", OFFICE_TO_SERVERS, "--format", "json")[1])["keep_open"] == []
    planned = json.loads(far.there("case", name, "--plan", "--format", "json")[1])
    assert planned["plan"]["status"] == "optimal"
    healthy = json.loads(far.there("case", name, "--doubt", "bureau:0", "--format", "json")[1])
    assert healthy["suspicion"] == {}
    code, closed, _ = far.there("case", name, "--close", "--note", "rien trouvé", "--format", "json")
    assert (code, json.loads(closed)["status"]) == (0, "closed")


def test_what_makes_no_sense_is_refused_with_its_reason(far, case):
    assert far.here("case", "nowhere")[0] == far.there("case", "nowhere")[0] == 2
    assert far.there("case", "--plan")[0] == 2
    assert far.there("case", case, "--plan", "--withdraw")[0] == 2
    assert "[unknown-id]" in far.there("case", case, "--approve", "magic")[2]
    assert "[not-remote]" in far.here("case", case, "--plan")[2]
    assert far.there("case", case, token=far.token_of(Role.READER))[0] == 1
    assert "[not-allowed]" in far.there("case", case, "--plan", token=far.token_of(Role.READER))[2]
