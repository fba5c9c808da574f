import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloison.rehearse.rhythm import CARE, DAY, MORNING, NIGHT, OFFICE, THEATRE, chance, moments, sizes, ticks

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, rhythm=st.sampled_from([CARE, MORNING, NIGHT, OFFICE, THEATRE]))
def test_moments_fall_in_the_hours_that_have_a_weight(seed, rhythm):
    at = moments(np.random.default_rng(seed), rhythm, 200)
    assert ((at >= 0) & (at < DAY)).all()
    assert all(rhythm[hour] > 0 for hour in (at // 3600).astype(int))


def test_an_hour_of_double_weight_holds_twice_as_much():
    at = moments(np.random.default_rng(3), (1, 2, *[0] * 22), 30_000)
    assert abs(np.mean(at < 3600) - 1 / 3) < 0.02


@given(seed=SEEDS, n=st.integers(0, 4))
def test_pollers_without_jitter_keep_their_step(seed, n):
    at = ticks(np.random.default_rng(seed), n, 300.0, 0.0)
    assert at.shape == (n, 289)
    assert np.allclose(np.diff(at, axis=1), 300.0)


@given(seed=SEEDS)
def test_a_share_of_nothing_never_happens_and_of_one_always_does(seed):
    rng = np.random.default_rng(seed)
    assert not chance(rng, 0.0, 50).any()
    assert chance(rng, 1.0, 50).all()


@given(seed=SEEDS, median=st.floats(1, 1e9))
def test_sizes_without_spread_are_their_median(seed, median):
    assert np.allclose(sizes(np.random.default_rng(seed), median, 0.0, 5), median)
