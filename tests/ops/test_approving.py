import json

import pytest
from tests.enforce.wards import BOTH, CARE_TO_SERVERS, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS, hospital

from cloison.errors import BadValueError, MissingFileError, NotApprovedError, UnknownIdError
from cloison.model.hospital import Level
from cloison.ops.approving import approve, backup_levels, read_levels, services_cut

CUTTING = {CARE_TO_SERVERS: Level.CLOSED}


def test_doors_that_cut_no_care_want_one_person():
    assert services_cut(hospital(), BOTH) == ()
    assert approve(hospital(), BOTH, first=" A.  Durand ", second=None)["approved by"] == "A. Durand"


@pytest.mark.parametrize("second", [None, "a. durand", " A. Durand"])
def test_doors_that_cut_care_want_two_different_persons(second):
    with pytest.raises(NotApprovedError, match="Imagerie"):
        approve(hospital(), CUTTING, first="A. Durand", second=second)
    told = approve(hospital(), CUTTING, first="A. Durand", second="B. Martin")
    assert (told["approved by"], told["and by"]) == ("A. Durand", "B. Martin")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_an_approval_wants_a_name(name):
    with pytest.raises(NotApprovedError):
        approve(hospital(), BOTH, first=name, second=None)


def test_the_red_button_isolates_the_backups_and_nothing_else():
    assert backup_levels(hospital()) == {SERVERS_TO_BACKUPS: Level.CLOSED}


def test_a_plan_is_read_for_its_map(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"actions": [{"conduit": OFFICE_TO_SERVERS, "level": "lifeline"}]}))
    assert read_levels(path, hospital()) == {OFFICE_TO_SERVERS: Level.LIFELINE}
    path.write_text(json.dumps({"actions": [{"conduit": "x>y", "level": "closed"}]}))
    with pytest.raises(UnknownIdError):
        read_levels(path, hospital())


@pytest.mark.parametrize(
    "text", ["", "[]", '{"actions": [{"conduit": "a"}]}', '{"actions": [{"conduit":"a","level":"ajar"}]}']
)
def test_what_is_no_plan_is_refused(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadValueError):
        read_levels(path, hospital())
    with pytest.raises(MissingFileError):
        read_levels(tmp_path / "no.json", hospital())
