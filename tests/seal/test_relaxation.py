import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.hospitals import random_hospital

from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.deadline import Deadline, stopped
from cloison.seal.formulation import write_programme
from cloison.seal.relaxation import Relaxation

AMPLE = Deadline.after(stopped, 1.0)


def written(seed: int):
    asked = make_ready(*random_hospital(seed))
    return Balance(asked), write_programme(asked)[0]


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 1_000_000), draw=st.integers(0, 1_000))
def test_with_every_door_settled_the_bound_is_what_the_doors_cost(seed, draw):
    balance, programme = written(seed)
    whole = (np.random.default_rng(draw).random(programme.doors.count) < 0.5).astype(float)
    levels = programme.doors.levels(whole)
    box = {}
    for door in np.flatnonzero(programme.doors.shut >= 0).tolist():
        box[int(programme.doors.shut[door])] = int(levels[door] > 0)
        if programme.doors.closed[door] not in {-1, programme.doors.shut[door]}:
            box[int(programme.doors.closed[door])] = int(levels[door] > 1)
    answer = Relaxation(programme, AMPLE).solve(box, np.inf)
    assert answer.whole
    assert answer.bound == pytest.approx(balance.objective(levels), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_multipliers_prove_the_bound_by_themselves(seed):
    _, programme = written(seed)
    relaxation = Relaxation(programme, AMPLE)
    answer = relaxation.solve({}, np.inf)
    row, column, coefficient, lower = programme.rows()
    weights = np.zeros(len(lower))
    proof = relaxation.multipliers()
    weights[proof.rows] = proof.weights
    left = programme.costs() - np.bincount(column, weights=coefficient * weights[row], minlength=programme.count)
    proved = programme.constant + weights @ lower + np.minimum(left, 0.0).sum()
    assert proved == pytest.approx(answer.bound, abs=1e-6)


def test_each_round_bounds_from_below_and_none_falls():
    _, programme = written(11)
    rounds = []
    last = Relaxation(programme, AMPLE).solve({}, np.inf, rounds.append)
    bounds = [each.bound for each in rounds]
    assert bounds == sorted(bounds)
    assert rounds[-1].bound == last.bound


def test_out_of_time_there_is_no_answer():
    seed = next(seed for seed in range(100) if written(seed)[1].doors.count)
    assert Relaxation(written(seed)[1], Deadline.after(stopped, 0.0)).solve({}, np.inf) is None
