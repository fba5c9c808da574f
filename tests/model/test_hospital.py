import pytest
from pydantic import TypeAdapter, ValidationError

from cloison.model.hospital import OUTSIDE, AllOf, AnyOf, CareService, Conduit, Hospital, Level, Needs, Zone, ZoneKind


def test_files_name_tables_in_the_singular():
    zone = {"id": "a", "name": "A", "kind": "care"}
    hospital = TypeAdapter(Hospital).validate_python({"name": "CH", "zone": [zone]})
    assert hospital == Hospital(name="CH", zones=(Zone(id="a", name="A", kind=ZoneKind.CARE),))


def test_needs_nest():
    needs = TypeAdapter(Needs).validate_python({"all": ["asset:a", {"any": ["zone:b", "flow:c"]}]})
    assert needs == AllOf(of=("asset:a", AnyOf(of=("zone:b", "flow:c"))))


@pytest.mark.parametrize(
    ("noun", "values"),
    [
        (Conduit, {"id": "c", "from": "a", "to": "b", "closes_in": 3}),
        (Zone, {"id": "a", "name": "A", "kind": "attic"}),
        (CareService, {"id": "s", "name": "S", "care_per_hour": 1, "needs": {"none": []}}),
    ],
)
def test_what_the_map_does_not_know_is_refused(noun, values):
    with pytest.raises(ValidationError):
        TypeAdapter(noun).validate_python(values)


def test_levels_and_kinds_are_the_files_words():
    assert [level.value for level in Level] == ["open", "lifeline", "closed"]
    assert {kind.value for kind in OUTSIDE} == {"internet", "supplier"}
