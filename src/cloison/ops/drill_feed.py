"""What the range's sensors tell while an exercise goes on: capture files, each read once it is complete."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl

from cloison.errors import NothingReadError
from cloison.ingest.reading import open_reading
from cloison.model.observations import Batch, Kind
from cloison.rehearse.range.clock import Clock

HEADER = 24
"""Bytes of a capture that holds no packet: pcap-savefile(5)."""

_TIME = pl.Datetime("us", "UTC")


class Captures:
    """A folder in which one capture file is begun after the other; the newest is still being written.

    Attributes:
        read: files read so far, in their order: `Evidence.origin` is a place in it.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Take the folder, and the clock of the story."""
        self.read: list[Path] = []
        self._folder = folder
        self._clock = clock
        self._last = ""

    @property
    def behind(self) -> int:
        """Complete files that are not read."""
        return max(0, sum(path.name > self._last for path in self._folder.glob("*.pcap")) - 1)

    def batches(self) -> Iterator[Batch]:
        """Give what the next complete file holds, on the clock of the story; nothing when none is complete."""
        begun = sorted(self._folder.glob("*.pcap"))
        # One at a time, however far behind: what is found is told before the next is read.
        for path in [path for path in begun[:-1] if path.name > self._last][:1]:
            self._last = path.name
            if path.stat().st_size <= HEADER:
                continue
            self.read.append(path)
            with suppress(NothingReadError):
                for batch in open_reading([path]).batches():
                    yield on_story(batch, self._clock, len(self.read) - 1)


def on_story(batch: Batch, clock: Clock, first: int) -> Batch:
    """Move records from real time to the clock of the story.

    What an intruder spreads over hours is then seen spread over hours, however fast it is played: intervals, rates and
    durations are those of the story. Who has which network card is left out: in the range a zone's machines share one.

    Args:
        batch: as read.
        clock: of the story.
        first: place of the reading's first file among all.
    """
    start, began = pl.lit(clock.origin).cast(_TIME), pl.lit(clock.began).cast(_TIME)
    moved = {
        name: start
        + ((pl.col(name) - began).dt.total_microseconds() * clock.speed).cast(pl.Int64).cast(pl.Duration("us"))
        for name in ("ts", "seen_at")
    }
    columns = {**moved, "origin": pl.col("origin") + pl.lit(first, dtype=pl.UInt32)}
    return {kind: frame.with_columns(**columns) for kind, frame in batch.items() if kind is not Kind.ARP}
