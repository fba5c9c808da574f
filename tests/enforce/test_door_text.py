import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.made import DOORS

from cloison.enforce.door_text import doors_text, read_doors, read_heading, read_member
from cloison.errors import BadValueError


@given(DOORS)
def test_what_is_written_reads_back(doors):
    assert read_doors(doors_text(doors)) == doors


@given(st.text(max_size=40))
def test_what_cloison_did_not_write_is_refused_and_never_crashes(text):
    for read in (read_member, read_heading, lambda line: read_doors(f"x {line}")):
        with pytest.raises(BadValueError):
            read(text)
