from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import START, batch, busy_office, fold, in_order, intrusion

from cloison.detect.detector import Context
from cloison.detect.fold import restore
from cloison.detect.run import Act, Runs
from cloison.detect.state import MAGIC, dump, load
from cloison.errors import BadStateError
from cloison.model.addressing import AddressBook
from cloison.model.finding import Barrier
from cloison.words import say

FACTS = {"Cloison": "1"}

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
nested = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.tuples(inner, inner)
        | st.lists(inner).map(deque)
        | st.frozensets(st.integers() | st.text())
    ),
    max_leaves=20,
)


@given(nested)
def test_plain_values_come_back_as_they_were(value):
    assert load(dump(value, FACTS), None, FACTS) == value


@pytest.mark.parametrize(
    "value",
    [
        Counter(a=2),
        OrderedDict(b=1, a=2),
        deque([1, 2], maxlen=2),
        {3, 4},
        Barrier.SPREAD,
        datetime(2026, 3, 1, 4, 5, 6, 7, tzinfo=UTC),
        timedelta(days=-3, microseconds=1),
        say("{n} of {m}", n=1, m=say("two")),
        Act(clock=1, began=0, origin=0, record=2, target="10.0.0.1", note=say("here")),
        1 << 80,
        float("inf"),
        "\ud800 lone",
    ],
    ids=repr,
)
def test_other_values_come_back_with_their_type(value):
    back = load(dump(value, FACTS), None, FACTS)
    assert back == value
    assert type(back) is type(value)


def test_tables_and_arrays_come_back():
    frame = pl.DataFrame({"a": [1, None], "b": [["x"], []]}, schema={"a": pl.UInt64, "b": pl.List(pl.String)})
    frames = load(dump([frame, frame["a"], np.arange(3), np.int64(4)], FACTS), None, FACTS)
    assert frames[0].equals(frame)
    assert frames[0].schema == frame.schema
    assert frames[1].equals(frame["a"])
    assert frames[2].tolist() == [0, 1, 2]
    assert frames[3] == 4


def test_a_table_of_missing_values_keeps_its_way_of_making_them():
    back = load(dump(defaultdict(list, a=[1]), FACTS), None, FACTS)
    back["b"].append(2)
    assert back == {"a": [1], "b": [2]}


def test_one_list_with_two_names_stays_one_list():
    shared = [1]
    left, right = load(dump([shared, shared], FACTS), None, FACTS)
    left.append(2)
    assert right == [1, 2]


@pytest.mark.parametrize(
    "value",
    [object(), (n for n in ()), START.replace(tzinfo=None), defaultdict(lambda: 1), AddressBook],
    ids=["object", "generator", "naive time", "default of a function", "class"],
)
def test_what_has_no_meaning_elsewhere_is_refused_when_written(value):
    with pytest.raises(TypeError):
        dump({"watch": value}, FACTS)


def test_damage_anywhere_is_refused():
    data = dump({"a": [1, "text"]}, FACTS)
    for place in range(len(data)):
        spoiled = bytearray(data)
        spoiled[place] ^= 1
        with pytest.raises(BadStateError):
            load(bytes(spoiled), None, FACTS)
    for size in range(len(data)):
        with pytest.raises(BadStateError):
            load(data[:size], None, FACTS)


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(data):
    for start in (b"", MAGIC):
        with pytest.raises(BadStateError):
            load(start + data, None, FACTS)


def test_another_version_is_refused_by_its_name():
    with pytest.raises(BadStateError, match="Cloison"):
        load(dump(1, FACTS), None, {"Cloison": "2"})


def test_only_classes_of_cloison_are_made():
    data = dump(Act(clock=1, began=0, origin=0, record=2, target="x", note=say("here")), FACTS)
    assert isinstance(load(data, None, FACTS), Act)
    for foreign in ({"tree": ["object", 0, []], "classes": [["subprocess", "Popen", []]]},):
        with pytest.raises(BadStateError):
            load(_forged(foreign), None, FACTS)


def _forged(document):
    import json  # noqa: PLC0415 - only to forge
    import zlib  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415

    page = zlib.compress(json.dumps({"facts": FACTS, **document}).encode())
    body = len(page).to_bytes(8, "big") + page
    return MAGIC + sha256(body).digest() + body


def test_objects_are_filled_in_the_place_of_their_twins():
    runs = Runs()
    runs.open("10.0.0.1", Act(clock=1, began=0, origin=0, record=2, target="x", note=say("here")), [])
    twin = Runs()
    assert load(dump(runs, FACTS), twin, FACTS) is twin
    assert list(twin) == list(runs)


@settings(max_examples=16, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_a_restart_anywhere_changes_no_finding(seed, data):
    random = Random(seed)
    rows = in_order([*busy_office(random), *intrusion(random)])
    whole = fold()
    whole.step(batch(rows))
    first, second = sorted(data.draw(st.integers(0, len(rows))) for _ in range(2))
    context = Context(book=AddressBook(None))
    folded = fold()
    for part in (rows[:first], rows[first:second], rows[second:]):
        folded.step(batch(part))
        folded = restore(folded.save(), context)
    assert folded.findings() == whole.findings()
