"""Doors of the wards shut and opened through the server, beside the same words on its own machine."""

import json

import pytest
from tests.enforce.wards import CABINET

from cloison.model.people import Role


@pytest.fixture
def case(far):
    name = far.room.case("bureau", 0.7)
    yield name
    far.room.close(name)


def test_doors_are_shut_by_two_signatures_told_by_hand_and_opened_again(far, case, tmp_path):
    code, total, _ = far.there("case", case, "--format", "json")
    assert code == 1
    offered = {one["name"]: one["doors"] for one in json.loads(total)["choices"]}["total-cut"]
    plan = tmp_path / "plan.json"
    actions = [{"conduit": conduit, "level": level} for conduit, level in offered.items()]
    plan.write_text(json.dumps({"version": 1, "actions": actions}))

    code, preview = far.alike("seal", "--plan", str(plan))
    assert code == 1
    assert "Nothing was moved" in preview

    guard, director = far.token_of(Role.ON_CALL), far.token_of(Role.CRISIS_DIRECTOR)
    seal = ("seal", "--plan", str(plan), "--approve", "A. Garde")
    code, said, _ = far.there(*seal, token=guard, at_keyboard=Role.ON_CALL)
    assert code == 1
    assert "nothing moves until another person approves too" in said
    assert json.loads(far.there("seal", "--format", "json")[1])["doors"] == []

    approve = ("case", case, "--approve", "total-cut", "--format", "json")
    code, told, _ = far.there(*approve, token=director, at_keyboard=Role.CRISIS_DIRECTOR)
    assert code == 1
    states = {door["conduit"]: door["state"] for door in json.loads(told)["doors"]}
    assert states.keys() == offered.keys()
    assert set(states.values()) == {"shut", "waiting"}
    (approved,) = {entry.person for entry in far.room.desk.look(case).decisions if entry.kind == "approve"} - {
        "A. Garde (essai)"
    }
    assert approved == "D. Barre (essai)"

    assert far.alike("seal")[0] == 1
    assert far.alike("reopen")[0] == 0
    assert "Doors" in far.alike("case", case)[1]
    code, told, _ = far.there("seal", "--done", CABINET, "--format", "json", token=guard)
    assert {door["state"] for door in json.loads(told)["doors"]} == {"shut"}
    assert "no door waits" in far.there("seal", "--done", CABINET)[2]
    assert far.there("seal", "--resume")[:2] == (0, "Nothing was cut short.\n")

    assert "[not-approved]" in far.there("reopen", "--approve", "A. Garde", token=guard)[2]
    opened = ("reopen", "--approve", "a. garde", "--format", "json")
    code, told, _ = far.there(*opened, token=guard, at_keyboard=Role.ON_CALL)
    assert (code, {door["state"] for door in json.loads(told)["doors"]}) == (0, {"opened"})
    assert far.alike("seal") == (0, "No door is shut.\n")


def test_a_wrong_signature_moves_nothing(far, case):
    approve = ("case", case, "--approve", "total-cut")
    before = far.room.desk.look(case).standing.last
    code, _, said = far.there(*approve, at_keyboard=Role.READER)  # a code of somebody else
    assert (code, "[sign-in-refused]" in said) == (2, True)
    assert "[not-approved]" in far.there(*approve)[2]
    assert far.room.desk.look(case).standing.last == before


def test_somebody_elses_name_is_not_signed(far, case):
    said = far.there("seal", "--backups", "--approve", "D. Barre", at_keyboard=Role.SECURITY_OFFICER)[2]
    assert "this token speaks for S. Vigie" in said
    assert far.room.desk.look(case).standing.proposal is None


@pytest.mark.parametrize(
    "words", [("--renew",), ("--second", "B"), ("--flows", "x"), ("--in-advance", "2099-01-01", "--backups")]
)
def test_what_acts_on_this_machine_only_is_refused(far, words):
    code, _, said = far.there("seal", *words)
    assert (code, "[not-remote]" in said) == (2, True)


def test_without_a_case_that_offers_them_no_doors_are_approved(far, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"version": 1, "actions": [{"conduit": "soins>serveurs", "level": "closed"}]}))
    for words in (
        ("seal", "--plan", str(plan), "--approve", "S. Vigie"),
        ("seal", "--backups", "--approve", "S. Vigie"),
    ):
        code, _, said = far.there(*words, at_keyboard=Role.SECURITY_OFFICER)
        assert (code, "[unknown-id]" in said) == (2, True)
    assert "holds a door shut" in far.there("reopen", "--approve", "S. Vigie", at_keyboard=Role.ON_CALL)[2]
