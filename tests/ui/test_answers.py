from cloison.ops.drill_entry import scenarios
from cloison.rehearse.shipped import shipped_map
from cloison.store.documents import read_back, written
from cloison.store.hospital_file import load
from cloison.ui.answers import Scenarios, offers


def test_scenarios_are_offered_with_how_long_they_really_last():
    with shipped_map() as path:
        known = scenarios(load(path))
    told = offers(known)
    assert [one.id for one in told.scenarios] == [one.id for one in known]
    assert told.scenarios[0].seconds == known[0].lasts.total_seconds() / known[0].speed
    assert read_back(Scenarios, written(told), where="here") == told
