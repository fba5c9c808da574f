import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest import lines
from cloison.ingest.lines import blocks, line_starts


@given(
    st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), min_size=1, max_size=30),
    st.booleans(),
    st.integers(1, 64),
)
def test_blocks_hold_every_line_once_under_its_number(written, ends, size):
    data = b"\n".join(written) + (b"\n" if ends else b"")
    expected = (data if data.endswith(b"\n") or not data else data + b"\n").removeprefix(b"\xef\xbb\xbf")
    if expected == b"\n" and not data.endswith(b"\n"):
        expected = b""
    given_ = list(blocks(io.BytesIO(data), size))
    assert b"".join(block.data for block in given_) == expected
    number = 1
    for block in given_:
        assert block.first == number
        assert block.count == block.data.count(b"\n")
        number += block.count


def test_a_line_longer_than_any_record_is_dropped_and_counted_whatever_the_pieces():
    data = b"one\n" + b"x" * (lines.LONGEST_LINE + 1) + b"\nthree\n" + b"y" * (3 * lines.LONGEST_LINE)
    for size in (1 << 16, 1 << 20, 1 << 23):
        kept, skipped = [], 0
        for block in blocks(io.BytesIO(data), size):
            kept += [(block.first + i, line) for i, line in enumerate(block.data.split(b"\n")[:-1])]
            skipped += block.skipped
        assert kept == [(1, b"one"), (3, b"three")]
        assert skipped == 2


def test_the_longest_line_allowed_is_kept():
    data = b"x" * lines.LONGEST_LINE + b"\n"
    assert [block.data for block in blocks(io.BytesIO(data), 1 << 18)] == [data]


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert next(blocks(io.BytesIO(b"\xef\xbb\xbfone\n"))).data == b"one\n"


def test_line_starts_end_with_the_length():
    assert np.array_equal(line_starts(b"a\n\nbc\n"), [0, 2, 3, 6])
