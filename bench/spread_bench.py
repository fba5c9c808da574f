"""How fast the intruder is followed, against NDlib and EoN in the same run.

    python -m bench.spread_bench [--nodes 10000] [--arcs 100000] [--runs 1000]

One random graph, one rate, one start, until near saturation. Processor time of one thread for each, since the two
others have one; then wall time with all threads. EoN's event-driven `fast_SIR` solves the same continuous-time
problem; NDlib's SI model is a step of STEP hours repeated. "fallen" is the mean share at the horizon: ours and EoN's
must agree within 1 %, NDlib's within its step.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

import EoN
import networkx as nx
import numpy as np
from ndlib.models import epidemics
from ndlib.models.ModelConfig import Configuration

from bench.plan_bench import hospital_like, suspected
from cloison.model.hospital import Conduit, ConduitId, Hospital, SpreadRates, Zone, ZoneId, ZoneKind
from cloison.model.plan import PlanParameters
from cloison.seal.planner import plan
from cloison.spread.simulation import Simulation

RATE, HORIZON, STEP = 0.1, 24.0, 0.5


def drawn(nodes: int, arcs: int, seed: int) -> Hospital:
    """Draw a one-way graph with this many nodes and arcs, as a map."""
    dice = random.Random(seed)
    rates = SpreadRates(open=RATE, lifeline=0.0)
    pairs = {(dice.randrange(nodes), dice.randrange(nodes)) for _ in range(arcs)}
    return Hospital(
        name="",
        zones=tuple(Zone(id=ZoneId(str(place)), name="", kind=ZoneKind.SERVER) for place in range(nodes)),
        conduits=tuple(
            Conduit(id=ConduitId(f"{a}>{b}"), from_=ZoneId(str(a)), to=ZoneId(str(b)), spread_per_hour=rates)
            for a, b in sorted(pairs)
        ),
    )


def by_eon(graph: nx.DiGraph) -> float:
    """Play one history with EoN and give the share that fell."""
    _, susceptible, _, _ = EoN.fast_SIR(graph, RATE, 0.0, initial_infecteds=[0], tmax=HORIZON)
    return 1.0 - susceptible[-1] / graph.order()


def by_ndlib(graph: nx.DiGraph) -> float:
    """Play one history with NDlib, step by step, and give the share that fell."""
    model = epidemics.SIModel(graph)
    configuration = Configuration()
    configuration.add_model_parameter("beta", 1.0 - np.exp(-RATE * STEP))
    configuration.add_model_initial_configuration("Infected", [0])
    model.set_initial_status(configuration)
    last = model.iteration_bunch(int(HORIZON / STEP) + 1, node_status=False)[-1]
    return last["node_count"][1] / graph.order()


def cost(history: Callable[[], float], times: int) -> tuple[float, float, float]:
    """Give the median processor time of one history, the mean share fallen and its standard error."""
    seconds, shares = [], []
    for _ in range(times):
        began = time.process_time()
        shares.append(history())
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), statistics.fmean(shares), statistics.stdev(shares) / times**0.5


def main() -> None:
    """Print one line a program, then the share of a plan's time that a simulation takes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("nodes", 10_000), ("arcs", 100_000), ("runs", 1_000), ("eon", 8), ("ndlib", 3)):
        options.add_argument(f"--{name}", type=int, default=default)
    given, _ = options.parse_known_args()
    place = drawn(given.nodes, given.arcs, seed=1)
    simulation = Simulation(place, {ZoneId("0"): 1.0}, HORIZON, runs=given.runs, seed=1)
    began = time.process_time()
    fallen = np.isfinite(simulation.falls({})).mean(axis=1)
    mine = (time.process_time() - began) / given.runs
    began = time.perf_counter()
    simulation.follow({})
    both = (time.perf_counter() - began) / given.runs
    graph = nx.DiGraph([(int(each.from_), int(each.to)) for each in place.conduits])
    graph.add_nodes_from(range(given.nodes))
    error = fallen.std(ddof=1) / len(fallen) ** 0.5
    print(f"{given.nodes} nodes, {len(place.conduits)} arcs, one history, processor time of one thread:")
    print(f"  cloison {mine * 1e3:8.2f} ms, fallen {fallen.mean():.4f} ± {error:.4f}; {both * 1e3:.2f} ms, all threads")
    for name, history, times in (("EoN", by_eon, given.eon), ("NDlib", by_ndlib, given.ndlib)):
        seconds, share, error = cost(lambda history=history: history(graph), times)
        print(
            f"  {name:7} {seconds * 1e3:8.0f} ms, fallen {share:.4f} ± {error:.4f}; "
            f"ratio {seconds / mine:.0f} a thread, {seconds / both:.0f} in all"
        )
    share_of_a_plan()


def share_of_a_plan() -> None:
    """Time 1,000 runs on a map of 2,000 zones against the plan on the same map."""
    place = hospital_like(0, zones=2_000, conduits=20_000, services=200)
    parameters = PlanParameters(suspicion=suspected(place, 0), scenarios=20, time_limit_seconds=60.0)
    began = time.process_time()
    plan(place, parameters)
    planning = time.process_time() - began
    began = time.process_time()
    Simulation(place, dict(parameters.suspicion), 24.0, runs=1_000, seed=0).falls({})
    simulating = time.process_time() - began
    print(
        f"2,000 zones, 20,000 conduits, processor time: plan {planning:.2f} s, 1,000 runs {simulating:.2f} s, "
        f"ratio {simulating / planning:.2f}"
    )


if __name__ == "__main__":
    main()
