from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import DAY, arp, findings_of, flow

from cloison.detect.detectors.sweep import DETECTOR

BAD = "10.1.0.7"


def pings(answers, *, every=0.1, at=0.0, question=8):
    return [
        flow(at + i * every, BAD, f"10.1.0.{i + 10}", 0, src_port=question, proto="icmp", answered=there)
        for i, there in enumerate(answers)
    ]


def requests(count, *, every=0.05, at=0.0, src=BAD):
    return [arp(at + i * every, src, f"10.1.{i // 250}.{i % 250}") for i in range(count)]


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def test_fires_on_neighbours_pinged_many_of_whom_are_not_there():
    (one,) = found(pings([True, False] * 9))
    assert (one.technique, one.sources, len(one.targets)) == ("T1018", (BAD,), 18)
    assert (one.detected_at - one.first_seen).total_seconds() == pytest.approx(0.9)


@pytest.mark.parametrize("question", [13, 17, 128])
def test_fires_on_questions_that_take_the_place_of_echoes(question):
    everyone = [True] * 20
    (one,) = found([*pings(everyone), *pings([False] * 20, at=10.0, question=question)])
    assert (one.technique, len(one.targets)) == ("T1018", 20)


def test_quiet_on_one_machine_asked_in_several_ways():
    assert not found(
        [row for place in range(4) for row in pings([False] * 3, at=place, question=(8, 13, 17, 128)[place])]
    )


def test_fires_on_addresses_asked_for_where_nobody_is():
    (one,) = found(requests(254))
    assert (one.technique, one.sources) == ("T1018", (BAD,))
    assert "ARP" in str(one.explanation)


def test_fires_through_the_replies_of_those_who_are_there():
    replies = [arp(0.01 + 0.05 * i, f"10.1.0.{i}", BAD, "reply") for i in range(0, 250, 5)]
    assert len(found([*requests(250), *replies])) == 1


@pytest.mark.parametrize(
    "rows",
    [
        pings([True] * 200),
        pings([False] * 9),
        pings([True, False] * 40, every=30.0),
        [row for day in range(5) for row in pings([False] * 9, at=day * DAY)],
        [{**row, "src_port": 0} for row in pings([False] * 60)],
        requests(20),
        requests(200, every=5.0),
        [arp(i * 0.05, f"10.1.0.{i}", f"10.1.0.{i}") for i in range(200)],
        [arp(i * 0.05, f"10.1.0.{i}", "10.1.0.254") for i in range(200)],
    ],
    ids=["supervision", "few", "slow", "known", "replies", "few asked", "asked slowly", "announcements", "router"],
)
def test_quiet_on(rows):
    assert found(rows) == ()


def test_quiet_on_addresses_where_somebody_has_been_heard():
    heard = [arp(i * 0.05, f"10.1.{i // 250}.{i % 250}", "10.1.9.9") for i in range(254)]
    assert found([*heard, *requests(254, at=3600.0)]) == ()
    assert len(found([*heard, *requests(254, at=5 * DAY)])) == 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), data=st.data())
def test_findings_do_not_depend_on_where_the_stream_is_cut(seed, data):
    random = Random(seed)
    rows = [*requests(80, every=0.4), *pings([random.random() < 0.7 for _ in range(40)], every=1.0)]
    rows += [arp(random.random() * 40, f"10.1.0.{i}", "10.1.9.9", "reply") for i in range(0, 80, 3)]
    cuts = data.draw(st.lists(st.integers(0, len(rows)), max_size=6))
    assert found(rows, cuts=cuts) == found(rows)
