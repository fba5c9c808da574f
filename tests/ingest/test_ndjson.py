import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.format import Tally
from cloison.ingest.lines import Block
from cloison.ingest.ndjson import first_objects, one_a_kind, parse
from cloison.model.observations import Kind

SCHEMA = {"a": pl.Int64(), "b": pl.String()}


def parsed(lines):
    tally = Tally()
    data = b"".join(line + b"\n" for line in lines)
    return parse(Block(data, 10, len(lines)), SCHEMA, tally), tally


def test_bad_lines_are_counted_and_the_others_keep_their_numbers():
    lines = [b'{"a":1}', b"", b"garbage", b'{"a":2,', b"[1]", b'{"b":"\xff"}', b'{"a":3}{"a":4}', b'{"a":5,"z":[{}]}']
    table, tally = parsed(lines)
    assert table["record"].to_list() == [10, 15, 17]
    assert table["a"].to_list() == [1, None, 5]
    assert table["b"].to_list() == [None, "\ufffd", None]
    assert tally.rejected == 4


def test_a_nested_bomb_is_one_bad_line():
    table, tally = parsed([b'{"a":1}', b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", b'{"a":2}'])
    assert table["a"].to_list()[::2] == [1] or table["record"].to_list() in ([10, 12], [10, 11, 12])
    assert tally.rejected + table.height == 3


def test_values_of_another_type_are_null():
    table, tally = parsed([b'{"a":"text","b":{"c":1}}', b'{"a":99999999999999999999999,"b":7}'])
    assert table["a"].to_list() == [None, None]
    assert tally.rejected == 0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda v: st.lists(v, max_size=2)
)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12).filter(lambda b: b"\n" not in b),
            st.dictionaries(st.sampled_from("abc"), VALUES).map(lambda d: json.dumps(d).encode()),
        ),
        max_size=12,
    )
)
def test_a_line_is_judged_alone_whatever_is_around_it(lines):
    together, tally = parsed(lines)
    alone = [parsed([line]) for line in lines]
    assert together.height == sum(table.height for table, _ in alone)
    assert tally.rejected == sum(count.rejected for _, count in alone)
    assert together.drop("record").equals(
        pl.concat([together.clear().drop("record"), *(t.drop("record") for t, _ in alone)])
    )


def test_the_first_objects_are_those_that_can_be_read():
    assert list(first_objects(b'\xef\xbb\xbf{"a":1}\nx\n{"b":\n{"c":2}')) == [{"a": 1}, {"c": 2}]


def test_tables_of_one_kind_become_one_in_the_order_of_the_file():
    part = [pl.DataFrame({"record": numbers}, schema={"record": pl.UInt64}) for numbers in ([4, 9], [1, 5], [2], [])]
    kinds = [Kind.SMB, Kind.SMB, Kind.DNS, Kind.TLS]
    got = one_a_kind(list(zip(kinds, part, strict=True)))
    assert [(kind, table["record"].to_list()) for kind, table in got] == [(Kind.SMB, [1, 4, 5, 9]), (Kind.DNS, [2])]
