import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.frames import CLIENT, SERVER, frame

from cloison.ingest.detail.frame import WAITING, Frame, Waiting, as_number, at, is_true
from cloison.model.observations import Kind


def test_a_packet_tells_its_time_to_the_microsecond_and_its_ends():
    packet = frame(7, "eth:ip:tcp", stream="3")
    assert (packet.number, packet.time_us, packet.stream) == (7, 1_700_000_000_000_007, "t3")
    assert packet.row() == {
        "ts": packet.time_us, "seen_at": packet.time_us, "record": 7, "src": CLIENT, "dst": SERVER, "dst_port": 445,
    }  # fmt: skip


def test_an_answer_has_the_asking_side_as_source():
    row = frame(1, "eth:ip:tcp", reply=True).row(reply=True)
    assert (row["src"], row["dst"], row["dst_port"]) == (CLIENT, SERVER, 445)


def test_a_line_of_another_length_is_refused():
    with pytest.raises(ValueError, match="1"):
        Frame("1\t2", {"frame.number": 0})


def test_a_field_that_tshark_does_not_know_is_absent():
    assert frame(1, "eth").all("no.such.field") == []


def test_values_belong_to_their_message():
    assert [at(["a", "b"], place, 2) for place in (0, 1)] == ["a", "b"]
    assert [at(["a"], place, 2) for place in (0, 1)] == ["a", "a"]
    assert at(["a", "b"], 0, 3) is None


def test_the_oldest_question_makes_room():
    waiting = Waiting(Kind.DNS)
    displaced = [row for place in range(WAITING + 2) for _, row in waiting.put(place, {"record": place})]
    assert displaced == [{"record": 0}, {"record": 1}]
    assert len(list(waiting.end())) == WAITING


def test_flags_are_read_as_old_and_new_tshark_write_them():
    assert [is_true(text) for text in ("1", "True", "0", "False", None)] == [True, True, False, False, False]


@given(st.one_of(st.none(), st.text(max_size=12)))
def test_a_number_is_read_or_is_none(text):
    assert as_number(text) is None or isinstance(as_number(text), int)
