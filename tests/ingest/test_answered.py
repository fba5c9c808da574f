import polars as pl
import pytest

from cloison.ingest.answered import (
    ZEEK_TOLD,
    argus_answered,
    argus_state,
    state_of,
    suricata_answered,
    zeek_answered,
)


def zeek(state="SF", *, proto="tcp", dst="192.0.2.2", there=1, back=1, port=50000):
    row = {
        "conn_state": [state],
        "proto": [proto],
        "id.orig_p": [port],
        "id.resp_h": [dst],
        "orig_pkts": [there],
        "resp_pkts": [back],
        "orig_bytes": [None],
        "resp_bytes": [None],
    }
    schema = dict.fromkeys(("id.orig_p", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes"), pl.Int64)
    schema["conn_state"] = pl.String
    frame = pl.DataFrame(row, schema_overrides=schema)
    told = {name: each(pl.col(column)) for name, (column, each) in ZEEK_TOLD.items()}
    return frame.with_columns(**told).select(zeek_answered()).item()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("SF", True),
        ("S1", True),
        ("RSTO", True),
        ("RSTR", True),
        ("S0", False),
        ("REJ", False),
        ("RSTOS0", False),
        ("SH", False),
        ("RSTRH", None),
        ("SHR", None),
        ("OTH", True),
        (None, None),
        ("new", None),
    ],
)
def test_a_tcp_state_of_zeek_tells_whether_it_was_answered(state, expected):
    assert zeek(state) is expected


def test_a_stray_packet_of_a_tcp_talk_tells_nothing():
    assert zeek("OTH", back=0) is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"proto": "udp", "state": "SHR", "there": 0}, True),
        ({"proto": "udp", "state": "S0", "back": 0}, False),
        ({"proto": "udp", "state": "S0", "back": 0, "dst": "224.0.0.251"}, None),
        ({"proto": "udp", "state": "S0", "back": 0, "dst": "ff02::fb"}, None),
        ({"proto": "udp", "state": "S0", "back": 0, "dst": "192.0.2.255"}, None),
        ({"proto": "tcp", "state": "S0", "back": 0, "dst": "192.0.2.255"}, False),
        ({"proto": "udp", "state": "SF", "dst": "192.0.2.255"}, True),
        ({"proto": "udp", "state": "S0", "back": None}, False),
        ({"proto": "icmp", "state": "OTH", "port": 8, "back": 0}, False),
        ({"proto": "icmp", "state": "OTH", "port": 8}, True),
        ({"proto": "icmp", "state": "OTH", "port": 3, "back": 0}, None),
    ],
)
def test_without_tcp_the_packets_that_came_back_decide(options, expected):
    assert zeek(**options) is expected


@pytest.mark.parametrize(
    ("flags", "back", "state", "expected"),
    [
        ("1b", 5, "closed", True),
        ("14", 1, "closed", False),
        ("18", 3, "established", True),
        ("00", 0, "new", False),
        (None, 0, "new", False),
        (None, 3, "established", True),
        (None, 3, "bypassed", None),
    ],
)
def test_suricata_tells_by_the_flags_that_came_back(flags, back, state, expected):
    row = {
        "tcp": [{"tcp_flags_tc": flags}],
        "flow": [{"pkts_toclient": back, "state": state}],
        "icmp_type": [None],
        "dest_ip": ["192.0.2.2"],
        "proto": ["tcp"],
    }
    schema = {"tcp": pl.Struct({"tcp_flags_tc": pl.String}), "icmp_type": pl.Int64}
    table = pl.DataFrame(row, schema_overrides=schema)
    assert table.select(suricata_answered(pl.col("proto"))).item() is expected


@pytest.mark.parametrize(
    ("state", "packets", "sent", "expected"),
    [
        ("SPA_SPA", 10, 5, True),
        ("S_", 1, 1, False),
        ("S_RA", 2, 1, False),
        ("PA_PA", 4, 2, True),
        ("CON", 2, 1, True),
        ("INT", 1, 1, False),
        ("REQ", 1, 1, False),
        ("URP", 1, 1, False),
        ("?", 2, 1, True),
        ("?", 1, 1, False),
    ],
)
def test_argus_tells_by_flags_else_by_word_else_by_packets(state, packets, sent, expected):
    row = {"State": [state], "TotPkts": [packets], "SrcPkts": [sent], "dst": ["192.0.2.2"], "proto": ["tcp"]}
    assert pl.DataFrame(row).select(argus_answered()).item() is expected


@pytest.mark.parametrize(
    ("flags", "expected"),
    [(0x01, "odd"), (0x29, "odd"), (0x2B, "odd"), (0x03, "odd"), (0x00, None), (None, None)]
    + [(flags, None) for flags in (0x02, 0x12, 0x1B, 0x11, 0x14, 0x04, 0x18, 0x06, 0xC2)],
)
def test_flags_that_no_tcp_sends_make_an_odd_state(flags, expected):
    row = pl.DataFrame({"proto": ["tcp", "udp"], "flags": [flags, flags]}, schema_overrides={"flags": pl.Int64})
    assert row.select(state_of(pl.col("proto"), pl.col("flags"))).to_series().to_list() == [expected, None]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("F_R", "odd"), ("FPU_RA", "odd"), ("SF_", "odd"), ("_RA", None), ("S_RA", None), ("FA_RA", None), ("CON", None)],
)
def test_argus_letters_make_an_odd_state_too(state, expected):
    assert pl.DataFrame({"State": [state], "proto": ["tcp"]}).select(argus_state()).item() == expected
