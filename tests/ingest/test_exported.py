import struct

from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.packets import FIVE_TUPLE, NOON, five_tuple, flow_set, ipfix, template, v5, v9

from cloison.ingest.exported import Exporters
from cloison.ingest.format import Tally

UPTIME = 3_600_000


def take(*datagrams, exporters=None):
    exporters, tally = exporters or Exporters(), Tally()
    rows = [row for datagram in datagrams for row in exporters.read(datagram, "192.0.2.1", tally)]
    exporters.remark(tally)
    return rows, tally


def said(tally):
    return [str(remark) for remark in tally.remarks]


def test_version_5_tells_the_flow_and_when():
    (row,), tally = take(v5([("10.0.0.1", 1024, "10.0.0.2", 445, 6, 3, 180, 0x02, UPTIME - 5000, UPTIME - 2000)]))
    assert (row.src, row.src_port, row.dst, row.dst_port, row.proto) == ("10.0.0.1", 1024, "10.0.0.2", 445, 6)
    assert (row.octets, row.packets, row.flags) == (180, 3, 0x02)
    assert (row.begin_us, row.end_us) == ((NOON - 5) * 1_000_000, (NOON - 2) * 1_000_000)
    assert tally == Tally()


def test_version_5_that_promises_more_than_it_holds_gives_what_it_holds():
    whole = v5([("10.0.0.1", 1, "10.0.0.2", 2, 6, 1, 40, 2, 0, 0)] * 2)
    rows, tally = take(whole[:-10])
    assert len(rows) == 1
    assert said(tally) == ["1 datagram is damaged or cut short"]


def test_version_9_reads_data_by_the_template_that_came_before():
    layout = flow_set(0, template(256, *FIVE_TUPLE, (1, 4), (2, 2), (21, 4), (22, 4)))
    data = flow_set(256, five_tuple() + struct.pack(">IHII", 1500, 3, UPTIME, UPTIME - 1000))
    (row,), _ = take(v9(layout), v9(data))
    assert (row.dst_port, row.octets, row.packets) == (443, 1500, 3)
    assert row.end_us - row.begin_us == 1_000_000


def test_data_without_its_template_is_counted_and_said():
    rows, tally = take(v9(flow_set(256, five_tuple())))
    assert rows == []
    assert tally.unused == 1
    assert said(tally) == ["1 group of flow records could not be read: its template was never seen"]


def test_templates_alone_give_nothing_and_say_so():
    rows, tally = take(ipfix(flow_set(2, template(256, *FIVE_TUPLE))))
    assert rows == []
    assert said(tally) == ["only templates are there: they describe flows, and hold none"]


def test_a_template_belongs_to_its_exporter_and_domain():
    exporters, tally = Exporters(), Tally()
    exporters.read(v9(flow_set(0, template(256, *FIVE_TUPLE)), source=1), "192.0.2.1", tally)
    data = flow_set(256, five_tuple())
    assert exporters.read(v9(data, source=2), "192.0.2.1", tally) == []
    assert exporters.read(v9(data, source=1), "192.0.2.2", tally) == []
    assert len(exporters.read(v9(data, source=1), "192.0.2.1", tally)) == 1


def test_ipfix_both_directions_of_one_record_are_kept():
    layout = flow_set(2, template(300, *FIVE_TUPLE, (1, 4), (1, 4, 29_305), (152, 8), (153, 8)))
    moment = NOON * 1000
    data = flow_set(300, five_tuple() + struct.pack(">IIQQ", 10, 20, moment, moment + 250))
    (row,), _ = take(ipfix(layout, data))
    assert (row.octets, row.octets_back) == (10, 20)
    assert (row.begin_us, row.end_us) == (moment * 1000, moment * 1000 + 250_000)


def test_a_firewall_tells_a_flow_once_and_what_it_denied():
    layout = flow_set(0, template(256, *FIVE_TUPLE, (233, 1)))
    data = flow_set(256, b"".join(five_tuple() + bytes([event]) for event in (1, 2, 3)))
    rows, tally = take(v9(layout, data))
    assert [row.denied for row in rows] == [False, True]
    assert tally.unused == 1


def test_sampling_told_in_options_is_remarked():
    options = struct.pack(">HHH", 257, 4, 4) + struct.pack(">HHHH", 1, 4, 34, 4)
    rows, tally = take(v9(flow_set(1, options), flow_set(257, struct.pack(">II", 1, 100))))
    assert rows == []
    assert "the exporter keeps one packet in 100: volumes are a sample" in said(tally)


def test_a_counter_of_milliseconds_that_started_again_is_understood():
    layout = flow_set(0, template(256, *FIVE_TUPLE, (21, 4), (22, 4)))
    data = flow_set(256, five_tuple() + struct.pack(">II", 500, 2**32 - 500))
    (row,), _ = take(v9(layout, data, uptime=1000))
    assert row.end_us == NOON * 1_000_000 - 500_000
    assert row.end_us - row.begin_us == 1_000_000


def test_impossible_times_become_the_export_time():
    layout = flow_set(2, template(256, *FIVE_TUPLE, (152, 8), (153, 8)))
    data = flow_set(256, five_tuple() + struct.pack(">QQ", 2**63, 2**64 - 1))
    (row,), _ = take(ipfix(layout, data))
    assert row.begin_us == row.end_us == NOON * 1_000_000


def test_the_kind_of_icmp_message_takes_the_place_of_ports():
    (row,), _ = take(v5([("10.0.0.1", 0, "10.0.0.2", 8 << 8, 1, 1, 84, 0, UPTIME, UPTIME)]))
    assert (row.src_port, row.dst_port) == (8, 0)


def test_a_set_without_length_does_not_hold_the_reader():
    rows, tally = take(v9(b"\1\0\0\0" * 50))
    assert rows == []
    assert said(tally) == ["1 datagram is damaged or cut short"]


SETS = st.builds(flow_set, st.sampled_from([0, 1, 2, 3, 256, 257]), st.binary(max_size=60))


@given(
    st.lists(st.one_of(st.binary(max_size=120), st.builds(v9, SETS, SETS), st.builds(ipfix, SETS, SETS)), max_size=5)
)
def test_no_datagram_raises_or_stands_still(datagrams):
    exporters, tally = Exporters(), Tally()
    for datagram in datagrams:
        if datagram:
            _, end = exporters.read_next(datagram, 0, "", tally)
            assert end > 0
    exporters.remark(tally)
