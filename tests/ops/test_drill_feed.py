from datetime import UTC, datetime, timedelta

import polars as pl

from cloison.model.observations import Kind, conform
from cloison.ops.drill_feed import Captures, on_story
from cloison.rehearse.range.clock import Clock

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORIGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)
CLOCK = Clock(began=BEGAN, origin=ORIGIN, speed=60.0)


def test_records_move_to_the_clock_of_the_story():
    frame = conform(
        Kind.FLOW,
        pl.DataFrame(
            {
                "ts": [BEGAN + timedelta(seconds=1)],
                "seen_at": [BEGAN + timedelta(seconds=3)],
                "origin": [1],
                "record": [1],
                "src": ["10.0.0.1"],
            }
        ),
    )
    told = on_story({Kind.FLOW: frame, Kind.ARP: conform(Kind.ARP, frame)}, CLOCK, 4)
    assert list(told) == [Kind.FLOW]
    assert told[Kind.FLOW].schema == frame.schema
    row = told[Kind.FLOW].row(0, named=True)
    assert (row["ts"], row["seen_at"]) == (ORIGIN + timedelta(minutes=1), ORIGIN + timedelta(minutes=3))
    assert (row["origin"], row["src"]) == (5, "10.0.0.1")


def test_the_newest_file_waits_and_empty_ones_are_passed_over(tmp_path):
    captures = Captures(tmp_path, CLOCK)
    assert list(captures.batches()) == []
    for number in range(3):
        (tmp_path / f"range_{number:05d}.pcap").write_bytes(bytes(24))
    assert list(captures.batches()) == []
    assert captures.behind == 1
    assert list(captures.batches()) == []
    assert (captures.read, captures.behind) == ([], 0)
