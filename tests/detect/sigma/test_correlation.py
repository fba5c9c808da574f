from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.detect.sigma import correlation as correlation_module
from cloison.detect.sigma.correlation import MICROSECONDS, Threads, fields_of, joined_by
from cloison.model.rules import Correlation, Joining, Level


def correlation(joining, rules=("a",), **more):
    plain = {"group_by": (), "aliases": (), "seconds": 60, "file": "", "techniques": (), "tactics": ()}
    return Correlation(id="j", title="J", level=Level.HIGH, joining=joining, rules=rules, **(plain | more))


def held(one, *matches):
    """Times, in seconds, at which the correlation held."""
    threads = Threads()
    return [at for at, rule, value in matches if threads.meet(one, rule, round(at * MICROSECONDS), ("pc",), value)]


def test_enough_matches_within_the_time():
    one = correlation(Joining.EVENT_COUNT, at_least=3)
    assert held(one, *((at, "a", "") for at in (0, 50, 100, 110, 115))) == [110]


def test_it_begins_anew_once_it_held():
    one = correlation(Joining.EVENT_COUNT, at_least=2)
    assert held(one, *((at, "a", "") for at in (0, 1, 2, 3, 4))) == [1, 3]


def test_distinct_values_are_counted_once():
    one = correlation(Joining.VALUE_COUNT, at_least=3, field="User")
    assert held(one, (0, "a", "x"), (1, "a", "x"), (2, "a", "y"), (3, "a", "z")) == [3]
    assert held(one, (0, "a", "x"), (50, "a", "y"), (61, "a", "z")) == []


def test_all_rules_in_any_order():
    one = correlation(Joining.TEMPORAL, rules=("a", "b"))
    assert held(one, (0, "b", ""), (10, "b", ""), (65, "a", "")) == [65]
    assert held(one, (0, "b", ""), (61, "a", "")) == []


def test_all_rules_in_their_order():
    one = correlation(Joining.TEMPORAL_ORDERED, rules=("a", "b", "c"))
    assert held(one, (0, "a", ""), (1, "c", ""), (2, "b", ""), (3, "c", "")) == [3]
    assert held(one, (0, "c", ""), (1, "b", ""), (2, "a", "")) == []
    assert held(one, (0, "a", ""), (40, "b", ""), (70, "c", "")) == []
    assert held(one, (0, "a", ""), (30, "a", ""), (40, "b", ""), (70, "c", "")) == [70]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_the_first_time_is_the_one_that_looking_at_everything_gives(seed):
    random = Random(seed)
    times = sorted(random.randrange(200) for _ in range(30))
    matches = [(at, random.choice("abc"), random.choice("xyz")) for at in times]
    window = [
        (at, [one for one in matches[: place + 1] if one[0] >= at - 60]) for place, (at, *_) in enumerate(matches)
    ]
    wanted = {
        Joining.EVENT_COUNT: [at for at, them in window if len(them) >= 4],
        Joining.VALUE_COUNT: [at for at, them in window if len({value for *_, value in them}) >= 3],
        Joining.TEMPORAL: [at for at, them in window if len({rule for _, rule, _ in them}) == 3],
    }
    for joining, times_held in wanted.items():
        least = {Joining.EVENT_COUNT: 4, Joining.VALUE_COUNT: 3}.get(joining, 1)
        one = correlation(joining, rules=("a", "b", "c"), at_least=least, field="User")
        assert held(one, *matches)[:1] == times_held[:1]


def test_combinations_are_bounded(monkeypatch):
    monkeypatch.setattr(correlation_module, "KEYS", 50)
    threads, one = Threads(), correlation(Joining.EVENT_COUNT, at_least=2)
    for key in range(60):
        threads.meet(one, "a", key, (str(key),), "")
    assert len(threads.known["j"]) == 50


def test_aliases_name_the_fields_of_each_rule():
    one = correlation(
        Joining.VALUE_COUNT,
        rules=("a", "b"),
        group_by=("who",),
        aliases=(("who", (("a", "User"), ("b", "Name"))),),
        field="Ip",
    )
    assert fields_of(one, "a") == ("User", "Ip")
    assert fields_of(one, "b") == ("Name", "Ip")
    assert set(joined_by([one])) == {"a", "b"}
