import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.targets import TARGETS, seeds, words

QUICK = sorted(set(TARGETS) - {"nfdump"})


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_small_logs_are_read(name):
    for seed in seeds(name):
        TARGETS[name](seed)


@pytest.mark.parametrize("name", QUICK)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_change_to_a_small_log_gets_past_its_reader(name, data):
    made = data.draw(st.sampled_from(list(seeds(name))))
    put = st.sampled_from([*words(name), b"\xff", b"\0", b"\n", b"\t"]) | st.binary(max_size=6)
    for at, change in data.draw(st.lists(st.tuples(st.integers(0, len(made)), put), max_size=6)):
        made = made[:at] + change + made[at + len(change) :]
    TARGETS[name](made)


@pytest.mark.parametrize(
    "text",
    [
        b'{"_path":"conn","ts":1.0,"id.orig_h":' + b"[" * 10_000 + b"]" * 10_000 + b"}\n",
        b'{"_path":"dns","ts":1.0,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","query":"' + b"x" * 60_000 + b'"}\n',
        b'{"_path":"dns","ts":4291747200.0,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","query":"\xff\xfe"}\n',
        b'{"_path":"dns","ts":0.0,"id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","query":"\\ud800"}\n',
    ],
    ids=["nested 10,000 deep", "a name of 60 kB", "2106 and bytes that are no UTF-8", "1970 and half a letter"],
)
@pytest.mark.parametrize("name", ["zeek-json", "eve"])
def test_hostile_lines_cost_only_themselves(name, text):
    TARGETS[name](text)
