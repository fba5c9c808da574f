import numpy as np
import polars as pl
from tests.rehearse.written import START

from cloison.rehearse.tape import Tape, said


def texts(*values):
    return np.array(values)


def open_some(tape, n, **more):
    rng = np.random.default_rng(1)
    where = {"src": np.full(n, "10.0.0.1"), "dst": np.full(n, "10.0.0.2"), "port": 443, "service": "ssl"}
    return tape.connect(rng, at=np.linspace(0, 86_399, n), **{**where, **more})


def test_refused_and_silent_connections_carry_nothing():
    flows = open_some(Tape(), 400, up=100, down=100, refused=0.5, silent=0.5, resets=0.0)
    failed = np.isin(flows.state, ("REJ", "S0"))
    assert 200 < failed.sum() < 400
    assert not flows.up[failed].any()
    assert not flows.down[failed].any()
    assert (flows.down[~failed] == 100).all()


def test_a_mask_says_exactly_which_fail():
    flows = open_some(
        Tape(), 3, silent=np.array([True, False, False]), refused=np.array([False, True, False]), resets=0
    )
    assert flows.state.tolist() == ["S0", "REJ", "SF"]


def test_a_datagram_cannot_be_refused_only_unanswered():
    flows = open_some(Tape(), 5, proto="udp", refused=np.ones(5, dtype=bool))
    assert set(flows.state) == {"S0"}


def test_what_would_outlast_the_day_is_cut_at_its_end():
    flows = open_some(Tape(), 10, seconds=50_000.0)
    assert (flows.at + flows.seconds <= 86_400).all()


def test_each_connection_has_its_own_id():
    assert len(set(open_some(Tape(), 5000).uid)) == 5000


def test_the_service_is_unset_where_nothing_answered(tmp_path):
    tape = Tape()
    open_some(tape, 2, silent=np.array([True, False]), resets=0)
    tape.write(tmp_path, START)
    lines = [line.split("\t") for line in (tmp_path / "conn.log").read_text().splitlines() if line[0] != "#"]
    assert sorted(line[7] for line in lines) == ["-", "ssl"]


def test_packets_weigh_more_than_what_they_carry(quiet):
    conn = quiet.log("conn").with_columns(pl.col("orig_bytes", "orig_ip_bytes", "orig_pkts").cast(pl.Int64))
    assert (conn["orig_ip_bytes"] > conn["orig_bytes"]).all()
    assert (conn["orig_pkts"] >= 1).all()


def test_said_is_null_where_nothing_was_said():
    assert said(np.array([True, False]), "word").to_list() == ["word", None]
    assert said(np.array([False, True]), np.array([1, 2])).to_list() == [None, 2]
    assert said(np.array([], dtype=bool), texts("x")[:0]).to_list() == []


def test_a_detail_line_has_the_ends_of_its_connection(tmp_path):
    tape = Tape()
    flows = open_some(tape, 1, resets=0)
    tape.log("ssl", flows, {"server_name": "a.example"}, after=1.0)
    tape.write(tmp_path, START)
    ssl = (tmp_path / "ssl.log").read_text().splitlines()[8].split("\t")
    conn = (tmp_path / "conn.log").read_text().splitlines()[8].split("\t")
    assert ssl[1:6] == conn[1:6]
    assert float(ssl[0]) == float(conn[0]) + 1.0


def test_connections_without_a_named_service_come_first_or_last_alike(tmp_path):
    for order in ((None, "ssl"), ("ssl", None)):
        tape = Tape()
        for service in order:
            open_some(tape, 2, service=service)
        assert tape.write(tmp_path, START) == (("conn", 4),)
