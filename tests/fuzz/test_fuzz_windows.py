import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.fuzz_windows import one
from tests.ingest.windows.events import element, lines

EVENT = lines(element(TargetUserName="alix", LogonType=3), {"EventID": 1, "Channel": "c", "EventTime": "x"}).encode()
WORDS = st.sampled_from(
    [b"ElfFile\0", b"ElfChnk\0", b"**\0\0", b'{"Event":', b'{"EventID":', b'"System":', b"[", b"}", b"\n", b'"', b"\\"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS | st.binary(max_size=40), max_size=30).map(b"".join))
def test_no_bytes_get_past_the_readers(data):
    one(data)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(EVENT) - 1), st.binary(max_size=3)), max_size=8))
def test_no_change_to_an_event_gets_past_the_readers(changes):
    data = EVENT
    for at, put in changes:
        data = data[:at] + put + data[at + 1 :]
    one(data)
    one(json.dumps([data.decode("utf-8", "replace")]).encode())
