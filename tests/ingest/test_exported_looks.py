from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.packets import FIVE_TUPLE, flow_set, ipfix, template, v5, v9

from cloison.ingest.exported_looks import looks_exported, looks_sampled, retired_version

FLOW = ("10.0.0.1", 1, "10.0.0.2", 2, 6, 1, 40, 2, 0, 0)
DATAGRAMS = (v5([FLOW]), v9(flow_set(0, template(256, *FIVE_TUPLE))), ipfix(flow_set(2, template(256, *FIVE_TUPLE))))


def test_each_version_is_told_by_its_content():
    for datagram in DATAGRAMS:
        assert looks_exported(datagram, whole=True)
        assert looks_exported(datagram * 3, whole=False)


def test_a_datagram_that_does_not_end_where_it_says_is_something_else():
    for datagram in DATAGRAMS:
        assert not looks_exported(datagram[:-3], whole=True)


def test_a_name_query_is_no_exported_flow():
    query = b"\0\x09\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\x03org\0\0\x01\0\x01"
    assert not looks_exported(query, whole=True)


def test_retired_versions_are_named():
    assert retired_version(b"\0\x07\0\x01" + bytes(100)) == "NetFlow v7"
    assert retired_version(DATAGRAMS[0]) is None


def test_sampled_packets_are_told_from_exported_flows():
    sampled = b"\0\0\0\x05\0\0\0\x01" + bytes(16) + b"\0\0\0\x01" + bytes(40)
    assert looks_sampled(sampled)
    assert not looks_exported(sampled, whole=True)


@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    looks_exported(data, whole=True)
    looks_exported(data, whole=False)
    looks_sampled(data)
    retired_version(data)
