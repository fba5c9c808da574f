from cloison.store.nearest import Speller
from cloison.store.references import ids_of, mistakes


def found(data):
    return {(mistake.path, str(mistake.reason)) for mistake in mistakes(data, ids_of(data), Speller())}


def test_every_name_must_be_somebodys():
    data = {
        "zone": [{"id": "a"}],
        "asset": [{"id": "x", "zone": "b"}],
        "conduit": [{"id": "c", "from": "a", "to": "d", "enforced_by": "fw"}],
        "flow": [{"id": "f", "via": ["c", "e"]}],
    }
    assert found(data) == {
        (("asset", 0, "zone"), 'no [[zone]] of the map has the id "b"'),
        (("conduit", 0, "to"), 'no [[zone]] of the map has the id "d"'),
        (("conduit", 0, "enforced_by"), 'no [[enforcement_point]] of the map has the id "fw"'),
        (("flow", 0, "via", 1), 'no [[conduit]] of the map has the id "e"'),
    }


def test_an_id_is_given_once_in_its_table_and_may_serve_in_another():
    data = {"zone": [{"id": "a"}, {"id": "a"}, {"id": "a"}], "flow": [{"id": "a"}]}
    assert {path for path, _ in found(data)} == {("zone", 1, "id"), ("zone", 2, "id")}


def test_a_conduit_leads_elsewhere():
    data = {"zone": [{"id": "a"}], "conduit": [{"id": "c", "from": "a", "to": "a"}]}
    assert found(data) == {(("conduit", 0, "to"), 'this conduit goes from zone "a" to itself')}


def test_a_name_can_be_read_and_is_what_it_looks_like():
    data = {"name": " ", "zone": [{"id": "a\u202eb", "name": "Salle\u00a0d’opération"}]}
    assert found(data) == {
        (("name",), '"name" is empty'),
        (("zone", 0, "id"), '"id" holds characters that cannot be seen'),
    }


def test_a_single_bracket_is_one_mistake_and_its_id_is_known():
    assert found({"zone": {"id": "a"}, "asset": [{"id": "x", "zone": "a"}]}) == set()
