import pytest

from cloison.store.nearest import Speller
from cloison.store.needs import mistakes
from cloison.store.references import ids_of


def found(*needs):
    services = [{"id": f"s{place}", "needs": one} for place, one in enumerate(needs)]
    data = {"asset": [{"id": "pacs"}], "flow": [{"id": "f"}], "care_service": services}
    return [(m.path[2:], str(m.reason), str(m.fix)) for m in mistakes(data, ids_of(data), Speller())]


def test_needs_nest_and_name_what_is_there():
    assert found({"all": ["asset:pacs", {"any": ["flow:f", "care_service:s1"]}]}, "asset:pacs") == []


@pytest.mark.parametrize(
    ("needs", "path", "fix"),
    [
        ("aset:pacs", ("needs",), 'write "asset:pacs"'),
        ("pacs", ("needs",), 'write "asset:pacs"'),
        ("unknown", ("needs",), 'write "asset:ID", "zone:ID", "flow:ID" or "care_service:ID"'),
        ({"all": ["asset:pac"]}, ("needs", "all", 0), 'write "pacs"'),
        ({"all": []}, ("needs", "all"), "list what is needed, or take it out"),
        ({"any": "asset:pacs"}, ("needs", "any"), "list what is needed, or take it out"),
        ({"al": ["asset:pacs"]}, ("needs", "al"), 'write "asset:ID", or { all = […] }, or { any = […] }'),
        (["asset:pacs"], ("needs",), 'write "asset:ID", or { all = […] }, or { any = […] }'),
        ({"any": [5]}, ("needs", "any", 0), 'write "asset:ID", or { all = […] }, or { any = […] }'),
        (
            {"all": ["asset:pacs"], "any": ["asset:pacs"]},
            ("needs",),
            "nest one in the other: { all = [ …, { any = […] } ] }",
        ),
    ],
)
def test_a_malformed_need_is_one_mistake(needs, path, fix):
    ((where, _, said),) = found(needs)
    assert (where, said) == (path, fix)


def test_a_service_cannot_end_up_needing_itself():
    cycle = found({"all": ["care_service:s1"]}, "care_service:s2", {"any": ["asset:pacs", "care_service:s0"]})
    assert [(path, reason) for path, reason, _ in cycle] == [
        (("needs", "any", 1), "a care service ends up needing itself: s0 → s1 → s2 → s0")
    ]
    assert found("care_service:s0")[0][1] == "a care service ends up needing itself: s0 → s0"


def test_two_services_may_need_a_third():
    assert found("care_service:s2", "care_service:s2", "asset:pacs") == []


def test_a_nest_without_end_is_refused():
    nest = "asset:pacs"
    for _ in range(5000):
        nest = {"all": [nest]}
    assert [reason for _, reason, _ in found(nest)] == ["needs nest too deeply"]
