import io

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.ingest import zeek_times
from cloison.ingest.instants import LATEST
from cloison.ingest.zeek_times import earliest_line

NO_LINE = (1 << 63) - 1

TIMES = st.one_of(
    st.floats(0, 7e9).map(lambda seconds: f"{seconds:.6f}"),
    st.floats(1.6e9, 1.8e9).map(lambda seconds: f"{seconds:.6f}"),
    st.sampled_from(["-", "", "nan", "1e9", "12", "1700000000", "-5.0", "17000x0000.5", "1700000000\r"]),
)


def told(text):
    """Give the time at the beginning of a line, if one is there."""
    try:
        seconds = float(text.split("\t")[0])
    except ValueError:
        return None
    return seconds if 0 <= seconds < LATEST else None


@settings(deadline=None)
@given(st.lists(st.one_of(TIMES.map(lambda time: f"{time}\tCx\t192.0.2.1"), st.sampled_from(["#close\tx", ""]))))
def test_no_line_precedes_what_is_told_and_one_is_within_100_seconds_of_it(lines):
    text = "".join(f"{line}\n" for line in lines)
    earliest = earliest_line(io.BytesIO(text.encode()), 1 << 20)
    times = [time for line in lines if (time := told(line)) is not None]
    if times:
        assert min(times) * 1e6 - 100_000_002 < earliest <= min(times) * 1e6
    else:
        assert earliest == NO_LINE


@settings(deadline=None)
@given(st.integers(40, 200), st.integers(0, 40))
def test_the_size_of_the_pieces_changes_nothing(piece, before):
    times = [1_772_409_600.25 + 13 * ((n * 7) % 60) for n in range(60)]
    text = "#path\tconn\n" * before + "".join(f"{time:.6f}\t{'x' * (n % 9)}\n" for n, time in enumerate(times))
    whole = earliest_line(io.BytesIO(text.encode()), 1 << 20)
    kept = zeek_times._PIECE
    try:
        zeek_times._PIECE = piece
        assert earliest_line(io.BytesIO(text.encode()), 1 << 20) == whole == 1_772_409_600_000_000
    finally:
        zeek_times._PIECE = kept


def test_lines_beyond_those_asked_for_are_not_read():
    text = "1772409600.000000\tx\n" * 200_000 + "1000000000.000000\tx\n"
    assert earliest_line(io.BytesIO(text.encode()), 100_000) == 1_772_409_600_000_000


def test_a_file_whose_lines_begin_otherwise_is_not_told():
    assert earliest_line(io.BytesIO(b"2026-03-02T00:00:00Z\tx\n" * 60_000), 1 << 20) is None
