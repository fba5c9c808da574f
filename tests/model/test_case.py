import pytest
from pydantic import TypeAdapter, ValidationError

from cloison.model.case import Case, CaseStatus


def test_a_case_with_a_word_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match=r"extra|unexpected"):
        TypeAdapter(Case).validate_python({"colour": "red"})


def test_a_case_is_open_closed_or_part_of_another():
    assert [status.value for status in CaseStatus] == ["open", "closed", "merged"]
