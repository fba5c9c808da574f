from datetime import timedelta

import polars as pl
import pytest

from cloison.detect.channel_clues import (
    Clue,
    candidates,
    commands,
    handshake_clues,
    nameless,
    provoked,
    request_clues,
    session_clues,
)

MINUTE = 60_000_000
HERE = {
    "seq": 0, "clock": 0, "began": 0, "origin": 0, "record": 1, "src": "10.1.0.1", "dst": "203.0.113.9",
    "src_key": 1, "dst_key": 2, "src_inside": True, "dst_inside": False, "dst_outside": True, "dst_port": 4444,
}  # fmt: skip
TYPES = {
    "service": pl.String(), "server_name": pl.String(), "subject": pl.String(), "issuer": pl.String(),
    "ja3": pl.String(), "host": pl.String(), "user_agent": pl.String(), "src_packets": pl.UInt64(),
    "dst_packets": pl.UInt64(), "answered": pl.Boolean(),
}  # fmt: skip


def table(*rows):
    return pl.DataFrame([{**HERE, **row} for row in rows], schema_overrides=TYPES, infer_schema_length=None)


def session(**more):
    plain = {
        "proto": "tcp", "service": None, "src_bytes": 500, "dst_bytes": 500, "src_packets": 20, "dst_packets": 20,
        "answered": True, "insists": False, "called": False, "called_back": False,
    }  # fmt: skip
    calls = candidates(table({**plain, **more}))
    looked = session_clues(calls, held=timedelta(minutes=1), fed=1 << 18, pushed=1 << 20, small=300)
    return Clue(looked["clues"].sum())


@pytest.mark.parametrize(
    ("more", "clues"),
    [
        ({}, Clue.OUTSIDE | Clue.OWN | Clue.SMALL),
        ({"src_packets": 2, "dst_packets": 2}, Clue.OUTSIDE | Clue.OWN),
        ({"src_packets": None, "clock": 2 * MINUTE}, Clue.OUTSIDE | Clue.OWN | Clue.HELD),
        ({"src_packets": None, "dst_bytes": 1 << 19}, Clue.OUTSIDE | Clue.OWN | Clue.FED),
        ({"src_packets": None, "src_bytes": 1 << 22}, Clue.OUTSIDE | Clue.OWN | Clue.PUSHED),
        ({"answered": False, "insists": True}, Clue.OUTSIDE | Clue.INSISTS),
        ({"service": "rdp"}, Clue(0)),
        ({"dst_port": 443}, Clue(0)),
        ({"dst_port": 443, "service": "ssh"}, Clue.SHELL),
        ({"src_inside": False}, Clue(0)),
        ({"dst_bytes": 0}, Clue(0)),
        ({"dst_inside": True, "dst_outside": False, "dst_port": 50_123}, Clue(0)),
        (
            {"dst_inside": True, "dst_outside": False, "src_packets": None, "called": True, "called_back": True},
            Clue.OWN | Clue.CALLED | Clue.CALLED_BACK,
        ),
    ],
)
def test_sessions_show_their_clues(more, clues):
    assert session(**more) == clues


@pytest.mark.parametrize(
    ("more", "clues"),
    [
        ({"dst_port": 443, "server_name": "a.example", "version": "TLSv12"}, Clue(0)),
        ({"dst_port": 443, "server_name": None, "version": "TLSv12"}, Clue.UNNAMED),
        ({"dst_port": 443, "server_name": "203.0.113.9", "version": "TLSv12"}, Clue.UNNAMED),
        ({"dst_port": 443, "server_name": "a.example", "version": "TLSv10"}, Clue.OLD),
        (
            {"dst_port": 443, "server_name": "a.example", "version": None, "subject": "CN=a", "issuer": "CN=a"},
            Clue.OUTSIDE | Clue.SELF_SIGNED,
        ),
        ({"server_name": "a.example", "version": "TLSv12"}, Clue.OUTSIDE | Clue.OWN),
    ],
)
def test_handshakes_show_their_clues(more, clues):
    row = {"subject": None, "issuer": None, "ja3": None, **more}
    assert Clue(handshake_clues(table(row))["clues"].sum()) == clues


@pytest.mark.parametrize(
    ("more", "clues"),
    [
        ({"host": "a.example"}, Clue(0)),
        ({"host": "203.0.113.9"}, Clue.BARE),
        ({"host": None}, Clue.BARE),
        ({"host": None, "user_agent": None}, Clue(0)),
        ({"host": "[2001:db8::1]:8080", "method": "POST"}, Clue.BARE | Clue.POSTED),
        ({"host": "203.0.113.9", "user_agent": "curl/8.0"}, Clue.BARE | Clue.TOOL),
        ({"host": "a.example", "dst_port": 7081}, Clue.OUTSIDE | Clue.OWN),
    ],
)
def test_requests_show_their_clues(more, clues):
    row = {"dst_port": 80, "method": "GET", "user_agent": "Mozilla/5.0", **more}
    assert Clue(request_clues(table(row))["clues"].sum()) == clues


@pytest.mark.parametrize("name", ["203.0.113.9", "203.0.113.9:8080", "2001:db8::1", "[::1]"])
def test_an_address_is_no_name(name):
    assert table({"host": name, "user_agent": "x"}).select(nameless().alias("it"))["it"].item()


@pytest.mark.parametrize("name", ["a.example", "abc", "10-0-0-1.example", "cafe.be"])
def test_a_name_is_no_address(name):
    assert not table({"host": name, "user_agent": "x"}).select(nameless().alias("it"))["it"].item()


@pytest.mark.parametrize(
    ("began", "clock", "caller", "expected"),
    [
        (5 * MINUTE, 6 * MINUTE, 2, (True, True)),
        (5 * MINUTE, 6 * MINUTE, 3, (True, False)),
        (25 * MINUTE, 26 * MINUTE, 2, (False, False)),
        (5 * MINUTE, 95 * MINUTE, 2, (False, False)),
    ],
)
def test_a_call_back_comes_soon_and_is_known_within_the_hour(began, clock, caller, expected):
    order = {"src_key": caller, "dst_key": 1, "dst_inside": True, "dst_outside": False, "dst_port": 445}
    back = {"seq": 1, "began": began, "clock": clock, "dst_inside": True, "dst_outside": False}
    flows = table({**order, "proto": "tcp", "answered": True}, {**back, "proto": "tcp", "answered": True})
    marked = provoked(flows.filter(pl.col("seq") == 1), commands(flows))
    assert marked.select("called", "called_back").row(0) == expected
