import io
import struct

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloison.ingest.windows.chunks import CHUNK_BYTES, HEADER_BYTES, Unrolled, chunk_ages

HEADER = b"ElfFile\0".ljust(HEADER_BYTES, b"h")


def chunk(first, letter=b"c"):
    return (b"ElfChnk\0" + struct.pack("<QQQQ", 1, 2, first, first + 1)).ljust(CHUNK_BYTES, letter)


def ages_of(*chunks, tail=b""):
    log = HEADER + b"".join(chunks) + tail
    return chunk_ages(io.BytesIO(log), len(log))


def test_a_chunk_is_as_old_as_its_first_event():
    assert ages_of(chunk(500), chunk(100), chunk(200)) == [500, 100, 200]
    assert ages_of(chunk(1), tail=b"x") == [1, -1]
    assert ages_of(chunk(1), tail=chunk(2)[:100]) == [1, 2]


def test_a_damaged_chunk_has_no_age():
    assert ages_of(bytes(CHUNK_BYTES), chunk(7), b"x" * CHUNK_BYTES) == [-1, 7, -1]


def test_a_log_without_a_whole_chunk_has_none():
    assert chunk_ages(io.BytesIO(b"ElfFile\0"), 8) == []


def test_damaged_chunks_come_last(tmp_path):
    parts = [b"x" * CHUNK_BYTES, chunk(2), bytes(CHUNK_BYTES), chunk(1)]
    (tmp_path / "log").write_bytes(HEADER + b"".join(parts))
    with Unrolled(tmp_path / "log") as log:
        assert log.whole == 2
        assert log.read() == HEADER + parts[3] + parts[1] + parts[0] + parts[2]


def test_the_whole_is_the_header_then_the_chunks_by_age_the_last_filled_up(tmp_path):
    parts = [chunk(3, b"n"), chunk(1, b"o"), chunk(2, b"m")[:500]]
    (tmp_path / "log").write_bytes(HEADER + b"".join(parts))
    with Unrolled(tmp_path / "log") as log:
        assert log.cut
        assert log.read() == HEADER + parts[1] + parts[2].ljust(CHUNK_BYTES, b"\0") + parts[0]
        assert log.read(5) == b""
        assert log.readable()
        assert log.seekable()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.permutations(range(3)), st.integers(0, 5 * CHUNK_BYTES), st.integers(0, 3 * CHUNK_BYTES))
def test_any_stretch_is_the_same_as_in_a_log_that_lies_in_order(tmp_path, ages, start, length):
    parts = [chunk(age, bytes([97 + age])) for age in ages]
    whole = HEADER + b"".join(sorted(parts, key=lambda part: part[24:32]))
    (tmp_path / "log").write_bytes(HEADER + b"".join(parts))
    with Unrolled(tmp_path / "log") as log:
        assert not log.cut
        assert log.seek(start) == log.tell() == start
        assert log.read(length) == whole[start : start + length]
        assert log.seek(0, io.SEEK_END) == len(whole)
        assert log.seek(-4, io.SEEK_CUR) == len(whole) - 4
