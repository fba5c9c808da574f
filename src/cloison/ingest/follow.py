"""Follow folders of logs that grow and rotate: each record once, in whichever file it is by now.

Renaming, compressing (`conn.10:00:00-11:00:00.log.gz`) and copy-and-empty are all met the same way: by the log's first
bytes, see `follow_log`. Captures, nfcapd's files and event logs are read once they are complete.
"""

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from cloison.errors import MissingFileError, UnreadableSourceError
from cloison.ingest.follow_log import PRINT_BYTES, Log, Slice, Tables, in_lines, restored
from cloison.ingest.format import Format, Tally
from cloison.ingest.known import known_formats, recognise
from cloison.ingest.looks import look
from cloison.ingest.opening import SourceFile, open_source
from cloison.ingest.order import NEVER
from cloison.ingest.walk import find_files
from cloison.model.reading import Refusal
from cloison.words import say

COMPLETE_SECONDS = 5
"""A compressed file, or nfcapd's, that has not changed for this long is complete: they are written at one go."""

QUIET_SECONDS = 60
"""A capture that has not changed for this long is complete, unless a later one of its folder says so before; and a
text that has not changed for this long has its last line, even without a newline."""

FORGET_SECONDS = 2 * 86_400
"""After this, the archive of a log that was deleted is not waited for."""

BEING_WRITTEN = "nfcapd.current"
"""What nfcapd calls the file that it fills: nfcapd(1)."""

_Inode = tuple[int, int]


class Follower:
    """Logs that are followed.

    Attributes:
        logs: the logs met, by origin.
        gone: where the logs lay that are forgotten: their files are gone for long.
        refusals: files that are no logs, by path.
    """

    def __init__(self, paths: Sequence[Path], *, formats: Sequence[Format] | None = None) -> None:
        """Take files and folders; nothing is looked at before `look`."""
        self._paths = tuple(paths)
        self._formats = tuple(formats if formats is not None else known_formats())
        self.logs: dict[int, Log] = {}
        self.gone: dict[int, str] = {}
        self.refusals: dict[str, Refusal] = {}
        self._met: dict[_Inode, Log] = {}
        self._left_alone: dict[_Inode, tuple[int, int]] = {}
        self._copies: dict[int, tuple[Path, str, bool, _Inode]] = {}
        self._prints: dict[int, dict[str, Log]] = {}
        self._growing: list[Log] = []  # whose print is still short
        self._queues: dict[str, deque[Log]] = {}  # with something unread, by series, in the order of time
        self._high: dict[str, int] = {}

    def check(self) -> None:
        """Refuse paths that are not there.

        Raises:
            MissingFileError: a path is not there, or may not be read.
        """
        find_files(self._paths)

    def look(self, now: float) -> None:
        """See which files are new, have grown, were renamed, emptied or compressed.

        Args:
            now: seconds since 1970.
        """
        found = list(self._present())
        unknown = []
        present = set()
        for shown, path, facts in found:
            inode = (facts.st_dev, facts.st_ino)
            present.add(inode)
            log = self._met.get(inode)
            if log is None or not self._still(log, path, shown, facts, now):
                unknown.append((shown, path, facts))
        for inode in [inode for inode in self._met if inode not in present]:
            self._met.pop(inode).leave()
        for shown, path, facts in sorted(unknown, key=lambda one: (one[2].st_mtime_ns, one[0])):
            self._meet(shown, path, facts, now, found)
        for log in self.logs.values():
            if not log.here and log.origin in self._copies:
                path, shown, packed, inode = self._copies.pop(log.origin)
                self._adopt(log, path, shown, packed=packed, inode=inode)
        self._forget(now)
        self._queue()

    def unread(self) -> bool:
        """Tell whether the last look saw something that is not taken."""
        return bool(self._turns())

    def behind(self) -> int:
        """Count the bytes that the last look saw and that are not taken."""
        return sum(log.behind() for queue in self._queues.values() for log in queue)

    def floor(self) -> int:
        """Give the moment, in microseconds since 1970, that unread rows are about to tell; `NEVER` without any."""
        return min((pace for pace, _ in self._turns()), default=NEVER)

    def read(self) -> tuple[Log, Tables] | None:
        """Take the next rows, of the series that is furthest behind in time; None when all is read."""
        turns = self._turns()
        if not turns:
            return None
        log = min(turns, key=lambda turn: (turn[0], turn[1].origin))[1]
        tables = log.read()
        self._high[log.series] = max(self._high.get(log.series, 0), log.high)
        if not log.unread() and (log.final or not log.here):
            log.rest()
        return log, tables

    def finish(self) -> None:
        """Take each text as complete: its last line counts, even without a newline."""
        for log in self.logs.values():
            log.final = True
        self._queue()

    def rest(self) -> None:
        """Close every file."""
        for log in self.logs.values():
            log.rest()

    def save(self) -> dict[str, Any]:
        """Give plain values, for `take_up`."""
        return {"logs": [log.save() for log in self.logs.values()], "gone": dict(self.gone)}

    def take_up(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `save` gave; logs of a format that is no longer known are left as they are."""
        known = {format_.name: format_ for format_ in self._formats}
        self.gone.update(saved["gone"])
        for one in saved["logs"]:
            log = restored(one, known[one["format"]])
            self.logs[log.origin] = log
            self._register(log)
            self._high[log.series] = max(self._high.get(log.series, 0), log.high)
            if log.here:
                self._met[log.inode] = log

    def _present(self) -> Iterator[tuple[str, Path, os.stat_result]]:
        for path in self._paths:
            try:
                found = find_files([path])
            except MissingFileError:  # a folder may be away for a moment; it was there when we began
                continue
            for shown, file in found:
                try:
                    facts = file.stat()
                except OSError:
                    continue
                if facts.st_size and not file.name.startswith(BEING_WRITTEN):
                    yield shown, file, facts

    def _still(self, log: Log, path: Path, shown: str, facts: os.stat_result, now: float) -> bool:
        """Tell whether a file still holds the log that it held; then note its size and name."""
        changed = (facts.st_size, facts.st_mtime) != (log.size, log.changed)
        shrunk = log.by_lines and not log.packed and facts.st_size < log.offset
        if shrunk or (changed and not log.holds(path)):
            self._met.pop(log.inode)
            log.here = False
            log.rest()
            return False
        log.move(path, shown, packed=log.packed)
        log.size, log.changed = facts.st_size, facts.st_mtime
        log.final = now - facts.st_mtime >= QUIET_SECONDS
        return True

    def _meet(self, shown: str, path: Path, facts: os.stat_result, now: float, found: list[Any]) -> None:
        """Look at a file for the first time, or again after it changed."""
        inode, stamp = (facts.st_dev, facts.st_ino), (facts.st_size, facts.st_mtime_ns)
        if self._left_alone.get(inode) == stamp:
            return
        try:
            file = open_source(path, shown)
            packed = file.head_is_compressed()
        except UnreadableSourceError as error:
            self._refuse(Refusal(path=shown, code=error.code, reason=error.problem, fix=error.fix), inode, stamp)
            return
        format_ = recognise(file.head, self._formats)
        if format_ is None:
            if now - facts.st_mtime >= COMPLETE_SECONDS:  # before, its first line may not be whole
                self._refuse(_unknown(file), inode, stamp)
            return
        by_lines = in_lines(format_, file.head)
        if by_lines and not packed and b"\n" not in file.head and now - facts.st_mtime < QUIET_SECONDS:
            return
        if (packed or not by_lines) and not _complete(path, facts, now, found, packed=packed):
            return
        self.refusals.pop(shown, None)
        known = self._known(file.head)
        if known is not None and known.here:
            self._copies[known.origin] = (path, shown, packed, inode)
            self._left_alone[inode] = stamp
        elif known is not None:
            self._adopt(known, path, shown, packed=packed, inode=inode)
        else:
            self._begin(file, format_, facts, packed=packed, final=now - facts.st_mtime >= QUIET_SECONDS)

    def _begin(self, file: SourceFile, format_: Format, facts: os.stat_result, *, packed: bool, final: bool) -> None:
        log = Log(
            origin=len(self.logs) + len(self.gone),
            shown=file.shown,
            path=file.path,
            format=format_,
            series=f"{os.fspath(file.path.parent)}|{format_.name}|{format_.stream_name(file.head)}",
            packed=packed,
            final=final,
            by_lines=in_lines(format_, file.head),
            size=facts.st_size,
            changed=facts.st_mtime,
            inode=(facts.st_dev, facts.st_ino),
        )
        log.take_print(file.head)
        log.first = _first_moment(file, format_) if log.by_lines else facts.st_mtime_ns // 1000
        self.logs[log.origin] = log
        self._met[log.inode] = log
        self._register(log)

    def _adopt(self, log: Log, path: Path, shown: str, *, packed: bool, inode: _Inode) -> None:
        """Go on with a log in the file that holds it now."""
        log.move(path, shown, packed=packed)
        facts = path.stat() if path.exists() else None
        if facts is None:
            return
        log.here, log.final, log.inode = True, True, inode
        log.size, log.changed = facts.st_size, facts.st_mtime
        log.ended = False
        self._met[inode] = log
        self._left_alone.pop(inode, None)

    def _forget(self, now: float) -> None:
        """Let go of logs whose files are gone for so long that no archive of theirs is still to come."""
        old = [log for log in self.logs.values() if not log.here and now - log.changed > FORGET_SECONDS]
        for log in old:
            log.rest()
            self.gone[log.origin] = log.shown
            del self.logs[log.origin]
            self._prints.get(log.print_size, {}).pop(log.print_hash, None)

    def _register(self, log: Log) -> None:
        self._prints.setdefault(log.print_size, {})[log.print_hash] = log
        if log.print_size < PRINT_BYTES:
            self._growing.append(log)

    def _known(self, head: bytes) -> Log | None:
        """Find the log that begins as this file does."""
        growing, self._growing = self._growing, []
        for log in growing:
            self._register(log)
        for size in sorted(self._prints, reverse=True):
            if 0 < size <= len(head):
                known = self._prints[size].get(sha256(head[:size]).hexdigest())
                # A short file that does not grow is its header alone, which others of its sort begin with too.
                short = known is not None and not known.by_lines and size < PRINT_BYTES
                if known is not None and known.print_size == size and not (short and len(head) > size):
                    return known
        return None

    def _refuse(self, refusal: Refusal, inode: _Inode, stamp: tuple[int, int]) -> None:
        self.refusals[refusal.path] = refusal
        self._left_alone[inode] = stamp

    def _turns(self) -> list[tuple[int, Log]]:
        """Give, for each series with something unread, how far it is in time and the log to go on with."""
        turns = []
        for series, queue in self._queues.items():
            while queue and not queue[0].unread():
                queue.popleft()
            if queue:
                turns.append((self._high.get(series) or queue[0].first, queue[0]))
        return turns

    def _queue(self) -> None:
        queues: dict[str, list[Log]] = {}
        for log in self.logs.values():
            if log.unread():
                queues.setdefault(log.series, []).append(log)
        self._queues = {
            series: deque(sorted(logs, key=lambda log: (log.first, log.origin))) for series, logs in queues.items()
        }


def _first_moment(file: SourceFile, format_: Format) -> int:
    """Give the earliest `seen_at` of a text's first lines, in microseconds since 1970."""
    whole = file.head[: file.head.rfind(b"\n") + 1]
    try:
        tables = list(format_.read(Slice(file.shown, file.head, whole), Tally()))
    except UnreadableSourceError:
        return 0
    moments = [table.select(pl.col("seen_at").min().to_physical()).item() for _, table in tables if table.height]
    return min((moment for moment in moments if moment is not None), default=0)


def _complete(path: Path, facts: os.stat_result, now: float, found: list[Any], *, packed: bool) -> bool:
    """Tell whether a file that is not read by lines has all that it will have."""
    age = now - facts.st_mtime
    if age < COMPLETE_SECONDS:
        return False
    if packed or age >= QUIET_SECONDS:
        return True
    return any(other.parent == path.parent and theirs.st_mtime > facts.st_mtime for _, other, theirs in found)


def _unknown(file: SourceFile) -> Refusal:
    return Refusal(
        path=file.shown,
        code=UnreadableSourceError.code,
        reason=look(file.head, file.size),
        fix=say("name logs of Zeek, Suricata, Argus or Windows, captures or NetFlow files"),
    )
