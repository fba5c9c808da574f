"""A keeper does as it was told, and ends when it was told."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ops.range_keeping import MAP, PROBERS, Orders, home_of, summed
from cloison.ops.ranging import start
from cloison.rehearse.range.control import ask, runs
from cloison.rehearse.range.traffic.ledger import Count
from cloison.store.hospital_file import load
from cloison.store.journal import JOURNAL
from cloison.store.probers import load_probers

ORDERS = Orders(folder=Path("/x"), nonce="n", origin=datetime(2026, 3, 2, tzinfo=UTC), life=timedelta(hours=2))


@given(st.text(), st.lists(st.booleans(), min_size=3, max_size=3), st.floats(0.1, 1000), st.integers(0, 9))
def test_orders_are_read_as_they_were_written(nonce, choices, speed, seed):
    named = dict(zip(("furnished", "recording", "attached"), choices, strict=True))
    orders = replace(ORDERS, nonce=nonce, speed=speed, seed=seed, **named)
    assert Orders.read(orders.written()) == orders


@pytest.mark.usefixtures("needs_range")
def test_a_range_ends_by_itself_when_its_hospital_has_lived_long_enough(tmp_path):
    orders = replace(ORDERS, folder=tmp_path / "range", furnished=False, life=timedelta(minutes=30), speed=1800)
    start(orders)
    assert ask(orders.folder, {"do": "status"})["speed"] == 1800
    until = time.monotonic() + 20
    while runs(orders.folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(orders.folder)


def test_its_map_and_its_probes_are_written_for_whoever_moves_its_doors(running_range, layout):
    assert load(running_range / MAP) == layout.hospital
    zones = [zone.id for zone in layout.hospital.zones]
    probers = load_probers(home_of(running_range) / PROBERS, zones)
    assert [(one.zone, one.run) for one in probers] == [(zone, f"netns:{zone}") for zone in zones]


def test_what_became_of_care_is_added_up():
    counts = {"a": Count(sent=3, acknowledged=2, lost=1), "b": Count(sent=4, acknowledged=4, delayed=1)}
    assert summed(counts) == {"sent": 7, "acknowledged": 6, "lost": 1, "delayed": 1}
    assert summed({}) == {"sent": 0, "acknowledged": 0, "lost": 0, "delayed": 0}


def test_its_doors_are_armed_and_none_is_shut(running_range):
    assert ask(running_range, {"do": "status"})["doors"] == []
    journal = (running_range / "home" / JOURNAL).read_text()
    assert journal.count('"armed"') == 1
    assert journal.count('"was armed"') == 6
