from tests.ingest.logs import read_text

from cloison.model.observations import Kind

HEAD = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label\n"
FIRST = "2026/01/01 12:00:00.500000,1.5,tcp,192.0.2.1,50000,   ->,192.0.2.2,445,SPA_SPA,0,0,10,1000,400,4,\n"


def test_flows_are_read_with_both_sides(tmp_path):
    reading, tables = read_text(tmp_path, "x.binetflow", HEAD + FIRST)
    (row,) = tables[Kind.FLOW].rows(named=True)
    assert row["ts"].isoformat() == "2026-01-01T12:00:00.500000+00:00"
    assert (row["seen_at"] - row["ts"]).total_seconds() == 1.5
    assert (row["record"], row["src"], row["src_port"], row["dst"], row["dst_port"]) == (
        2,
        "192.0.2.1",
        50000,
        "192.0.2.2",
        445,
    )
    assert (row["src_bytes"], row["dst_bytes"], row["src_packets"], row["dst_packets"]) == (400, 600, 4, 6)
    assert row["answered"] is True
    assert [str(remark) for remark in reading.sources[0].remarks] == [
        "its times do not say their time zone: they were taken as UTC"
    ]


def test_a_flow_that_the_other_side_opened_is_turned_round(tmp_path):
    _, tables = read_text(tmp_path, "x.binetflow", HEAD + FIRST.replace("   ->", "  <-"))
    (row,) = tables[Kind.FLOW].rows(named=True)
    assert (row["src"], row["src_port"], row["dst"], row["dst_port"]) == ("192.0.2.2", 445, "192.0.2.1", 50000)
    assert (row["src_bytes"], row["dst_bytes"], row["answered"]) == (600, 400, None)


def test_bad_lines_are_counted_and_a_second_header_is_not(tmp_path):
    text = (
        HEAD + FIRST + "too,few\n" + HEAD + FIRST[:-1] + "a,b\n" + "\n" + FIRST.replace("192.0.2.1", "nobody") + FIRST
    )
    reading, tables = read_text(tmp_path, "x.binetflow", text)
    assert tables[Kind.FLOW]["record"].to_list() == [2, 8]
    assert reading.sources[0].rejected == 3


def test_hexadecimal_ports_and_seconds_since_1970_are_read(tmp_path):
    line = FIRST.replace("2026/01/01 12:00:00.500000", "1767268800.5").replace(",445,", ",0x01bd,")
    reading, tables = read_text(tmp_path, "x.binetflow", HEAD + line)
    assert tables[Kind.FLOW]["dst_port"].to_list() == [445]
    assert reading.sources[0].remarks == ()


def test_echoes_have_their_type_and_odd_flags_their_state(tmp_path):
    ping = (
        FIRST.replace("tcp", "icmp")
        .replace(",50000,", ",0x0008,")
        .replace(",445,", ",0x9a7f,")
        .replace("SPA_SPA", "ECO")
    )
    probe = FIRST.replace("SPA_SPA", "FPU_RA")
    _, tables = read_text(tmp_path, "x.binetflow", HEAD + ping + probe)
    rows = tables[Kind.FLOW].rows(named=True)
    assert [(row["src_port"], row["state"]) for row in rows] == [(8, None), (50000, "odd")]
