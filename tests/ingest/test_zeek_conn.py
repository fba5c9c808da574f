import io
from contextlib import nullcontext
from dataclasses import dataclass

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.logs import CONN, NOON, conn, tsv

from cloison.ingest.format import Tally
from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.tabbed import NONE
from cloison.ingest.zeek_conn import read_connections


@dataclass
class Text:
    """A log in memory."""

    data: bytes
    shown: str = "conn.log"

    def stream(self):
        return nullcontext(io.BytesIO(self.data))


def both(text, *, block_bytes=1 << 20):
    """Read a log as usual and in machine code."""
    usual, quick = Tally(), Tally()
    return (
        (list(ZeekTsv(block_bytes=block_bytes).read(Text(text), usual)), usual),
        (list(ZeekTsv(block_bytes=block_bytes, hurried=True).read(Text(text), quick)), quick),
    )


def same(text, **how):
    (tables, usual), (others, quick) = both(text, **how)
    assert [kind for kind, _ in tables] == [kind for kind, _ in others]
    for (_, table), (_, other) in zip(tables, others, strict=True):
        assert table.schema == other.schema
        assert table.equals(other)
    assert (usual.rejected, usual.unused) == (quick.rejected, quick.unused)
    return [table for _, table in others]


def test_nothing_differs_whatever_the_lines_say():
    rows = [conn(second / 7, src=f"10.0.{second % 3}.9", orig_bytes=second) for second in range(60)]
    odd = [
        *(conn(61, src="2001:DB8::1"), conn(62, dst="ff02::fb", proto="udp"), conn(63, dst="::ffff:192.0.2.7")),
        *(conn(64, duration="1e-06"), conn(65, duration="-"), conn(66, orig_bytes="-", resp_bytes="(empty)")),
        *(conn(67, service="caf\u00e9"), conn(68, port=70_000), conn(69, orig_bytes=1 << 63), conn(70, src="nobody")),
        {**conn(71), "ts": "99999999999.0"},
        {**conn(72), "ts": "soon"},
        *(conn(73, dst="10.0.0.255", proto="udp", resp_pkts=0, resp_bytes="-", conn_state="S0"), conn(74, dst="-")),
        *(conn(75, conn_state="OTH"), conn(76, conn_state="-", proto="udp", resp_pkts=0, resp_bytes=0)),
        *(conn(77, duration="-3.5"), conn(78, duration="99999999.0"), conn(79, proto="icmp", src="fe80::1%eth0")),
    ]
    text = tsv("conn", CONN, [one for pair in zip(rows, odd, strict=False) for one in pair] + rows).encode()
    tables = same(text)
    assert sum(table.height for table in tables) > len(rows) + 15
    for size in (200, 1000):
        same(text, block_bytes=size)


def test_odd_lines_that_are_many_are_read_as_usual_and_counted_once():
    lines = tsv("conn", CONN, [conn(second) for second in range(40)]).split("\n")
    lines[8:30] = ["1.5\ttoo few"] * 22
    (_, usual), (_, quick) = both("\n".join(lines).encode())
    assert quick.rejected == usual.rejected == 22
    same("\n".join(lines).encode())


def test_other_headers_and_comments_between_lines_change_nothing():
    rows = [conn(second) for second in range(30)]
    turned = ["id.resp_h", "ts", "id.orig_h", "conn_state", "proto", "vlan", "ts"]
    text = tsv("conn", CONN, rows) + tsv("conn", turned, [{**row, "vlan": 7} for row in rows])
    same(text.encode())
    same(text.replace("#unset_field\t-", "#unset_field\tnone").encode())
    same(text.replace("#empty_field\t(empty)", "#empty_field\tSF").encode())
    same(text.replace("\n", "\r\n").encode())
    same(text.replace("\t", ",").replace("\\x09", "\\x2c").encode())


FIELD = st.one_of(
    st.sampled_from(["-", "(empty)", "", "0", "7", "10.0.0.1", "tcp", "S0", "fe80::1"]), st.text(max_size=5)
)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(CONN), FIELD), max_size=40))
def test_any_value_anywhere_is_read_the_same_way(changes):
    rows = [{**conn(place), name: value} for place, (name, value) in enumerate(changes)]
    same(tsv("conn", CONN, [*rows, *(conn(second) for second in range(120))]).encode())


def test_the_first_number_in_the_file_is_kept():
    row = [f"{NOON:.6f}", "192.0.2.10", "192.0.2.20", "tcp", "SF"]
    line = ("\t".join(row) + "\n").encode()
    fields = ("ts", "id.orig_h", "id.resp_h", "proto", "conn_state")
    table, others = read_connections(
        line * 3, 3, first=1000, separator=b"\t", fields=fields, empty="(empty)", tally=Tally()
    )
    assert table["record"].to_list() == [1000, 1001]
    assert others[:, 2].tolist() == [2]
    assert table["src_bytes"].null_count() == table.height < NONE
    assert table.schema["record"] == pl.UInt64
