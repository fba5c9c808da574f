import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS, SERVERS_TO_CARE
from tests.ui.cli.wards import told, told_json, ward

__all__ = ["ward"]

APPROVED = ("--approve", "A. Durand")


@pytest.mark.usefixtures("ward")
def test_the_stages_are_shown_and_nothing_moves_without_an_approval(capsys):
    told(capsys, "arm")
    told(capsys, "seal", "--plan", "plan.json", *APPROVED)
    code, said = told(capsys, "reopen")
    assert (code, "Stage 1: from or to care\n  serveurs>soins" in said) == (0, True)
    assert told_json(capsys, "reopen")[1]["stages"] == [[SERVERS_TO_CARE], [OFFICE_TO_SERVERS], []]


@pytest.mark.usefixtures("ward")
def test_one_stage_opens_then_the_rest(capsys):
    told(capsys, "arm")
    told(capsys, "seal", "--plan", "plan.json", *APPROVED)
    code, document = told_json(capsys, "reopen", "--stage", "1", *APPROVED)
    assert (code, [(door["conduit"], door["state"]) for door in document["doors"]]) == (
        0,
        [(SERVERS_TO_CARE, "opened")],
    )
    assert told(capsys, "reopen", *APPROVED)[0] == 0
    assert told(capsys, "seal") == (0, "No door is shut.\n")
