from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.wards import BOTH, OFFICE_AT_LIFELINE, hospital

from cloison.enforce.rules import rules_of
from cloison.enforce.silence import RETRIES, SETTLING, Heard, Shut, join, listen
from cloison.model.observations import Kind, conform
from cloison.model.sealing import Crossing, Proof, Span

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
(DOOR,) = rules_of(OFFICE_AT_LIFELINE, hospital()).points[0].doors
OFFICE = Shut(door=DOOR, since=NOON)
SMB = ("10.1.0.7", "10.2.0.10", 445)
LIFELINE = ("10.1.0.7", "10.2.0.10", 8042)
BACK = ("10.2.0.10", "10.1.0.7", 9100)
ELSEWHERE = ("10.3.0.7", "10.2.0.10", 104)


def flow(what, seconds, *, back=3, answered=None, client=None):
    src, dst, port = what
    at = NOON + timedelta(seconds=seconds)
    return {
        "ts": at,
        "seen_at": at,
        "src": src,
        "src_port": 20_000 + seconds % 40_000 if client is None else client,
        "dst": dst,
        "dst_port": port,
        "proto": "tcp",
        "answered": answered,
        "dst_packets": back,
        "origin": 0,
        "record": 1,
    }


def heard(rows, shut=OFFICE):
    flows = conform(Kind.FLOW, pl.DataFrame(rows)) if rows else conform(Kind.FLOW, pl.DataFrame())
    ((found, evidence),) = listen([shut], flows).values()
    assert evidence
    return found, " ".join(map(str, evidence))


USUAL = [flow(SMB, -60 * minute) for minute in range(1, 31)]
ALIVE = [flow(ELSEWHERE, 60 * minute) for minute in range(1, 31)]


def test_silence_where_there_was_traffic_is_heard():
    found, told = heard([*USUAL, *ALIVE])
    assert found is Heard.SILENT
    assert "30 answered flows through it before, and none in 29.9 min since" in told


def test_an_answer_through_a_shut_door_is_a_leak_whatever_the_usual_traffic():
    for usual in (USUAL, []):
        found, told = heard([*usual, *ALIVE, flow(SMB, 600)])
        assert found is Heard.CARRIES
        assert "10.1.0.7 answered by 10.2.0.10 on tcp/445" in told


@pytest.mark.parametrize(
    "passing",
    [
        flow(LIFELINE, 600),
        flow(BACK, 600),
        flow(SMB, 600, back=0),
        flow(SMB, 600, back=0, answered=True),
        flow(SMB, 600, back=None),
        flow(SMB, 600, back=None, answered=True),
        flow(SMB, 600, back=RETRIES, client=20_000 - 60 + 40_000),
        flow(SMB, 2),
        flow(("fd00::1", "fd00::2", 445), 600),
        flow(("pc-7", "serveur", 445), 600),
    ],
    ids=[
        "lifeline",
        "other way",
        "no answer",
        "no packet back",
        "unknown",
        "a lone ACK",
        "an old connection given up",
        "settling",
        "IPv6",
        "names",
    ],
)
def test_what_is_no_leak(passing):
    assert heard([*USUAL, *ALIVE, passing])[0] is Heard.SILENT


def test_an_old_connection_on_which_more_comes_back_than_is_sent_in_vain_still_carries():
    old = flow(SMB, -60)["src_port"]
    kept = [flow(SMB, 600, back=RETRIES, client=old), flow(SMB, 610, back=1, client=old)]
    found, told = heard([*USUAL, *ALIVE, *kept])
    assert found is Heard.CARRIES
    assert "old connection of 10.1.0.7 to 10.2.0.10 on tcp/445" in told


def test_a_log_that_counts_bytes_and_no_packets_shows_answers_too():
    answered = flow(SMB, 600, back=None, answered=True) | {"dst_bytes": 90}
    assert heard([*(one | {"dst_bytes": None} for one in [*USUAL, *ALIVE]), answered])[0] is Heard.CARRIES


def test_an_export_of_one_direction_says_that_it_cannot_show_an_answer():
    lone = [one | {"dst_packets": None, "answered": True} for one in USUAL]
    found, told = heard([*lone, *ALIVE])
    assert found is Heard.UNTOLD
    assert "one direction only" in told


def test_a_door_between_ipv6_addresses_is_heard_like_any_other():
    here, there = Span(first=ip_address("fd00:1::"), last=ip_address("fd00:1::ffff")), ip_address("fd00:2::10")
    crossing = Crossing(source=here, target=Span(first=there, last=there))
    shut = Shut(door=replace(DOOR, crossings=(*DOOR.crossings, crossing), passings=()), since=NOON)
    six = ("fd00:1::7", "fd00:2::10", 445)
    usual = [flow(six, -60 * minute) for minute in range(1, 31)]
    assert heard([*usual, *ALIVE], shut)[0] is Heard.SILENT
    found, told = heard([*usual, *ALIVE, flow(six, 600)], shut)
    assert found is Heard.CARRIES
    assert "fd00:1::7 answered by fd00:2::10" in told
    assert heard([*usual, *ALIVE, flow(("fd00:3::7", "fd00:2::10", 445), 600)], shut)[0] is Heard.SILENT


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "holds no flow"),
        (USUAL, "nothing from after"),
        (ALIVE, "no traffic through it before"),
        ([*USUAL, flow(ELSEWHERE, 60)], "too short"),
        ([flow(SMB, -1700), flow(ELSEWHERE, -1800), *ALIVE], "too short"),
    ],
)
def test_silence_that_means_nothing_is_told_as_such(rows, words):
    found, told = heard(rows)
    assert found is Heard.UNTOLD
    assert words in told


@given(st.sampled_from(Proof), st.sampled_from(Heard))
def test_silence_never_proves_and_a_leak_always_tells(proof, found):
    joined = join(proof, found)
    assert joined is (Proof.LEAKING if found is Heard.CARRIES else proof)


def test_every_door_has_its_own_answer():
    doors = [Shut(door=door, since=NOON - SETTLING) for door in rules_of(BOTH, hospital()).points[0].doors]
    assert list(listen(doors, conform(Kind.FLOW, pl.DataFrame([*USUAL, *ALIVE])))) == doors
