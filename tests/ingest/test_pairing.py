import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.exported import Row
from cloison.ingest.pairing import pair_flows

CLIENT, SERVER = ("10.0.0.1", 50_000), ("10.0.0.2", 443)


def half(src=CLIENT, dst=SERVER, begin=0.0, lasts=0.0, *, record=1, proto=6, octets=100, packets=1, flags=None, **more):
    fields = dict.fromkeys(Row._fields)
    fields |= {
        "exporter": "", "begin_us": round(begin * 1e6), "end_us": round((begin + lasts) * 1e6), "record": record,
        "src": src[0], "src_port": src[1], "dst": dst[0], "dst_port": dst[1], "proto": proto,
        "octets": octets, "packets": packets, "flags": flags,
    }  # fmt: skip
    return Row(**(fields | more))


def paired(*halves):
    return pair_flows(list(halves)).to_dicts()


def test_two_halves_become_one_answered_flow():
    (flow,) = paired(half(octets=100, flags=0x1B), half(SERVER, CLIENT, 0.1, octets=900, flags=0x1B, record=2))
    assert (flow["src"], flow["dst_port"], flow["src_bytes"], flow["dst_bytes"]) == ("10.0.0.1", 443, 100, 900)
    assert flow["answered"] is True
    assert flow["record"] == 1


def test_who_begins_first_called():
    (flow,) = paired(
        half(("10.0.0.2", 5000), ("10.0.0.1", 6000), 1.0, record=1),
        half(("10.0.0.1", 6000), ("10.0.0.2", 5000), 0.5, record=2),
    )
    assert (flow["src"], flow["record"]) == ("10.0.0.1", 1)


def test_of_two_that_begin_together_the_lower_port_was_called():
    (flow,) = paired(
        half(("10.0.0.2", 5000), ("10.0.0.1", 6000)), half(("10.0.0.1", 6000), ("10.0.0.2", 5000), record=2)
    )
    assert flow["dst_port"] == 5000


def test_halves_far_apart_stay_apart():
    flows = paired(half(proto=17), half(SERVER, CLIENT, 60.0, proto=17, record=2))
    assert [flow["dst_bytes"] for flow in flows] == [None, 100]


def test_a_refusal_is_told_from_an_answer():
    (flow,) = paired(half(flags=0x02), half(SERVER, CLIENT, flags=0x14, record=2))
    assert flow["answered"] is False


def test_a_lone_question_was_not_answered_and_a_lone_answer_is_turned_around():
    (asked,) = paired(half(flags=0x02))
    assert (asked["answered"], asked["dst_bytes"]) == (False, None)
    (turned,) = paired(half(SERVER, CLIENT, flags=0x12))
    assert (turned["src"], turned["dst_port"], turned["src_bytes"], turned["answered"]) == ("10.0.0.1", 443, None, True)


def test_a_server_that_calls_from_a_low_port_stays_the_caller():
    (flow,) = paired(half(("10.0.0.2", 20), ("10.0.0.1", 50_000), flags=0x02))
    assert flow["src"] == "10.0.0.2"


def test_what_a_firewall_denied_is_not_answered():
    (flow,) = paired(half(denied=True))
    assert flow["answered"] is False


def test_flags_that_no_tcp_sends_are_told_as_odd():
    (flow,) = paired(half(flags=0x29), half(SERVER, CLIENT, flags=0x14, record=2))
    assert (flow["src"], flow["state"], flow["answered"]) == ("10.0.0.1", "odd", False)


def test_nobody_answers_for_a_group():
    (flow,) = paired(half(dst=("239.1.1.1", 1900), proto=17))
    assert flow["answered"] is None


def test_two_exporters_that_saw_one_conversation_are_not_mixed():
    assert len(paired(half(exporter="192.0.2.1"), half(SERVER, CLIENT, exporter="192.0.2.2", record=2))) == 2


ENDS = st.sampled_from(
    [("10.0.0.1", 443), ("10.0.0.1", 50_000), ("10.0.0.2", 443), ("10.0.0.2", 50_001), ("fd00::1", 53)]
)


@given(
    st.lists(
        st.builds(
            half, ENDS, ENDS, st.floats(0, 30), st.floats(0, 10), proto=st.sampled_from([1, 6, 17, None]),
            octets=st.one_of(st.none(), st.integers(0, 10**9)), packets=st.one_of(st.none(), st.integers(0, 10**6)),
            flags=st.one_of(st.none(), st.integers(0, 255)),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_pairing_conserves_octets_and_packets(halves):
    rows = [row._replace(record=place + 1) for place, row in enumerate(halves)]
    flows = pair_flows(rows)

    def total(*columns):
        return sum(int(flows[column].sum() or 0) for column in columns)

    assert total("src_bytes", "dst_bytes") == sum(row.octets or 0 for row in rows)
    assert total("src_packets", "dst_packets") == sum(row.packets or 0 for row in rows)
    assert flows["record"].is_sorted()
    assert flows["record"].is_unique().all()
    assert flows.select((pl.col("seen_at") >= pl.col("ts")).all()).item()
