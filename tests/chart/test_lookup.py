from tests.chart.large_maps import large_hospital

from cloison.chart.atlas import Atlas
from cloison.chart.lookup import Lookup

LOOKUP = Lookup(Atlas(large_hospital(60, 600, 0)))


def test_a_name_is_found_without_case_or_accent_in_any_order():
    keys, count = LOOKUP.find("etang  CARDIO", 50)
    assert count == len(keys) > 0
    assert all(key.startswith("zone:") for key in keys)


def test_an_address_gives_its_machine_then_the_compartment_that_holds_it():
    keys, _ = LOOKUP.find("10.0.7.1", 3)
    assert keys[0] == "asset:a1"
    assert "zone:z7" in keys[:2]


def test_the_beginning_of_a_name_comes_before_its_middle():
    keys, count = LOOKUP.find("PC-0000", 4)
    assert keys == ("asset:a0", "asset:a1", "asset:a2", "asset:a3")
    assert count == 10


def test_nothing_typed_finds_nothing():
    assert LOOKUP.find("  ", 5) == ((), 0)
    assert LOOKUP.find("no such place", 5) == ((), 0)
