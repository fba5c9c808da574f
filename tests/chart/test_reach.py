"""Shortest ways equal those found by trying every way."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.chart.reach import Arc, shortest_ways

ZONES = "abcde"
arcs = st.lists(
    st.builds(Arc, from_=st.sampled_from(ZONES), to=st.sampled_from(ZONES), declared=st.booleans()).filter(
        lambda arc: arc.from_ != arc.to
    ),
    max_size=12,
    unique=True,
)


def every_way(given_arcs, start, end, never_through):
    """Every way that crosses no zone twice, as tuples of arcs."""
    for length in range(len(ZONES) - 1):
        for middle in permutations(set(ZONES) - {start, end}, length):
            if set(middle) & never_through:
                continue
            stops = (start, *middle, end)
            choices = [[arc for arc in given_arcs if (arc.from_, arc.to) == leg] for leg in pairwise(stops)]
            yield from combine(choices)


def combine(choices):
    if not choices:
        yield ()
        return
    for first in choices[0]:
        for rest in combine(choices[1:]):
            yield (first, *rest)


@settings(max_examples=60, deadline=None)
@given(arcs, st.sampled_from([frozenset(), frozenset("c")]))
def test_the_shortest_declared_way_is_the_shortest_of_all_declared_ways(given_arcs, never_through):
    found = shortest_ways(given_arcs, ["a"], never_through=never_through)
    for end in "bcde":
        ways = [way for way in every_way(given_arcs, "a", end, never_through) if all(arc.declared for arc in way)]
        best = min(map(len, ways), default=None)
        assert (len(found[end, False]) if (end, False) in found else None) == best


@settings(max_examples=60, deadline=None)
@given(arcs)
def test_no_simple_undeclared_way_is_shorter_than_the_one_found(given_arcs):
    found = shortest_ways(given_arcs, ["a"])
    for end in "bcde":
        ways = [way for way in every_way(given_arcs, "a", end, frozenset()) if not all(arc.declared for arc in way)]
        if ways:
            assert len(found[end, True]) <= min(map(len, ways))


@settings(deadline=None)
@given(arcs)
def test_a_way_holds_together_and_is_of_its_sort(given_arcs):
    for (end, strayed), way in shortest_ways(given_arcs, ["a", "b"]).items():
        assert set(way) <= set(given_arcs)
        assert all(one.to == other.from_ for one, other in pairwise(way))
        assert strayed == any(not arc.declared for arc in way)
        assert (way[-1].to if way else end) == end
