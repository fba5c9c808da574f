import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.tabbed import MOST_TEXTS, NONE, Sort, read_plain

SORTS = [Sort.SECONDS, Sort.TEXT, Sort.SKIPPED, Sort.NUMBER, Sort.PORT, Sort.TEXT]
PLAIN = b"12.5\tone\tany thing\t7\t80\ttwo\n"


def plain_lines(*lines, sorts=SORTS, separator=b"\t"):
    """Read lines followed by one that is long enough for them all to be looked at."""
    return read_plain(b"".join(lines) + b"#" * 8 + b"\n", len(lines) + 1, separator, sorts)


def test_a_plain_line_gives_its_values():
    found = plain_lines(PLAIN, b"-\ttwo\t\t-\t-\t\n")
    assert found.seconds.tolist()[0][0] == 12.5
    assert np.isnan(found.seconds[0, 1])
    assert found.numbers.tolist() == [[7, NONE], [80, NONE]]
    assert [[found.texts[code] for code in row] for row in found.codes] == [["one", "two"], ["two", ""]]
    assert found.texts == ["one", "two", ""]
    assert found.lines.tolist() == [0, 1]
    assert not len(found.others)


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"\t\t\t\t\t\n",
        b"12345678901.5\tone\tx\t7\t80\ttwo\n",
        b"1.5e3\tone\tx\t7\t80\ttwo\n",
        b"1.1234567\tone\tx\t7\t80\ttwo\n",
        b"-1\tone\tx\t7\t80\ttwo\n",
        b"1\tone\tx\t1234567890123456789\t80\ttwo\n",
        b"1\tone\tx\t7\t65536\ttwo\n",
        b"1\tone\tx\t7 \t80\ttwo\n",
        "1\toné\tx\t7\t80\ttwo\n".encode(),
        b"1\tone\tx\t7\t80\n",
        b"1\tone\tx\t7\t80\ttwo\tthree\n",
        b"1\tone\tx\t7\t80\r\n",
    ],
)
def test_another_line_is_pointed_at_and_leaves_no_trace(line):
    found = plain_lines(PLAIN, line, b"# a comment\n", PLAIN)
    begin = len(PLAIN)
    assert found.others.tolist() == [[begin, begin + len(line), 1]]
    assert found.lines.tolist() == [0, 3]
    assert found.numbers.tolist() == [[7, 7], [80, 80]]


def test_the_last_bytes_are_left_to_others():
    found = read_plain(PLAIN + b"1\n", 2, b"\t", SORTS)
    assert found.lines.tolist() == []
    assert found.others.tolist() == [[0, len(PLAIN), 0], [len(PLAIN), len(PLAIN) + 2, 1]]


def test_more_different_texts_than_there_is_room_for_are_left_to_others():
    lines = [b"%d\n" % number for number in range(MOST_TEXTS + 5)]
    found = plain_lines(*lines, sorts=[Sort.TEXT])
    assert len(found.texts) <= MOST_TEXTS
    assert len(found.texts) + len(found.others) == len(lines)


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\t\n"), max_size=20)
NUMBER = st.one_of(st.just("-"), st.integers(0, 1 << 65).map(str), FIELD)
SECONDS = st.one_of(st.just("-"), st.decimals(0, 10**10, places=6).map(str), FIELD)


@given(st.lists(st.tuples(SECONDS, FIELD, FIELD, NUMBER, NUMBER, FIELD), max_size=20))
def test_what_is_given_is_what_is_written(rows):
    lines = ["\t".join(row).encode() + b"\n" for row in rows]
    found = plain_lines(*lines)
    for place, at in enumerate(found.lines.tolist()):
        row = rows[at]
        seconds, numbers = found.seconds[0, place], found.numbers[:, place].tolist()
        assert np.isnan(seconds) if row[0] == "-" else seconds == float(row[0])
        assert numbers == [NONE if text == "-" else int(text) for text in row[3:5]]
        assert [found.texts[code] for code in found.codes[:, place]] == [row[1], row[5]]
    ends = np.cumsum([0, *(len(line) for line in lines)])
    assert all((begin, end) == (ends[place], ends[place + 1]) for begin, end, place in found.others.tolist())
    comments = [place for place, row in enumerate(rows) if row[0].startswith("#")]
    assert sorted([*found.lines.tolist(), *found.others[:, 2].tolist(), *comments]) == list(range(len(rows)))
