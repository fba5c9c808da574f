"""Compare the plan with trying every set of doors, on many small random maps.

    python -m bench.plan_equality [10000] [--first 0]

Maps of the tests: up to five doors, needs of all and of any, lifelines, passages that nothing shuts, shared doors,
probabilities and rates; every third one with some doors pinned.
"""

import argparse
import time

from tests.seal.hospitals import best_by_trying, pinned, random_hospital

from cloison.model.plan import Status
from cloison.seal.check import check
from cloison.seal.planner import plan


def main() -> None:
    """Run the maps and print how many plans were equal to the best by trying."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("maps", type=int, nargs="?", default=10_000)
    options.add_argument("--first", type=int, default=0)
    given = options.parse_args()
    equal, began = 0, time.perf_counter()
    for seed in range(given.first, given.first + given.maps):
        place, parameters = random_hospital(seed)
        if seed % 3 == 0:
            parameters = pinned(place, parameters, seed)
        found, best = plan(place, parameters), best_by_trying(place, parameters)
        close = abs(found.objective - best) <= 1e-6 * max(1.0, best)
        if close and found.status is Status.OPTIMAL and found.lower_bound <= best and not check(place, found):
            equal += 1
        else:
            print(f"map {seed}: {found.objective} {found.lower_bound}, by trying {best}", flush=True)
    print(f"{equal} of {given.maps} equal, in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
