"""Read files of any format as one stream of observations, in the order of time, with bounded memory."""

from bisect import insort
from collections.abc import Iterator, Sequence
from pathlib import Path

from cloison.errors import UnreadableSourceError
from cloison.ingest.format import Format, Hastening
from cloison.ingest.known import known_formats, recognise
from cloison.ingest.lane import Lane
from cloison.ingest.looks import look
from cloison.ingest.opening import SourceFile, open_source
from cloison.ingest.order import NEVER, merge
from cloison.ingest.walk import find_files
from cloison.model.observations import Batch
from cloison.model.reading import Refusal, Source
from cloison.words import say

REACH = 1 << 18
"""Records that each file's reorder buffer holds, when there are few series of logs."""

SMALLEST_REACH = 1 << 13

LARGE = 1 << 28
"""Bytes on disk from which a format is asked to hasten: its second is won back by some two million connections."""

HELD_ROWS = 1 << 21
"""Rows that may wait in memory for their turn, all files together (about 500 MB of conn records)."""


class Reading:
    """One reading of a set of files.

    Attributes:
        labels: each file's path as people see it, in the order of `Source`: a record's origin is an index here.
        sources: what was taken from each file; complete once `batches` has ended.
        refusals: the files that were not read, or not to the end, and why; complete once `batches` has ended.
    """

    def __init__(self, opened: Sequence[tuple[SourceFile, Format]], refusals: Sequence[Refusal], reach: int) -> None:
        """Take the files to read, and those already refused. Use `open_reading`."""
        self.labels = tuple(file.shown for file, _ in opened)
        self._refusals = list(refusals)
        self._lanes = [Lane(origin, file, format_, reach) for origin, (file, format_) in enumerate(opened)]

    @property
    def sources(self) -> tuple[Source, ...]:
        """What was taken from each file so far."""
        return tuple(lane.source() for lane in self._lanes)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The files that were not read to their end, by path."""
        late = [lane.refusal for lane in self._lanes if lane.refusal is not None]
        return tuple(sorted([*self._refusals, *late], key=lambda refusal: refusal.path))

    def progress(self) -> tuple[int, int]:
        """Give the bytes read from disk so far, and those to read in all.

        The second grows when a file must be read twice.
        """
        return sum(lane.bytes_read() for lane in self._lanes), sum(lane.bytes_in_all() for lane in self._lanes)

    def batches(self) -> Iterator[Batch]:
        """Read everything, once.

        Yields:
            Tables of one stretch of time, non-empty, in the order of `seen_at`, then `origin`, then `record`.
            Put together, they are the same whatever the size of the pieces read.
        """
        live, parked = self._prime()
        released = None
        while live or parked:
            frontier = min((lane.frontier() for lane in live), default=NEVER)
            limit = min(frontier, parked[-1].floor) if parked else frontier
            if limit != released:
                released = limit
                batch = merge((lane.origin, piece) for lane in live for piece in lane.take(limit))
                live = [lane for lane in live if not lane.done()]
                if batch:
                    yield batch
            if parked and parked[-1].floor <= frontier:
                self._open(parked.pop(), live, parked, frontier)
                released = None
            elif live:
                min(live, key=Lane.frontier).advance()

    @staticmethod
    def _open(lane: Lane, live: list[Lane], parked: list[Lane], frontier: int) -> None:
        """Open a file that was closed; one whose time has not come after all is closed again, if memory is short."""
        foreseen = not lane.exact
        lane.prime()
        short = sum(other.held() for other in live) + lane.held() > HELD_ROWS
        if foreseen and short and lane.lowest() > frontier:
            lane.park()
            insort(parked, lane, key=_latest_first)
        else:
            insort(live, lane, key=lambda lane: lane.origin)

    def _prime(self) -> tuple[list[Lane], list[Lane]]:
        """Start every file, to know when it begins; those that may not fit in memory are closed, to be read again.

        Of these the times alone are read at first, where the format can.

        Returns:
            The files kept open, and those closed, the earliest last.
        """
        live: list[Lane] = []
        parked: list[Lane] = []
        held = 0
        for lane in self._lanes:
            if live and held + lane.most_held() > HELD_ROWS and lane.foresee():
                parked.append(lane)
                continue
            lane.prime()
            if live and held + lane.held() > HELD_ROWS:
                lane.park()
                parked.append(lane)
            else:
                held += lane.held()
                live.append(lane)
        parked.sort(key=_latest_first)
        return live, parked


def open_reading(
    paths: Sequence[Path], *, formats: Sequence[Format] | None = None, reach: int | None = None
) -> Reading:
    """Find and recognise the files to read.

    Args:
        paths: files and folders.
        formats: what to recognise; every known format by default.
        reach: records that a file's reorder buffer holds. By default 262,144, less when there are more than 16
            series of logs (a series: one folder, format and stream), so that memory stays bounded; never
            under 8,192.

    Raises:
        MissingFileError: a path is not there, or may not be read.
    """
    opened: list[tuple[SourceFile, Format]] = []
    refusals: list[Refusal] = []
    for shown, path in find_files(paths):
        try:
            file = open_source(path, shown)
        except UnreadableSourceError as error:
            refusals.append(Refusal(path=shown, code=error.code, reason=error.problem, fix=error.fix))
            continue
        format_ = recognise(file.head, formats if formats is not None else known_formats())
        if format_ is None:
            refusals.append(_unknown(file))
        else:
            opened.append((file, format_))
    opened = _hastened(opened)
    if reach is None:
        series = {(file.path.parent, format_.name, format_.stream_name(file.head)) for file, format_ in opened}
        reach = max(SMALLEST_REACH, min(REACH, 16 * REACH // max(len(series), 1)))
    return Reading(opened, refusals, reach)


def _hastened(opened: list[tuple[SourceFile, Format]]) -> list[tuple[SourceFile, Format]]:
    """Hasten the formats of which there is much to read."""
    sizes: dict[str, int] = {}
    for file, format_ in opened:
        sizes[format_.name] = sizes.get(format_.name, 0) + file.size
    return [
        (file, format_.hasten() if sizes[format_.name] >= LARGE and isinstance(format_, Hastening) else format_)
        for file, format_ in opened
    ]


def _latest_first(lane: Lane) -> tuple[int, int]:
    return -lane.floor, -lane.origin


def _unknown(file: SourceFile) -> Refusal:
    return Refusal(
        path=file.shown,
        code=UnreadableSourceError.code,
        reason=look(file.head, file.size),
        fix=say("name logs of Zeek, Suricata, Argus or Windows, captures or NetFlow files"),
    )
