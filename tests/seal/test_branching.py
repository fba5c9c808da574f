import numpy as np
import pytest
from tests.seal.hospitals import best_by_trying, hospital, random_hospital, sure_conduit, zone

from cloison.model.hospital import DoorId, ZoneId
from cloison.model.plan import PlanParameters
from cloison.seal.asked import make_ready
from cloison.seal.balance import Balance
from cloison.seal.branching import Best, search
from cloison.seal.deadline import Deadline, stopped
from cloison.seal.formulation import write_programme
from cloison.seal.relaxation import Relaxation

BRANCHED = (248, 331, 891)
"""Random maps that the relaxation alone does not settle."""


def triangle():
    """Three ways into the archive, each barred by either of two cables: two of three cables, 1.5 when ajar."""
    pairs = (("a", "b"), ("b", "c"), ("a", "c"))
    conduits = [
        conduit
        for number, (first, second) in enumerate(pairs)
        for conduit in (
            sure_conduit(f"in{number}", "office", f"m{number}", door=DoorId(first)),
            sure_conduit(f"out{number}", f"m{number}", "archive", door=DoorId(second)),
        )
    ]
    zones = (zone("office"), zone("m0"), zone("m1"), zone("m2"), zone("archive", 100_000))
    place = hospital(zones=zones, conduits=tuple(conduits))
    return place, PlanParameters(suspicion=((ZoneId("office"), 1.0),), scenarios=1, action_weight=1.0)


def searched(seed: int, seconds: float = 1.0):
    return search_in(*random_hospital(seed), seconds)


def search_in(place, parameters, seconds: float = 1.0):
    asked = make_ready(place, parameters)
    balance, programme = Balance(asked), write_programme(asked)[0]
    open_ = asked.doors.least
    best = Best(open_, balance.objective(open_), programme.constant)
    relaxation = Relaxation(programme, Deadline.after(stopped, seconds))
    search(best, relaxation, programme.doors, balance.objective, lambda levels: levels)
    return best, place, parameters, programme


@pytest.mark.parametrize("seed", [*range(40), *BRANCHED])
def test_the_bound_meets_the_best_by_trying(seed):
    best, place, parameters, _ = searched(seed)
    lowest = best_by_trying(place, parameters)
    assert best.proved
    assert best.objective == pytest.approx(lowest)
    assert best.bound == pytest.approx(lowest)


@pytest.mark.parametrize("seed", [*range(20), *BRANCHED])
def test_the_leaves_cover_every_set_of_doors_and_none_is_below_the_bound(seed):
    best, _, _, programme = searched(seed)
    for draw in np.random.default_rng(seed).integers(0, 2, size=(20, programme.doors.count)).tolist():
        assert sum(all(draw[column] == side for column, side in leaf.box.items()) for leaf in best.leaves) == 1
    assert min(leaf.bound for leaf in best.leaves) == pytest.approx(best.bound)


def test_doors_that_only_stand_ajar_in_the_relaxation_are_settled_by_branching():
    best = search_in(*triangle())[0]
    assert best.root.bound == pytest.approx(1.5)
    assert (best.proved, best.objective, best.bound) == (True, pytest.approx(2.0), pytest.approx(2.0))
    assert len(best.leaves) > 1


def test_out_of_time_the_bound_is_true_and_nothing_is_called_proved():
    best, place, parameters, _ = searched(23, seconds=0.0)
    assert not best.proved
    assert best.bound <= best_by_trying(place, parameters) <= best.objective + 1e-9


def test_what_gets_better_is_told_and_only_that():
    told = []
    best = Best(np.zeros(1, dtype=np.int8), 10.0, 0.0, on_better=lambda it: told.append((it.objective, it.bound)))
    best.try_doors(np.ones(1, dtype=np.int8), 12.0)
    best.try_doors(np.ones(1, dtype=np.int8), 8.0)
    best.raise_bound(3.0)
    best.raise_bound(2.0)
    assert told == [(8.0, 0.0), (8.0, 3.0)]
