import gzip
import os

import pytest
import zstandard

from cloison.errors import UnreadableSourceError
from cloison.ingest import opening
from cloison.ingest.opening import open_source

TEXT = b"".join(b"line %d of an ordinary log\n" % i for i in range(20_000))


def opened(folder, data, name="x.log"):
    file = folder / name
    file.write_bytes(data)
    return open_source(file, name)


def everything(source):
    with source.stream() as stream:
        return stream.read()


@pytest.mark.parametrize(
    "packed",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        gzip.compress(TEXT) + b"\0" * 512,
        zstandard.compress(TEXT),
        zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:]),
    ],
    ids=["plain", "gzip", "gzip of two members", "gzip padded with zeros", "zstd", "zstd of two frames"],
)
def test_compression_is_told_by_content_and_undone(tmp_path, packed):
    source = opened(tmp_path, packed)
    assert source.head == TEXT[: opening.HEAD_BYTES]
    assert everything(source) == TEXT
    assert source.consumed == len(packed)
    assert source.remarks == []


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_truncated_archive_gives_what_it_holds_and_says_so(tmp_path, pack):
    noise = os.urandom(400_000)
    packed = pack(noise)
    source = opened(tmp_path, packed[: len(packed) // 2])
    got = everything(source)
    assert noise.startswith(got)
    assert len(got) > 10_000
    assert [str(remark) for remark in source.remarks] == ["the compressed file is cut short: what it holds was read"]


def test_a_damaged_archive_gives_what_comes_before_the_damage(tmp_path):
    packed = bytearray(gzip.compress(TEXT + os.urandom(200_000)))
    packed[-50_000:-49_000] = b"\xff" * 1000
    source = opened(tmp_path, bytes(packed))
    assert everything(source).startswith(TEXT[:1000])
    assert "damaged" in str(source.remarks[0])


def test_what_follows_the_compressed_data_is_ignored_and_remarked(tmp_path):
    source = opened(tmp_path, gzip.compress(TEXT) + b"not gzip")
    assert everything(source) == TEXT
    assert [str(remark) for remark in source.remarks] == ["what follows the compressed data was ignored"]


def test_a_bomb_is_refused_before_it_fills_memory(tmp_path):
    source = opened(tmp_path, gzip.compress(bytes(opening.BOMB_BYTES + 50_000_000)))
    total = 0
    with pytest.raises(UnreadableSourceError, match="decompression bomb"), source.stream() as stream:  # noqa: PT012  # the read raises  # the read raises
        while piece := stream.read(1 << 20):
            total += len(piece)
    assert total <= opening.BOMB_BYTES
    with pytest.raises(UnreadableSourceError, match="decompression bomb"), source.on_disk():
        pass


def test_a_denser_bomb_is_refused_on_sight(tmp_path):
    with pytest.raises(UnreadableSourceError, match="decompression bomb"):
        opened(tmp_path, zstandard.compress(bytes(opening.BOMB_BYTES * 3)))


def test_a_file_that_shrinks_while_it_is_read_ends_early_and_says_so(tmp_path):
    source = opened(tmp_path, TEXT * 4)
    with source.stream() as stream:
        first = stream.read(1000)
        os.truncate(source.path, 2000)
        rest = stream.read()
    assert (TEXT * 4).startswith(first + rest)
    assert [str(remark) for remark in source.remarks] == ["the file became shorter while it was read"]


def test_a_file_that_disappears_while_it_is_read_is_read_to_its_end(tmp_path):
    source = opened(tmp_path, TEXT)
    with source.stream() as stream:
        first = stream.read(1000)
        source.path.unlink()
        assert first + stream.read() == TEXT
    with pytest.raises(UnreadableSourceError, match="cannot be opened"):
        source.stream()


def test_on_disk_gives_the_file_itself_or_a_private_copy_that_goes(tmp_path):
    plain = opened(tmp_path, TEXT)
    with plain.on_disk() as path:
        assert path == plain.path
    packed = opened(tmp_path, gzip.compress(TEXT), "x.log.gz")
    with packed.on_disk() as path:
        assert path.read_bytes() == TEXT
        assert path.name == "x.log"
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()


def test_what_is_no_regular_file_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableSourceError, match="not a regular file"):
        open_source(pipe, "pipe")
