import gzip
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.logs import CONN, NOON, conn, read, read_text, text_formats, tsv

from cloison.errors import MissingFileError
from cloison.ingest import reading as module
from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.reading import open_reading
from cloison.model.observations import SCHEMAS, Kind

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def shuffled(count, seed=0):
    """Connections out of order, with some that last."""
    dice = random.Random(seed)  # test data  # test data
    return [
        conn(dice.uniform(0, 3600), src=f"192.0.2.{dice.randrange(1, 250)}", duration=f"{dice.expovariate(1):.6f}")
        for _ in range(count)
    ]


def test_a_file_comes_out_sorted_with_its_place_and_its_counts(tmp_path):
    reading, tables = read_text(tmp_path, "conn.log", tsv("conn", CONN, shuffled(500)), block_bytes=4096)
    rows = tables[Kind.FLOW]
    assert rows.schema == pl.Schema(SCHEMAS[Kind.FLOW])
    assert rows.equals(rows.sort("seen_at", "origin", "record"))
    assert sorted(rows["record"]) == list(range(7, 507))
    (source,) = reading.sources
    assert (source.path, source.format) == (str(tmp_path / "conn.log"), "zeek-tsv")
    assert (source.records, source.rejected, source.unused, source.late, source.remarks) == (500, 0, 0, 0, ())
    assert reading.labels == (source.path,)
    assert reading.refusals == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(64, 20_000), st.integers(1, 300), st.integers(0, 5))
def test_the_size_of_the_pieces_never_changes_the_tables(tmp_path, block_bytes, reach, seed):
    text = tsv("conn", CONN, shuffled(120, seed)) + "corrupt\tline\n" + tsv("conn", CONN, shuffled(30, seed + 1))
    whole, expected = read_text(tmp_path, "conn.log", text, reach=reach)
    pieces, tables = read_text(tmp_path, "conn.log", text, reach=reach, block_bytes=block_bytes)
    assert tables[Kind.FLOW].equals(expected[Kind.FLOW])
    assert pieces.sources == whole.sources


def test_much_to_read_is_read_in_haste_and_gives_the_same(tmp_path, monkeypatch):
    rows = [*shuffled(200), conn(3, src="2001:DB8::1"), conn(4, duration="1e-06")]
    _, expected = read_text(tmp_path, "conn.log", tsv("conn", CONN, rows))
    monkeypatch.setattr(module, "LARGE", 1)
    asked = []
    monkeypatch.setattr(ZeekTsv, "hasten", lambda self: asked.append(self) or replace(self, hurried=True))
    _, tables = read_text(tmp_path, "conn.log", tsv("conn", CONN, rows))
    assert tables[Kind.FLOW].equals(expected[Kind.FLOW])
    assert len(asked) == 1


def test_records_too_late_for_the_buffer_are_counted_and_remarked(tmp_path):
    rows = [conn(i, duration="0") for i in range(20)] + [conn(0, duration="0")]
    reading, tables = read_text(tmp_path, "conn.log", tsv("conn", CONN, rows), reach=5)
    (source,) = reading.sources
    assert source.late == 1
    assert "1 record came more than 5 places too late" in str(source.remarks[0])
    moved = tables[Kind.FLOW].filter(pl.col("record") == 27)
    assert moved["ts"].dt.epoch("s").item() == NOON
    assert moved["seen_at"].dt.epoch("s").item() == NOON + 15


def test_rotated_compressed_files_read_like_the_whole(tmp_path):
    rows = sorted(shuffled(300), key=lambda row: row["ts"])
    whole = tmp_path / "whole"
    parts = tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    (whole / "conn.log").write_text(tsv("conn", CONN, rows))
    (parts / "conn.12.log.gz").write_bytes(gzip.compress(tsv("conn", CONN, rows[:100]).encode()))
    (parts / "conn.13.log.zst").write_bytes(zstandard.compress(tsv("conn", CONN, rows[100:200]).encode()))
    (parts / "conn.14.log").write_text(tsv("conn", CONN, rows[200:]))
    one = read(whole)[1][Kind.FLOW].drop("origin", "record")
    three = read(parts)[1][Kind.FLOW]
    assert three["origin"].n_unique() == 3
    assert three.drop("origin", "record").equals(one)


@pytest.mark.parametrize("held_rows", [0, 150, 1 << 20])
def test_files_that_do_not_fit_in_memory_are_read_when_their_time_comes(tmp_path, monkeypatch, held_rows):
    monkeypatch.setattr(module, "HELD_ROWS", held_rows)
    for i in (3, 1, 2, 0):
        rows = [conn(i * 50 + n / 2, src=f"192.0.2.{i + 1}") for n in range(120)]
        (tmp_path / f"conn.{i}.log").write_text(tsv("conn", CONN, rows))
    reading, tables = read(tmp_path, reach=40, block_bytes=2048)
    rows = tables[Kind.FLOW]
    assert rows.height == 480
    assert rows.equals(rows.sort("seen_at", "origin", "record"))
    assert [source.records for source in reading.sources] == [120] * 4
    done, total = reading.progress()
    assert done == total


@pytest.mark.parametrize("held_rows", [60, 200])
def test_calls_that_lasted_long_change_nothing_in_how_rotated_files_follow(tmp_path, monkeypatch, held_rows):
    for i in range(8):
        rows = [conn(i * 60 + n / 2, src=f"192.0.2.{i + 1}", duration="0.2") for n in range(120)]
        rows.append(conn(i * 60 - 50_000, duration=f"{50_001 + i * 7}"))
        (tmp_path / f"conn.{7 - i}.log").write_text(tsv("conn", CONN, rows))
    expected = read(tmp_path, reach=40)
    monkeypatch.setattr(module, "HELD_ROWS", held_rows)
    reading, tables = read(tmp_path, reach=40, block_bytes=2048)
    assert tables[Kind.FLOW].equals(expected[1][Kind.FLOW])
    assert reading.sources == expected[0].sources
    done, total = reading.progress()
    assert done == total


def test_every_batch_follows_the_one_before(tmp_path):
    for i in range(3):
        (tmp_path / f"conn.{i}.log").write_text(tsv("conn", CONN, shuffled(400, i)))
    reading = open_reading([tmp_path], formats=text_formats(4096), reach=50)
    last = None
    for batch in reading.batches():
        assert batch
        for table in batch.values():
            assert table.height
            assert last is None or table["seen_at"].min() >= last
        last = max(table["seen_at"].max() for table in batch.values())


def test_progress_goes_from_nothing_to_everything(tmp_path):
    (tmp_path / "conn.log").write_text(tsv("conn", CONN, shuffled(400)))
    reading = open_reading([tmp_path], formats=text_formats(4096), reach=50)
    size = (tmp_path / "conn.log").stat().st_size
    assert reading.progress() == (0, size)
    for _ in reading.batches():
        assert reading.progress()[0] > 0
    assert reading.progress() == (size, size)


def test_one_percent_of_corrupted_lines_costs_one_percent_of_the_records(tmp_path):
    dice = random.Random(7)  # test data  # test data
    lines = tsv("conn", CONN, shuffled(2000)).split("\n")
    for index in dice.sample(range(6, 2006), 20):
        lines[index] = dice.choice(
            ["\x00\xff garbage", lines[index][: len(lines[index]) // 2], lines[index] + "\tmore"]
        )
    reading, tables = read_text(tmp_path, "conn.log", "\n".join(lines).encode("latin-1"))
    assert tables[Kind.FLOW].height == 1980
    assert reading.sources[0].rejected == 20


def test_a_bomb_is_refused_and_the_other_files_go_on(tmp_path):
    head = tsv("conn", CONN, shuffled(10)).encode()
    (tmp_path / "bomb.log.gz").write_bytes(gzip.compress(head + bytes(150_000_000), 1))
    (tmp_path / "conn.log").write_bytes(head)
    reading, tables = read(tmp_path)
    assert tables[Kind.FLOW].filter(pl.col("origin") == 1).height == 10
    (refusal,) = reading.refusals
    assert refusal.path.endswith("bomb.log.gz")
    assert "decompression bomb" in str(refusal.reason)
    assert refusal.code == "unreadable-source"


def test_an_empty_folder_gives_nothing_and_says_nothing(tmp_path):
    reading, tables = read(tmp_path)
    assert (reading.sources, reading.refusals, reading.labels, tables) == ((), (), (), {})


def test_a_folder_of_pictures_is_refused_file_by_file(tmp_path):
    for i in range(3):
        (tmp_path / f"{i}.jpg").write_bytes(
            b"\xff\xd8\xff\xe0" + random.Random(i).randbytes(5000)
        )  # test data  # test data
    reading, tables = read(tmp_path)
    assert not tables
    assert [str(refusal.reason) for refusal in reading.refusals] == ["it looks like a JPEG picture"] * 3


def test_a_missing_path_is_said_at_once(tmp_path):
    with pytest.raises(MissingFileError, match="not there"):
        open_reading([tmp_path / "absent.log"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [
            b"#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tproto\tconn_state\torig_pkts\n",
            b'{"_path":"conn","ts":1767268800.5,"id.orig_h":"192.0.2.1","id.resp_h":"192.0.2.2"}\n',
            b'{"timestamp":"2026-01-01T12:00:00.1+0000","event_type":"flow","src_ip":"192.0.2.1"}\n',
            b"StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State\n",
            b"",
        ]
    ),
    st.lists(
        st.one_of(
            st.binary(max_size=80),
            st.sampled_from(
                [
                    b"\t",
                    b"\n",
                    b"#fields\t\t\n",
                    b"#separator ,\n",
                    b'{"ts":',
                    b"[" * 3000,
                    b"}\n",
                    b"1e999\t",
                    b'"ts":-1',
                    b",",
                ]
            ),
        ),
        max_size=25,
    ).map(b"".join),
    st.integers(16, 4096),
)
def test_no_bytes_whatever_make_the_reading_fail(tmp_path, head, rest, block_bytes):
    reading, tables = read_text(tmp_path, "any.log", head + rest, block_bytes=block_bytes)
    assert len(reading.sources) + len(reading.refusals) >= 1
    for kind, table in tables.items():
        assert table.schema == pl.Schema(SCHEMAS[kind])
        assert not table["ts"].has_nulls()


@pytest.mark.skipif(not DATA.is_dir(), reason="the recordings are not beside this repository")
def test_the_same_traffic_written_both_ways_gives_the_same_tables():
    zeek = DATA / "zeek"
    names = [path.name.removesuffix(".json.gz") for path in (zeek / "wrccdc2018_json").glob("*.json.gz")]
    assert names
    for name in names:
        _, tabbed = read(zeek / "wrccdc2018_tsv" / f"{name}.log.gz")
        _, objects = read(zeek / "wrccdc2018_json" / f"{name}.json.gz")
        assert tabbed.keys() == objects.keys()
        for kind, table in tabbed.items():
            assert table.drop("origin", "record").equals(objects[kind].drop("origin", "record"))


@pytest.mark.skipif(not DATA.is_dir(), reason="the recordings are not beside this repository")
def test_no_recorded_log_loses_a_record():
    reading, _ = read(DATA / "zeek", DATA / "eve")
    assert len(reading.sources) > 100
    assert [source for source in reading.sources if source.rejected or source.remarks] == []
    assert {Path(refusal.path).name for refusal in reading.refusals} == {"SOURCES.md", "labels.json"}
