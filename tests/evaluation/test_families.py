import pytest
from evaluation.families import NEIGHBOURS, near, parent, same


def test_a_sub_technique_is_of_its_parents_family():
    assert parent("T1021.002") == parent("T1021") == "T1021"
    assert same("T1021.002", ["T1021.006"])
    assert not same("T1021.002", ["T1570"])


@pytest.mark.parametrize(
    ("said", "labelled", "expected"),
    [("T1569.002", "T1021.002", True), ("T1046", "T1018", True), ("T1046", "T1021", False), ("T1110", "T1071", False)],
)
def test_neighbours_are_those_of_the_table(said, labelled, expected):
    assert near(said, [labelled]) is expected
    assert near(labelled, [said]) is expected


def test_a_neighbour_of_a_neighbour_is_none():
    assert near("T1046", ["T1499"])
    assert near("T1018", ["T1046"])
    assert not near("T1018", ["T1499"])


def test_the_table_names_parents_alone():
    assert all("." not in family for _, group in NEIGHBOURS for family in group)
