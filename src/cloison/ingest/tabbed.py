"""Read lines of columns parted by tabs in machine code: several times faster, for the lines that are written plainly.

What is plain is said in `Sort`; every other line is only pointed at, for a reader that takes its time. Texts are given
as places in a list of those met: a day of connections holds millions of addresses and a few thousand different ones.

Source: eight bytes compared at a time, as Mycroft 1987 told them from zero (comp.arch, "strlen in fewer instructions");
separators found and numbers read in one pass after Langdale & Lemire, "Parsing gigabytes of JSON per second", 2019.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from numba import types
from numba.extending import intrinsic

from cloison.compiled import compiled

Octets: TypeAlias = npt.NDArray[np.uint8]
Codes: TypeAlias = npt.NDArray[np.int32]
Words: TypeAlias = npt.NDArray[np.uint64]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

NONE = (1 << 64) - 1
"""In place of a number that was not told."""

MOST_TEXTS = 1 << 16
"""Different texts of one block; lines that bring more are not plain."""


class Sort(IntEnum):
    """What a column holds, and when it is plain. A hyphen alone, in a column of numbers, is a number not told."""

    SKIPPED = 0
    SECONDS = 1  # at most 10 digits, then at most 6 after a point
    NUMBER = 2  # at most 18 digits
    PORT = 3  # a number of at most 65,535
    TEXT = 4  # ASCII


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The plain lines of a block, and where the others are.

    Attributes:
        lines: (n,) 0-based places of the plain lines in the block, rising.
        seconds: (a, n), one row for each column of its sort, in their order; NaN where none was told.
        numbers: (b, n), ports among them; `NONE` where none was told.
        codes: (c, n) places in `texts`.
        texts: every text met, in the order of meeting.
        others: (o, 3) for each other line but comments: where it begins, where it ends after its newline, its place.
    """

    lines: Ints
    seconds: Floats
    numbers: Words
    codes: Codes
    texts: list[str]
    others: Ints


def read_plain(data: bytes, lines: int, separator: bytes, sorts: Sequence[Sort]) -> Plain:
    """Read the plain lines of a block.

    Args:
        data: whole lines, each ending with a newline; those that begin with "#" are passed over.
        lines: how many.
        separator: one byte, no newline.
        sorts: of every column; a line with more or fewer of them is not plain.
    """
    place: dict[Sort, int] = {}
    rows = np.zeros(len(sorts), np.uint64)
    for column, sort in enumerate(sorts):
        table = Sort.NUMBER if sort is Sort.PORT else sort
        rows[column] = place.get(table, 0)
        place[table] = place.get(table, 0) + 1
    seconds = np.empty((place.get(Sort.SECONDS, 0), lines))
    numbers = np.empty((place.get(Sort.NUMBER, 0), lines), np.uint64)
    codes = np.empty((place.get(Sort.TEXT, 0), lines), np.int32)
    at, others = np.empty(lines, np.int64), np.empty((lines, 3), np.int64)
    most = min(MOST_TEXTS, max(1, lines * len(codes)))
    slots = np.full(1 << (2 * most - 1).bit_length(), _EMPTY, np.int32)
    texts, counts = np.empty((most, 2), np.uint64), np.zeros(3, np.int64)
    octets, safe = np.frombuffer(data, np.uint8), np.uint64(data.rfind(b"\n", 0, max(len(data) - 8, 0)) + 1)
    kinds = np.array(sorts, np.int8)
    _read(octets, safe, np.uint8(separator[0]), kinds, rows, seconds, numbers, codes, at, others, slots, texts, counts)
    plain, odd, met = counts.tolist()
    return Plain(
        lines=at[:plain],
        seconds=seconds[:, :plain],
        numbers=numbers[:, :plain],
        codes=codes[:, :plain],
        texts=[data[begin : begin + length].decode("ascii") for begin, length in texts[:met].tolist()],
        others=others[:odd],
    )


_EMPTY = -1
_PROBES = 64  # texts may be chosen to fall on each other: beyond, the line is not plain

_ONE, _EIGHT, _TEN = np.uint64(1), np.uint64(8), np.uint64(10)
_ONES, _HIGHS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_NEWLINE, _COMMENT, _POINT, _HYPHEN, _ZERO = (np.uint8(ord(one)) for one in "\n#.-0")
_SKIPPED, _SECONDS, _PORT, _TEXT = int(Sort.SKIPPED), int(Sort.SECONDS), int(Sort.PORT), int(Sort.TEXT)
_HIGHEST_PORT, _NONE = np.uint64(65535), np.uint64(NONE)
_MOST_DIGITS, _SECONDS_DIGITS, _DECIMALS = np.uint64(18), np.uint64(10), np.uint64(6)


def _unaligned(_: Any, octets: Any, at: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numba's own

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401 - numba's own
        array = context.make_array(signature.args[0])(context, builder, values[0])
        word = context.get_value_type(types.uint64).as_pointer()
        return builder.load(builder.bitcast(builder.gep(array.data, [values[1]]), word), align=1)

    return types.uint64(octets, at), make


_load = cast("Callable[[Octets, np.uint64], np.uint64]", intrinsic(_unaligned))
"""Read eight bytes as a number, the first one lowest, wherever they lie."""


@compiled(
    "void(Array(uint8, 1, 'C', True), uint64, uint8, int8[::1], uint64[::1], float64[:, ::1], uint64[:, ::1],"
    " int32[:, ::1], int64[::1], int64[:, ::1], int32[::1], uint64[:, ::1], int64[::1])"
)
def _read(  # noqa: C901, PLR0912, PLR0915, PLR0917 - in one piece: cut in functions, the same loop takes two and a half times longer
    octets: Octets,
    safe: np.uint64,
    separator: np.uint8,
    sorts: npt.NDArray[np.int8],
    rows: Words,
    seconds: Floats,
    numbers: Words,
    codes: Codes,
    lines: Ints,
    others: Ints,
    slots: Codes,
    texts: Words,
    counts: Ints,
) -> None:
    """Fill the tables of `Plain`.

    Args:
        octets: the block.
        safe: where the last lines begin, eight bytes or more from the block's end: they count as not plain.
        separator: between columns.
        sorts: of each column.
        rows: of each column, in the table of its sort.
        seconds: see `Plain`, as the four below.
        numbers: filled.
        codes: filled.
        lines: filled.
        others: filled.
        slots: a power of two of them, all `_EMPTY`: places in `texts` by hash, with room left.
        texts: filled; where each text begins, and its length.
        counts: filled: how many lines are plain, how many are not, how many texts were met.
    """
    separators, newlines = _ONES * np.uint64(separator), _ONES * _TEN
    width, mask, most = np.uint64(sorts.size), np.uint64(slots.size - 1), np.int32(texts.shape[0])
    plain_lines, other_lines, met = np.uint64(0), np.uint64(0), np.int32(0)
    at, place = np.uint64(0), np.int64(0)
    while at < np.uint64(octets.size):
        begin, column = at, np.uint64(0)
        comment = octets[at] == _COMMENT
        plain = at < safe and not comment
        while plain:
            sort, start = sorts[column], at
            if sort in (_SKIPPED, _TEXT):
                mixed, high, ends = np.uint64(0), np.uint64(0), np.uint64(0)
                while ends == np.uint64(0):
                    word = _load(octets, at)
                    left, right = word ^ separators, word ^ newlines
                    ends = (((left - _ONES) & ~left) | ((right - _ONES) & ~right)) & _HIGHS
                    if ends:  # keep the bytes before the first separator
                        before = ((ends & (~ends + _ONE)) >> np.uint64(7)) - _ONE
                        word &= before
                        at += ((before & _ONES) * _ONES) >> np.uint64(56)
                    else:
                        at += _EIGHT
                    mixed = (mixed ^ word) * _GOLDEN
                    mixed ^= mixed >> np.uint64(32)
                    high |= word
                if sort == _TEXT:
                    length, slot, code = at - start, mixed & mask, np.int32(_EMPTY)
                    for _ in range(_PROBES if not high & _HIGHS else 0):
                        found = slots[slot]
                        if found == _EMPTY:
                            if met < most:
                                code = met
                                texts[np.uint64(met), 0], texts[np.uint64(met), 1] = start, length
                                slots[slot] = code
                                met += np.int32(1)
                            break
                        known = np.uint64(found)
                        if texts[known, 1] == length:
                            there, done, differ = texts[known, 0], np.uint64(0), np.uint64(0)
                            while done + _EIGHT <= length:
                                differ |= _load(octets, there + done) ^ _load(octets, start + done)
                                done += _EIGHT
                            if done < length:
                                last = _load(octets, there + done) ^ _load(octets, start + done)
                                differ |= last << (_EIGHT * (_EIGHT - (length - done)))
                            if differ == np.uint64(0):
                                code = found
                                break
                        slot = (slot + _ONE) & mask
                    codes[rows[column], plain_lines] = code
                    plain = code != _EMPTY
            else:
                value = np.uint64(0)
                digit = np.uint64(np.uint8(octets[at] - _ZERO))
                while digit < _TEN:
                    value = value * _TEN + digit
                    at += _ONE
                    digit = np.uint64(np.uint8(octets[at] - _ZERO))
                digits = at - start
                if digits == np.uint64(0):
                    plain = octets[at] == _HYPHEN
                    at += np.uint64(plain)
                    if sort == _SECONDS:
                        seconds[rows[column], plain_lines] = np.nan
                    else:
                        numbers[rows[column], plain_lines] = _NONE
                elif sort == _SECONDS:
                    plain = digits <= _SECONDS_DIGITS
                    left = _DECIMALS
                    if octets[at] == _POINT:
                        at += _ONE
                        digit = np.uint64(np.uint8(octets[at] - _ZERO))
                        while digit < _TEN and left > np.uint64(0):
                            value = value * _TEN + digit
                            left -= _ONE
                            at += _ONE
                            digit = np.uint64(np.uint8(octets[at] - _ZERO))
                    while left > np.uint64(0):
                        value *= _TEN
                        left -= _ONE
                    # Both are exact, so that this is the nearest number there is, as when it is read at once.
                    seconds[rows[column], plain_lines] = np.float64(value) / 1e6
                else:
                    plain = digits <= _MOST_DIGITS and (sort != _PORT or value <= _HIGHEST_PORT)
                    numbers[rows[column], plain_lines] = value
                plain = plain and (octets[at] == separator or octets[at] == _NEWLINE)
            column += _ONE
            if octets[at] == _NEWLINE:
                plain = plain and column == width
                break
            at += _ONE
            plain = plain and column < width
        if plain:
            lines[plain_lines] = place
            plain_lines += _ONE
        else:
            at = begin
            while octets[at] != _NEWLINE:
                at += _ONE
            if not comment:
                others[other_lines, 0], others[other_lines, 1] = np.int64(begin), np.int64(at + _ONE)
                others[other_lines, 2] = place
                other_lines += _ONE
        at += _ONE
        place += 1
    counts[0], counts[1], counts[2] = np.int64(plain_lines), np.int64(other_lines), np.int64(met)
