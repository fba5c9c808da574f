"""A life that was hurried is written at the hospital's own pace."""

import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.errors import RangeError
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.stretching import PAUSE, Pace, conversation, stretch

BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORIGIN = datetime(2026, 3, 2, tzinfo=UTC)
CLOCK = Clock(began=BEGAN, origin=ORIGIN, speed=100)


def frame(near=1, far=2, port=1000):
    head = struct.pack("!BBHHHBBH4B4B", 0x45, 0, 40, 0, 0, 64, 6, 0, 10, 0, 0, near, 10, 0, 0, far)
    ports = (port, 443) if near < far else (443, port)
    return bytes(12) + b"\x08\x00" + head + struct.pack("!HHIIHHHH", *ports, 0, 0, 0x5000, 0, 0, 0)


def capture(path, packets):
    """Write (seconds after the beginning, frame)."""
    content = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    for after, one in packets:
        micro = round((BEGAN.timestamp() + after) * 1e6)
        content += struct.pack("<IIII", micro // 1_000_000, micro % 1_000_000, len(one), len(one)) + one
    path.write_bytes(content)
    return path


def written(path):
    content, place, found = path.read_bytes(), 24, []
    while place < len(content):
        seconds, micro, size, _ = struct.unpack_from("<IIII", content, place)
        moment = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micro)
        found.append(((moment - ORIGIN).total_seconds(), content[place + 16 : place + 16 + size]))
        place += 16 + size
    return found


def test_answers_come_as_fast_as_they_did_and_people_as_slowly_as_they_do(tmp_path):
    ask, answer, other = frame(), frame(near=2, far=1), frame(port=2000)
    first = capture(tmp_path / "1.pcap", [(1.0, ask), (1.01, other), (1.02, answer)])
    second = capture(tmp_path / "2.pcap", [(3.0, ask), (3.25, answer)])
    told = stretch([first, second], tmp_path / "out.pcap", CLOCK)
    seen = written(tmp_path / "out.pcap")
    expected = [(100.0, ask), (100.02, answer), (101.0, other), (300.0, ask), (300.25, answer)]
    assert seen == [(pytest.approx(moment, abs=2e-6), one) for moment, one in expected]
    assert (told.packets, told.first, told.last - told.first) == (
        5,
        ORIGIN + timedelta(seconds=100),
        timedelta(seconds=200.25),
    )


def test_at_the_hospital_s_pace_nothing_moves(tmp_path):
    clock = Clock(began=BEGAN, origin=BEGAN)
    packets = [(0.1 * number, frame(port=1000 + number % 3)) for number in range(50)]
    source = capture(tmp_path / "in.pcap", packets)
    stretch([source], tmp_path / "out.pcap", clock)
    assert (tmp_path / "out.pcap").read_bytes() == source.read_bytes()


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3)), min_size=1, max_size=40))
def test_a_conversation_keeps_its_order_and_its_bursts(steps):
    pace, now, before = Pace(CLOCK), BEGAN.timestamp(), {}
    for number, gap in steps:
        now += gap
        talk = (bytes([number]), b"", 6)
        moved = pace.moved(talk, now)
        if number in before:
            real, told = before[number]
            if now - real <= PAUSE:
                assert moved - told == pytest.approx(now - real, abs=1e-4)
            else:
                assert moved - told >= now - real - 1e-4
        before[number] = (now, moved)


def test_both_ways_of_a_conversation_are_one_and_other_ports_another():
    assert conversation(frame()) == conversation(frame(near=2, far=1))
    assert conversation(frame()) != conversation(frame(port=2000))
    assert conversation(b"short") == conversation(bytes(60))


def test_a_packet_that_is_not_whole_is_left_out(tmp_path):
    path = capture(tmp_path / "cut.pcap", [(1.0, frame()), (2.0, frame())])
    path.write_bytes(path.read_bytes()[:-10])
    assert stretch([path], tmp_path / "out.pcap", CLOCK).packets == 1


def test_what_is_no_capture_or_holds_nothing_is_told(tmp_path):
    (tmp_path / "text").write_text("not a capture, though long enough to be one")
    with pytest.raises(RangeError, match="no capture of the range"):
        stretch([tmp_path / "text"], tmp_path / "out.pcap", CLOCK)
    with pytest.raises(RangeError, match="nothing crossed"):
        stretch([capture(tmp_path / "empty.pcap", [])], tmp_path / "out.pcap", CLOCK)
