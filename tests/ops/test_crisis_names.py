from tests.enforce.wards import OFFICE_TO_SERVERS, hospital

from cloison.ops.crisis_names import name_of, passage_of


def test_machines_compartments_and_passages_have_the_names_that_people_use():
    assert name_of(hospital(), "pacs") == "PACS"
    assert name_of(hospital(), "bureau") == "bureau"
    assert passage_of(hospital(), OFFICE_TO_SERVERS) == "bureau → serveurs"


def test_what_the_map_does_not_have_keeps_its_id():
    assert name_of(hospital(), "x") == "x"
    assert passage_of(hospital(), "x>y") == "x>y"
