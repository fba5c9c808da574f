import tomllib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cloison.store.writing import value_text

values = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), inner),
    max_leaves=20,
)


@given(values)
def test_any_value_reads_back_as_it_was(value):
    assert tomllib.loads(f"x = {value_text(value)}") == {"x": value}


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_a_moment_is_written_in_universal_time(moment):
    text = value_text(moment)
    assert text.endswith("Z")
    assert tomllib.loads(f"x = {text}") == {"x": moment.astimezone(UTC)}


def test_a_long_list_is_written_one_value_a_line():
    assert value_text(["tcp/443"] * 2) == '["tcp/443", "tcp/443"]'
    assert value_text(["x" * 60] * 2) == f'[\n    "{"x" * 60}",\n    "{"x" * 60}",\n]'
