"""One file on its way through the reading: its records in order, its counts, its end."""

from collections.abc import Iterator

import polars as pl

from cloison.errors import UnreadableSourceError
from cloison.ingest.format import Foreseeing, Format, Tally, weight_of
from cloison.ingest.opening import SourceFile
from cloison.ingest.order import ALWAYS, NEVER, Piece, Reorder
from cloison.model.observations import Kind
from cloison.model.reading import Refusal, Source
from cloison.words import Sentence, say_many

_Tables = list[tuple[Kind, pl.DataFrame]]


class Lane:
    """A file being read.

    Attributes:
        origin: its index in the reading's sources.
        refusal: why it was given up, if it was.
        floor: no record has a smaller key, as `foresee` or `park` found it.
        exact: whether one has that very key.
    """

    def __init__(self, origin: int, file: SourceFile, format_: Format, reach: int) -> None:
        """Take the file, its format and the records that a reorder buffer holds, fewer when they are heavy."""
        self.origin = origin
        self.refusal: Refusal | None = None
        self.floor = NEVER
        self.exact = True
        self._file = file
        self._format = format_
        self._weight = weight_of(format_)
        self._reach = max(reach // self._weight, 1)
        self._read_before = 0
        self._groups: Iterator[_Tables] = iter(())
        self._ended = False
        self._tally = Tally()
        self._reorder = Reorder(self._reach)

    def prime(self) -> None:
        """Read from the beginning, until the reorder buffer is full or the file ends."""
        self._tally = Tally()
        self._reorder = Reorder(self._reach, ALWAYS if self.floor == NEVER else self.floor)
        self._file.remarks.clear()
        self._groups = grouped(self._format.read(self._file, self._tally))
        self._ended = False
        self.refusal = None
        while not self._ended and self._reorder.records < self._reach:
            self.advance()

    def park(self) -> None:
        """Close the file and forget what was read, but for when it begins."""
        self.floor, self.exact = self._reorder.floor(), True
        self._groups = iter(())  # the generator is closed, and the file with it
        self._reorder = Reorder(self._reach)
        self._count_again()

    def foresee(self) -> bool:
        """Find a floor without reading the records; False when the format or the file does not allow it."""
        if not isinstance(self._format, Foreseeing):
            return False
        try:
            earliest = self._format.earliest(self._file, self._reach)
        except UnreadableSourceError:
            return False  # reading it will say why
        self._count_again()
        if earliest is None:
            return False
        self.floor, self.exact = earliest, False
        return True

    def _count_again(self) -> None:
        self._read_before += self._file.consumed
        self._file.consumed = 0

    def advance(self) -> None:
        """Read the next records."""
        try:
            tables = next(self._groups, None)
        except UnreadableSourceError as error:
            tables = None
            self.refusal = Refusal(path=self._file.shown, code=error.code, reason=error.problem, fix=error.fix)
        if tables is None:
            self._ended = True
            self._file.consumed = self._file.size
            self._groups = iter(())
            self._reorder.close()
        else:
            self._reorder.add(tables)

    def take(self, limit: int) -> list[Piece]:
        """Take out the rows whose key is below the limit; all that are left when no more can come."""
        return self._reorder.take(limit)

    def frontier(self) -> int:
        """Give the smallest key that a record still to be read may have."""
        return self._reorder.frontier

    def held(self) -> int:
        """Count the rows that wait, heavy ones several times."""
        return self._reorder.held() * self._weight

    def lowest(self) -> int:
        """Give the smallest key that may still come out."""
        return self._reorder.floor()

    def most_held(self) -> int:
        """Count the rows that wait at most once the reorder buffer is full, but for its last piece."""
        return self._reach * self._weight

    def done(self) -> bool:
        """Tell whether everything was read and taken."""
        return self._ended and not self._reorder.held()

    def bytes_read(self) -> int:
        """Count the bytes read from disk, twice for those read twice."""
        return self._read_before + self._file.consumed

    def bytes_in_all(self) -> int:
        """Count the bytes that will have been read from disk."""
        return self._read_before + self._file.size

    def source(self) -> Source:
        """Say what was taken from the file so far."""
        remarks: dict[Sentence, None] = dict.fromkeys([*self._file.remarks, *self._tally.remarks])
        if self._reorder.late:
            remarks[
                say_many(
                    "{n} record came more than {reach} places too late: it counts as seen when the file reached it",
                    "{n} records came more than {reach} places too late: they count as seen when the file reached them",
                    self._reorder.late,
                    reach=self._reach,
                )
            ] = None
        return Source(
            path=self._file.shown,
            format=self._format.name,
            records=self._reorder.records,
            rejected=self._tally.rejected,
            unused=self._tally.unused,
            late=self._reorder.late,
            remarks=tuple(remarks),
        )


def grouped(tables: Iterator[tuple[Kind, pl.DataFrame]]) -> Iterator[_Tables]:
    """Put together the tables whose records interleave, so that the file's order can be found again.

    A format that gives several kinds gives, for each stretch of the file, one table a kind: their records lie
    between each other. The next stretch begins after them all.
    """
    group: _Tables = []
    last = 0
    try:
        for kind, table in tables:
            if not table.height:
                continue
            if group and (int(table["record"][0]) > last or any(kind is other for other, _ in group)):
                yield group
                group = []
            group.append((kind, table))
            last = max(last, int(table["record"][-1]))
    except UnreadableSourceError:
        if group:  # what came before the fault was read
            yield group
        raise
    if group:
        yield group
