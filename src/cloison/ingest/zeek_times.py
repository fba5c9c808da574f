"""When the lines of a Zeek log begin, told without reading more of each than its first digits."""

from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from cloison.ingest.instants import LATEST

_PIECE = 1 << 20
_EIGHT = 8
_PLAIN = 11
"""Bytes of a time that begins plainly: ten digits, as from 2001 to 2286, then the point."""

_TELLING = 32
"""Bytes within which any other time ends."""

_MOST_ODD = 1_000
"""Lines looked at one by one."""

_HIGH = np.uint64(0xF0F0_F0F0_F0F0_F0F0)
_ZEROS = np.uint64(0x3030_3030_3030_3030)
_SIX = np.uint64(0x0606_0606_0606_0606)
_LOW = np.uint64(0x0F0F_0F0F_0F0F_0F0F)


def earliest_line(stream: BinaryIO, lines: int) -> int | None:
    """Give a time that none of the first lines precedes, at most 100 seconds before the earliest of them.

    Args:
        stream: lines that begin with seconds since 1970 and a tab; comments and blank lines are passed over, and
            so are lines that begin with no time, which no reader takes.
        lines: how many to look at, at the least, those with a time alone counted.

    Returns:
        Microseconds since 1970, the greatest int64 where no line has a time; None when too many lines are written
        in another way than Zeek's.

    Source: eight bytes told to be digits, and read, as one number: Lemire, "Quickly parsing eight digits" (2018).
    """
    earliest = int(np.iinfo(np.int64).max)
    odd = 0
    rest = b"\n"
    while lines > 0 and (piece := stream.read(_PIECE)):
        data = rest + piece
        starts = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
        whole = int(np.searchsorted(starts, len(data) - _TELLING, side="right"))
        rest = data[starts[whole] - 1 :] if whole < len(starts) else b""
        hundreds, others = _plain(data, starts[:whole])
        if len(hundreds):
            earliest = min(earliest, int(hundreds.min()) * 100_000_000)
        odd += len(others)
        if odd > _MOST_ODD:
            return None
        earliest = min([earliest, *_one_by_one(data, others)])
        lines -= len(hundreds)
    if lines > 0:
        starts = np.flatnonzero(np.frombuffer(rest, np.uint8) == ord("\n")) + 1
        earliest = min([earliest, *_one_by_one(rest, starts)])
    return earliest


def _plain(data: bytes, starts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Give the hundreds of seconds of the lines that begin plainly, and where the others start."""
    if not len(starts):
        return np.empty(0, np.uint64), starts
    octets = np.frombuffer(data, np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(octets, _EIGHT)
    eight = windows[starts].view(">u8").ravel().astype(np.uint64)
    digits = ((eight & _HIGH) == _ZEROS) & (((eight + _SIX) & _HIGH) == _ZEROS)
    for place in (_EIGHT, _EIGHT + 1):
        digits &= (octets[starts + place] - np.uint8(ord("0"))) < 10  # noqa: PLR2004 - a digit, wrapping below "0"
    digits &= octets[starts + _PLAIN - 1] == ord(".")
    found = eight[digits] & _LOW
    number = np.zeros(len(found), np.uint64)
    for place in range(7, -1, -1):
        number = number * np.uint64(10) + ((found >> np.uint64(place * _EIGHT)) & np.uint64(0x0F))
    others = starts[~digits]
    return number, others[~np.isin(octets[others], [ord("#"), ord("\r"), ord("\n")])]


def _one_by_one(data: bytes, starts: npt.NDArray[np.int64]) -> list[int]:
    """Give the times, in microseconds, of lines that have one, whatever its spelling."""
    times = []
    for start in starts.tolist():
        try:
            seconds = float(data[start : start + _TELLING].split(b"\n")[0].split(b"\t")[0])
        except ValueError:
            continue
        if 0.0 <= seconds < LATEST:
            times.append(int(seconds * 1e6) - 1)
    return times
