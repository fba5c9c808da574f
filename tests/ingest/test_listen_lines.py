import json

from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.listen_lines import LONGEST, Framing, unwrap

CONN = b'{"ts":1.0,"uid":"Cx","id.orig_h":"10.0.0.1"}'


def test_the_header_of_rfc_5424_is_taken_off():
    message = b"<134>1 2026-03-02T12:00:00Z sonde zeek - - - " + CONN
    assert unwrap(message) == ("zeek", CONN + b"\n")


def test_the_tag_of_rfc_3164_names_the_log_of_a_record_that_does_not():
    assert unwrap(b"<134>Mar  2 12:00:00 sonde zeek_conn: " + CONN) == ("zeek-conn", CONN + b"\n")


def test_the_record_s_own_word_for_its_log_comes_first():
    record = b'{"_path":"dns","ts":1.0,"uid":"Cx"}'
    assert unwrap(b"<134>Mar  2 12:00:00 sonde zeek_conn: " + record) == ("zeek-dns", record + b"\n")


def test_each_sort_of_record_is_told_by_its_keys():
    eve = b'{"timestamp":"2026-03-02T12:00:00","event_type":"flow"}'
    windows = b'{"EventID":4624,"Channel":"Security"}'
    assert unwrap(b"<13>" + eve) == ("eve", eve + b"\n")
    assert unwrap(windows) == ("windows", windows + b"\n")


def test_an_object_over_many_lines_becomes_one_line():
    sort, line = unwrap(json.dumps({"event_type": "dns", "timestamp": "x"}, indent=1).encode())
    assert sort == "eve"
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"event_type": "dns", "timestamp": "x"}


def test_what_holds_no_record_is_none():
    for message in (b"", b"<13>Mar 2 host sshd: accepted", b"}{", b'{"hello": 1}'):
        assert unwrap(message) is None


@given(
    st.lists(st.tuples(st.binary(max_size=60).map(lambda some: some.replace(b"\n", b"")), st.booleans()), max_size=8)
)
def test_messages_come_out_whole_however_the_stream_is_cut(messages):
    # A message framed by a newline must not look like an octet count, nor be empty.
    messages = [(b"<13>" + some, counted) for some, counted in messages]
    sent = b"".join(b"%d %s" % (len(some), some) if counted else some + b"\n" for some, counted in messages)
    for size in (1, 7, 1000):
        framing, out = Framing(), []
        for at in range(0, len(sent), size):
            out += framing.feed(sent[at : at + size])
        assert out == [some for some, _ in messages]


def test_a_message_without_end_is_passed_over_and_counted():
    framing = Framing()
    assert framing.feed(b"x" * (LONGEST + 1)) == []
    assert framing.broken == 1
    assert framing.feed(b"yyy\n<13>next\n") == [b"<13>next"]
