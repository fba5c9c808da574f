import struct

from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.exported_fields import VARIABLE, Field, make_template, read_fields, records


def test_a_template_whose_records_take_no_room_is_refused():
    assert make_template([Field(0, "octets")], tells_flows=True) is None


def test_fields_of_an_unknown_enterprise_are_skipped_and_reversed_ones_kept():
    body = struct.pack(">HHIHHI", 0x8001, 4, 9, 0x8001, 4, 29_305)
    fields, end = read_fields(body, 0, 2, ipfix=True)
    assert [field.name for field in fields] == [None, "octets_back"]
    assert end == len(body)


def test_a_field_that_does_not_fit_is_damage():
    assert read_fields(b"\0\x01", 0, 1, ipfix=False) is None


def test_records_of_variable_length_are_read_one_after_the_other():
    template = make_template([Field(VARIABLE, None), Field(2, "src_port")], tells_flows=True)
    body = b"\x03abc\0\x50" + b"\xff\0\x02de\0\x51"
    assert [values["src_port"] for values in records(body, template, ipfix=True)] == [0x50, 0x51]


def test_a_counter_may_be_shorter_than_the_book_says():
    template = make_template([Field(3, "octets")], tells_flows=True)
    assert list(records(b"\0\1\0", template, ipfix=False)) == [{"octets": 256}]


def test_what_is_shorter_than_a_record_is_padding():
    template = make_template([Field(4, "octets")], tells_flows=True)
    assert len(list(records(bytes(11), template, ipfix=False))) == 2


@given(
    st.binary(max_size=200),
    st.lists(
        st.builds(Field, st.sampled_from([0, 1, 4, 16, VARIABLE]), st.sampled_from([None, "octets", "src"])), max_size=6
    ),
)
def test_any_bytes_under_any_template_end(body, fields):
    template = make_template(fields, tells_flows=True)
    if template is not None:
        assert len(list(records(body, template, ipfix=True))) <= len(body) + 1
