import pytest

from cloison.model.hospital import Hospital
from cloison.store.nearest import Speller
from cloison.store.shape import to_hospital

ZONE = {"id": "a", "name": "A", "kind": "care"}


def found(data):
    judged = to_hospital({"name": "CH", **data}, Speller())
    assert not isinstance(judged, Hospital)
    return [(mistake.path, str(mistake.reason), str(mistake.fix)) for mistake in judged]


@pytest.mark.parametrize(
    ("values", "key", "reason"),
    [
        ({"name": 3}, "name", '"name" must be text'),
        ({"patient_records": "12"}, "patient_records", '"patient_records" must be a whole number'),
        ({"patient_records": 1.5}, "patient_records", '"patient_records" must be a whole number'),
        ({"patient_records": True}, "patient_records", '"patient_records" must be a whole number'),
        ({"networks": "10.0.0.0/8"}, "networks", '"networks" must be a list'),
        ({"learned": 5}, "learned", '"learned" must be a table'),
        ({"kind": "ofice"}, "kind", '"ofice" is not a kind of zone'),
        ({"kind": 5}, "kind", '"5" is not a kind of zone'),
        ({"nmae2": "x"}, "nmae2", '"nmae2" is not a key of the map here'),
    ],
)
def test_a_wrong_value_is_one_mistake_in_our_words(values, key, reason):
    ((path, said, _),) = found({"zone": [ZONE | values]})
    assert (path, said) == (("zone", 0, key), reason)


def test_a_misspelt_key_is_not_missing_too():
    zone = {"id": "a", "nmae": "A", "kind": "care"}
    assert found({"zone": [zone]}) == [(("zone", 0, "nmae"), '"nmae" is not a key of the map here', 'write "name"')]


def test_a_missing_key_is_named():
    assert found({"zone": [{"id": "a", "kind": "care"}]}) == [
        (("zone", 0, "name"), '"name" is missing', "add: name = …")
    ]


@pytest.mark.parametrize("zones", [ZONE, [5], 5])
def test_a_table_that_is_no_list_of_entries_is_told(zones):
    ((_, reason, fix),) = found({"zone": zones})
    assert (reason, fix) == ('"zone" must be a list of tables', "begin each one with a line of its own: [[zone]]")


def test_a_moment_needs_its_offset():
    zone = ZONE | {"learned": {"first": "2026-01-01", "last": 5, "records": 1}}
    assert [(path[-1], reason) for path, reason, _ in found({"zone": [zone]})] == [
        ("first", '"first" must be a date and time with its offset'),
        ("last", '"last" must be a date and time with its offset'),
    ]


def test_another_format_is_refused():
    assert found({"format": 2}) == [(("format",), "this Cloison reads format 1 of the map", "write format = 1")]
