from datetime import timedelta
from ipaddress import IPv4Network

import pytest
from tests.enforce.test_slots import CARE, CORE, OFFICE

from cloison.enforce.junos_text import arming, opening, read_lists, read_terms, shutting, terms, until_confirmed
from cloison.enforce.slots import NOBODY, slots_of


def test_what_was_loaded_reads_back():
    slots = slots_of(CORE)
    loaded = "\n".join(line for line in arming(slots).splitlines() if not line.startswith("#"))
    lists = read_lists(loaded)
    assert {slot.behind: set(slot.targets) for slot in slots}.items() <= lists.items()
    assert lists[OFFICE.shut] == {NOBODY}
    assert read_terms(loaded) == [line for slot in slots for line in terms(slot)]


def test_shutting_fills_the_lists_and_opening_leaves_nobody():
    filled = read_lists("\n".join(shutting(OFFICE)))
    assert filled == {OFFICE.vital: set(OFFICE.sources), OFFICE.shut: set(OFFICE.sources)}
    assert opening(CARE, {CARE.shut: {NOBODY}}) == []
    assert len(opening(OFFICE, {name: {*held, NOBODY} for name, held in filled.items()})) == 2


def test_a_commit_is_taken_back_after_whole_minutes():
    told = [until_confirmed(timedelta(seconds=seconds)) for seconds in (1, 60, 61, 120)]
    assert told == ["commit confirmed 1", "commit confirmed 1", "commit confirmed 2", "commit confirmed 2"]


def test_a_cluster_says_its_name_and_a_filter_that_is_deactivated_is_none():
    assert read_lists("\n{primary:node0}\nset policy-options prefix-list CLOISON-1-T 10.0.0.0/8") == {
        "CLOISON-1-T": {IPv4Network("10.0.0.0/8")}
    }
    line = terms(CARE)[0]
    assert read_terms(f"{line}\ndeactivate firewall family inet filter CLOISON") == []
    with pytest.raises(ValueError, match="unknown"):
        read_lists("unknown command")
