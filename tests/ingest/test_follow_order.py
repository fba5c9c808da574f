from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.detect.state import dump, load
from cloison.ingest.follow_order import Held
from cloison.ingest.order import ALWAYS, NEVER
from cloison.model.observations import Kind, conform

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = 1_000_000


def table(seconds):
    seen = [NOON + timedelta(seconds=second) for second in seconds]
    rows = pl.DataFrame({"ts": seen, "seen_at": seen, "record": list(range(1, len(seen) + 1))})
    return conform(Kind.DHCP, rows).drop("origin")


def seconds_of(batch):
    return [round((moment - NOON).total_seconds()) for frame in batch.values() for moment in frame["seen_at"]]


def test_what_comes_within_the_hold_is_put_back_in_place():
    held, out = Held(), []
    for second in (0, 2, 1, 4, 3, 6, 5):
        held.add(0, [(Kind.DHCP, table([second]))])
        out += seconds_of(held.release(held.limit(NEVER, 2 * SECOND, quiet=False)))
    out += seconds_of(held.release(held.limit(NEVER, 2 * SECOND, quiet=True)))
    assert out == [0, 1, 2, 3, 4, 5, 6]


def test_nothing_goes_past_what_is_known_to_be_unread():
    held = Held()
    held.add(0, [(Kind.DHCP, table([0, 10, 20]))])
    floor = int((NOON + timedelta(seconds=10)).timestamp()) * SECOND
    assert seconds_of(held.release(held.limit(floor, 0, quiet=True))) == [0]
    assert len(held) == 2


def test_a_quiet_sensor_keeps_nothing_back():
    held = Held()
    held.add(0, [(Kind.DHCP, table([0]))])
    assert held.limit(NEVER, SECOND, quiet=False) < held.high
    assert seconds_of(held.release(held.limit(NEVER, SECOND, quiet=True))) == [0]
    assert held.limit(NEVER, SECOND, quiet=True) == NEVER


def test_too_many_rows_go_on_whatever_may_still_come(monkeypatch):
    monkeypatch.setattr("cloison.ingest.follow_order.HELD_ROWS", 4)
    held = Held()
    held.add(0, [(Kind.DHCP, table(range(6)))])
    assert seconds_of(held.release(held.limit(ALWAYS + SECOND, SECOND, quiet=False))) == [0, 1, 2]


@given(st.lists(st.lists(st.integers(0, 100), max_size=8), max_size=8), st.integers(0, 30))
def test_each_row_comes_out_once_in_order_by_what_was_known_even_after_a_restart(pieces, hold):
    held, out = Held(), []
    for origin, piece in enumerate(pieces):
        held.add(origin, [(Kind.DHCP, table(piece))])
        again = Held()
        again.take_up(load(dump(held.save(), {}), held.save(), {}))
        held = again
        batch = seconds_of(held.release(held.limit(NEVER, hold * SECOND, quiet=False)))
        assert batch == sorted(batch)
        out += batch
    out += seconds_of(held.release(NEVER))
    assert sorted(out) == sorted(second for piece in pieces for second in piece)
