import io
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.errors import BadBackupError, MissingFileError, UnwritableFileError
from cloison.store.archive import CHUNK, MAGIC, Opening, Sealing, opened_file, sealed_file

SECRET = "cinq mots sans aucun rapport"  # noqa: S105 - of nobody
LIGHT = 32
"""KiB: as much memory as a real key takes would make the tests last minutes."""


def sealed(content, *, cut=7):
    out = io.BytesIO()
    sealing = Sealing(out, SECRET, kibibytes=LIGHT)
    for start in range(0, len(content), max(len(content) // cut, 1)):
        sealing.write(content[start : start + max(len(content) // cut, 1)])
    sealing.finish()
    return out.getvalue()


def opened(content, secret=SECRET):
    return io.BufferedReader(Opening(io.BytesIO(content), secret, where="x")).read()


SHORT = sealed(b"un hopital")
LONG = sealed(bytes(range(256)) * 1024)  # four whole chunks: the last one is full


@given(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]), st.integers(1, 9))
def test_what_is_sealed_is_read_back_however_it_was_written(size, cut):
    content = bytes(size)
    assert opened(sealed(content, cut=cut)) == content


@given(st.data())
def test_a_bit_that_was_altered_anywhere_is_told(data):
    where = data.draw(st.integers(0, len(SHORT) - 1))
    # Costs that were altered upwards may ask for a gigabyte before they are found wrong: refused or not, never read.
    if len(MAGIC) + 23 <= where < len(MAGIC) + 35:
        return
    altered = bytearray(SHORT)
    altered[where] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadBackupError):
        opened(bytes(altered))


@pytest.mark.parametrize("place", range(len(MAGIC) + 23, len(MAGIC) + 35))
def test_costs_that_were_altered_are_told_before_memory_is_taken(place):
    altered = bytearray(SHORT)
    altered[place] ^= 1 if place % 4 == (len(MAGIC) + 26) % 4 else 0x80
    with pytest.raises(BadBackupError):
        opened(bytes(altered))


@given(st.integers(0, len(LONG) - 1))
def test_an_end_that_is_missing_is_told(size):
    with pytest.raises(BadBackupError):
        opened(LONG[:size])


def test_chunks_that_changed_places_are_told():
    head, step = len(SHORT) - len(b"un hopital") - 16, CHUNK + 16
    swapped = LONG[:head] + LONG[head + step : head + 2 * step] + LONG[head : head + step] + LONG[head + 2 * step :]
    with pytest.raises(BadBackupError):
        opened(swapped)


def test_something_added_at_the_end_is_told():
    with pytest.raises(BadBackupError):
        opened(LONG + b"x")
    with pytest.raises(BadBackupError):
        opened(SHORT + SHORT)


def test_another_passphrase_opens_nothing():
    with pytest.raises(BadBackupError, match="passphrase"):
        opened(SHORT, SECRET + "s")


def test_the_same_content_is_never_sealed_alike():
    assert sealed(b"x") != sealed(b"x")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(b"before")

    def write():
        with sealed_file(path, SECRET, kibibytes=LIGHT) as out:
            out.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert path.read_bytes() == b"before"
    with sealed_file(path, SECRET, kibibytes=LIGHT) as out:
        out.write(b"after")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with opened_file(path, SECRET) as source:
        assert io.BufferedReader(source).read() == b"after"


def test_a_place_that_cannot_be_written_or_read_is_told(tmp_path):
    with pytest.raises(UnwritableFileError), sealed_file(tmp_path / "no" / "where", SECRET, kibibytes=LIGHT):
        pass
    with pytest.raises(MissingFileError), opened_file(tmp_path / "nothing", SECRET):
        pass
