import pytest
from pydantic import TypeAdapter, ValidationError

from cloison.rehearse.intruder.act_kinds import Count, Megabytes, Minutes, PerMinute, Port, Share


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        (Port, 1, 65_535),
        (PerMinute, 0.001, 3000),
        (Minutes, 0.001, 1440),
        (Count, 1, 5000),
        (Megabytes, 0.001, 256),
        (Share, 0, 1),
    ],
)
def test_what_is_beyond_the_bounds_is_refused(kind, least, most):
    reader = TypeAdapter(kind)
    assert [reader.validate_python(value) for value in (least, most)] == [least, most]
    for value in (-1, most + 1):
        with pytest.raises(ValidationError):
            reader.validate_python(value)
