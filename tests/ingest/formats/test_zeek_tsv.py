import pytest
from tests.ingest.logs import CONN, NOON, conn, read_text, tsv

from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.model.observations import Kind

SMB = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "action", "path", "name", "size", "prev_name"]


def flows(tmp_path, text):
    reading, tables = read_text(tmp_path, "x.log", text)
    return reading.sources[0], tables.get(Kind.FLOW)


def test_a_connection_becomes_a_flow(tmp_path):
    _, rows = flows(tmp_path, tsv("conn", CONN, [conn(service="gssapi,smb")]))
    row = rows.row(0, named=True)
    assert row["ts"].timestamp() == NOON
    assert row["seen_at"].timestamp() == NOON + 1.5
    del row["ts"], row["seen_at"]
    assert row == {
        **dict.fromkeys(("vlan", "src_mac", "dst_mac")),
        "origin": 0,
        "record": 7,
        "src": "192.0.2.10",
        "src_port": 50000,
        "dst": "192.0.2.20",
        "dst_port": 445,
        "proto": "tcp",
        "service": "gssapi,smb",
        "src_bytes": 100,
        "dst_bytes": 200,
        "src_packets": 4,
        "dst_packets": 5,
        "answered": True,
        "state": "SF",
    }


def test_absent_values_are_null_and_bytes_on_the_wire_stand_in_for_the_payload(tmp_path):
    _, rows = flows(tmp_path, tsv("conn", CONN, [conn(duration="-", orig_bytes="-", service="(empty)", history="-")]))
    row = rows.row(0, named=True)
    assert (row["service"], row["src_bytes"], row["ts"]) == (None, 300, row["seen_at"])


def test_added_columns_are_let_be(tmp_path):
    fields = [*CONN, "label", "detailedlabel"]
    source, rows = flows(tmp_path, tsv("conn", fields, [conn(label="Benign", detailedlabel="")]))
    assert (rows.height, source.rejected) == (1, 0)


def test_a_header_that_comes_again_takes_over(tmp_path):
    other = ["ts", "id.resp_h", "id.orig_h", "proto", "conn_state"]
    source, rows = flows(
        tmp_path, tsv("conn", CONN, [conn()]) + tsv("conn", other, [conn(5)]) + tsv("x509", ["ts"], [])
    )
    assert rows["src"].to_list() == ["192.0.2.10", "192.0.2.10"]
    assert rows["record"].to_list() == [7, 15]
    assert source.rejected == 0


def test_lines_with_too_few_or_too_many_columns_are_counted(tmp_path):
    lines = tsv("conn", CONN, [conn(i) for i in range(6)]).split("\n")
    lines[6] = lines[6].rsplit("\t", 1)[0]
    lines[8] += "\textra"
    lines[9] = ""
    lines[10] = "1.5"
    source, rows = flows(tmp_path, "\n".join(lines))
    assert rows["record"].to_list() == [8, 12]
    assert source.rejected == 3


@pytest.mark.parametrize(
    "values",
    [
        {"ts": "soon"},
        {"ts": "-"},
        {"ts": "nan"},
        {"ts": "-5.0"},
        {"ts": "99999999999.0"},
        {"id.orig_h": "-"},
        {"id.resp_h": "nobody"},
        {"id.orig_h": "300.1.1.1"},
    ],
)
def test_a_record_without_a_possible_time_or_address_is_rejected(tmp_path, values):
    source, rows = flows(tmp_path, tsv("conn", CONN, [conn(), conn(**values)]))
    assert (rows.height, source.rejected) == (1, 1)


def test_what_is_possible_of_an_odd_record_is_kept(tmp_path):
    odd = conn(duration="-3.0", orig_bytes="-7", resp_bytes="x", **{"id.resp_p": 70000, "ts": "4291747200.0"})
    _, rows = flows(tmp_path, tsv("conn", CONN, [odd]))
    row = rows.row(0, named=True)
    assert (row["dst_port"], row["src_bytes"], row["dst_bytes"]) == (None, 300, 400)
    assert row["seen_at"] == row["ts"]
    assert row["ts"].year == 2106


def test_bytes_that_are_not_utf8_are_tolerated(tmp_path):
    text = tsv("conn", CONN, [conn(service="BAD")]).encode().replace(b"BAD", b"s\xff\xfe")
    source, rows = flows(tmp_path, text)
    assert rows["service"][0] == "s\ufffd\ufffd"
    assert source.rejected == 0


def test_doubled_backslashes_are_single_again(tmp_path):
    row = conn(action="SMB::FILE_RENAME", path="\\\\\\\\srv\\\\C$", name="a\\\\b.exe", prev_name="-", size=5)
    _, tables = read_text(tmp_path, "smb_files.log", tsv("smb_files", SMB, [row]))
    (got,) = tables[Kind.SMB].rows(named=True)
    assert (got["action"], got["share"], got["name"]) == ("rename", "\\\\srv\\C$", "a\\b.exe")


def test_another_separator_is_followed_and_a_strange_one_refused(tmp_path):
    text = tsv("conn", CONN, [conn()]).replace("\t", "|").replace("\\x09", "\\x7c")
    assert flows(tmp_path, text)[1].height == 1
    reading, tables = read_text(tmp_path, "y.log", "#separator ab\n#fields\tts\n1\n")
    assert not tables
    assert "not parted by one character" in str(reading.refusals[0].reason)


def test_a_log_that_is_not_used_is_recognised_and_counted(tmp_path):
    source, rows = flows(tmp_path, tsv("known_hosts", ["ts", "host"], [{"ts": 1, "host": "192.0.2.1"}] * 3))
    assert rows is None
    assert (source.unused, source.rejected, source.records) == (3, 0, 0)


def test_the_log_is_named_by_its_path_or_its_columns():
    tsv_ = ZeekTsv()
    assert tsv_.stream_name(tsv("dns", ["ts"], []).encode()) == "dns"
    assert tsv_.stream_name(b"#fields\tts\tconn_state\torig_pkts\n") == "conn"
    assert not tsv_.recognise(b"ts\tuid\n")
