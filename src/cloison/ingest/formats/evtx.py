"""Windows' event logs (EVTX), as `wevtutil` and the Event Viewer save them."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import evtx
import orjson
import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.format import Opened, Tally
from cloison.ingest.windows.chunks import Unrolled
from cloison.ingest.windows.element import from_element
from cloison.ingest.windows.sheet import EVENTS, WEIGHT, Sheet
from cloison.model.observations import Kind
from cloison.words import say, say_many

_MAGIC = b"ElfFile\0"  # [MS-EVEN6], and Schuster, "Introducing the Microsoft Vista event log file format", 2007
_SMALLEST_RECORD = 24
_PANIC = "PanicException"  # how PyO3 names a fault inside a library written in Rust


@dataclass(frozen=True, slots=True)
class Evtx:
    """An EVTX file.

    Attributes:
        events: how many are held at a time.
    """

    name: ClassVar[str] = "evtx"
    weight: ClassVar[int] = WEIGHT
    events: int = EVENTS

    def recognise(self, head: bytes) -> bool:
        """Tell by the magic number."""
        return head.startswith(_MAGIC)

    def stream_name(self, head: bytes) -> str:
        """Give a name that no other log has: the logs of one folder are of many hosts and channels."""
        return f"{zlib.crc32(head):08x}"

    def read(self, opened: Opened, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Give a table a kind for each stretch of events.

        Raises:
            UnreadableSourceError: not one event can be read, and something is damaged.
        """
        lost = taken = 0
        with opened.on_disk() as path:
            sheet = Sheet()
            for record, written in enumerate(_records(path, opened.shown, tally), 1):
                if written is None:
                    lost += 1
                    tally.rejected += 1
                    continue
                if _take(record, written, sheet, tally):
                    taken += 1
                if len(sheet) >= self.events:
                    yield from sheet.tables(tally)
                    sheet = Sheet()
            yield from sheet.tables(tally)
        if lost and not taken:
            raise _unreadable(opened.shown)
        if lost:
            tally.remarks.append(
                say_many(
                    "{n} piece of the event log is damaged: the events that it held are lost",
                    "{n} pieces of the event log are damaged: the events that they held are lost",
                    lost,
                )
            )


def _take(record: int, written: str, sheet: Sheet, tally: Tally) -> bool:
    """Read one event's JSON; tell whether it was one."""
    try:
        element = orjson.loads(written)["Event"]
        event = from_element(element)
    except (ValueError, KeyError, TypeError, AttributeError):
        event, element = None, {}
    if event is None:
        if "SubscriptionBookmarkEvent" in element:  # a collector's own note, of no host
            tally.unused += 1
        else:
            tally.rejected += 1
        return False
    sheet.add(record, event)
    return True


def _records(path: Path, shown: str, tally: Tally) -> Iterator[str | None]:
    """Give each event as JSON, oldest first, and None for each piece that cannot be read."""
    try:
        most = path.stat().st_size // _SMALLEST_RECORD + 1
        log = Unrolled(path)
    except OSError as error:
        raise _unreadable(shown) from error
    with log:
        if not log.whole:
            raise _unreadable(shown)
        if log.cut:
            tally.remarks.append(say("the event log is cut short: what it holds was read"))
        try:
            found = evtx.PyEvtxParser(log, number_of_threads=1, separate_json_attributes=True).records_json()
        except (RuntimeError, OSError, ValueError) as error:
            raise _unreadable(shown) from error
        yield from _each(found, most)


def _each(found: Iterator[dict[str, str] | None], most: int) -> Iterator[str | None]:
    """Go on after what is damaged, as the library does.

    That it ends is not taken for granted: it is left after as many failures in a row as the file could hold events.
    """
    failures = 0
    while failures < most:
        try:
            read = next(found)
        except StopIteration:
            return
        except (RuntimeError, OSError, ValueError):
            failures += 1
            yield None
        except BaseException as error:
            if type(error).__name__ != _PANIC:
                raise
            yield None
            return
        else:
            failures = 0
            yield read["data"] if read is not None else None


def _unreadable(shown: str) -> UnreadableSourceError:
    return UnreadableSourceError(
        say("the event log is damaged: no event can be read"),
        fix=say("save it again with the Event Viewer, or with: wevtutil export-log"),
        where=shown,
    )
