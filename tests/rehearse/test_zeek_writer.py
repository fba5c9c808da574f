from datetime import UTC, datetime

import polars as pl
import pytest

from cloison.rehearse.zeek_writer import LOGS, WRITTEN, write_log

START = datetime(2026, 3, 10, tzinfo=UTC)


def body(path):
    return [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]


def test_every_line_has_as_many_values_as_there_are_fields(troubled):
    for log, _ in troubled.truth.lines:
        lines = (troubled.folder / f"{log}.log").read_text().splitlines()
        header = [line for line in lines if line.startswith("#")]
        assert header[0] == "#separator \\x09"
        assert header[6].split("\t")[1:] == list(LOGS[log])
        assert header[7].split("\t")[1:] == list(LOGS[log].values())
        assert {line.count("\t") for line in lines if line[0] != "#"} == {len(LOGS[log]) - 1}


def test_connections_are_written_when_they_end(troubled):
    conn = troubled.conn()
    ends = conn["ts"] + conn["duration"]
    assert (ends.diff().drop_nulls() > -1e-4).all()


def test_other_lines_are_written_when_they_happen(troubled):
    for log in ("dns", "ssl", "smb_files", "kerberos"):
        at = troubled.log(log)["ts"].cast(pl.Float64)
        assert at.is_sorted(), log


def test_absent_fields_and_nulls_are_written_unset(tmp_path):
    rows = pl.DataFrame(
        {"ts": [1.5], WRITTEN: [1.5], "uid": ["C1"], "query": [None], "AA": [True], "rejected": [False]}
    )
    (line,) = body(write_log(tmp_path, "dns", rows, START))
    values = dict(zip(LOGS["dns"], line, strict=True))
    assert values["ts"] == "1773100801.500000"
    assert (values["uid"], values["query"], values["rtt"]) == ("C1", "-", "-")
    assert (values["AA"], values["rejected"]) == ("T", "F")


def test_lines_keep_the_order_of_writing_not_of_beginning(tmp_path):
    rows = pl.DataFrame({"ts": [1.0, 2.0], WRITTEN: [9.0, 3.0], "uid": ["long", "short"]})
    assert [line[1] for line in body(write_log(tmp_path, "conn", rows, START))] == ["short", "long"]


def test_a_tab_inside_a_value_does_not_make_a_column(tmp_path):
    rows = pl.DataFrame({"ts": [1.0], WRITTEN: [1.0], "query": ["a\tb"]})
    (line,) = body(write_log(tmp_path, "dns", rows, START))
    assert len(line) == len(LOGS["dns"])


def test_a_column_that_is_no_field_is_refused(tmp_path):
    with pytest.raises(ValueError, match="label"):
        write_log(tmp_path, "conn", pl.DataFrame({"ts": [1.0], WRITTEN: [1.0], "label": ["malicious"]}), START)


def test_big_counts_are_written_whole(tmp_path):
    rows = pl.DataFrame({"ts": [1.0], WRITTEN: [1.0], "orig_bytes": [21_000_000_000]})
    (line,) = body(write_log(tmp_path, "conn", rows, START))
    assert "21000000000" in line
