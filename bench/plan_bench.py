"""How long a plan takes on hospital-like maps, against the bare solver call inside it.

    python bench/plan_bench.py [--zones 200] [--conduits 1500] [--services 60] [--scenarios 50] [--instances 5]

Each line: our whole time (drawing, proof, alternatives, checks), the part of it inside HiGHS, the time of one
bare HiGHS call on the same programme with all its rows, our whole time over that, and whether the plan was proved.
"""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Iterator
from typing import Self

import highspy
import numpy as np

from cloison.model.hospital import (
    AllOf,
    AnyOf,
    Asset,
    AssetId,
    CareService,
    CareServiceId,
    Conduit,
    ConduitId,
    Degraded,
    DoorId,
    EnforcementPoint,
    EnforcementPointId,
    Flow,
    FlowId,
    Hospital,
    Needs,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.model.plan import PlanParameters, Status
from cloison.seal.asked import make_ready
from cloison.seal.check import check
from cloison.seal.planner import plan, write_programme

SHARES = (
    (ZoneKind.OFFICE, 0.30),
    (ZoneKind.SERVER, 0.25),
    (ZoneKind.CARE, 0.20),
    (ZoneKind.BIOMEDICAL, 0.15),
    (ZoneKind.IDENTITY, 0.02),
    (ZoneKind.MANAGEMENT, 0.01),
    (ZoneKind.BACKUP, 0.02),
    (ZoneKind.SUPPLIER, 0.03),
    (ZoneKind.OT, 0.02),
)

USES = {
    ZoneKind.OFFICE: ("tcp/445", "tcp/443", "tcp/3389", "tcp/80"),
    ZoneKind.CARE: ("tcp/443", "tcp/445", "tcp/2575"),
    ZoneKind.BIOMEDICAL: ("tcp/104", "tcp/11112", "tcp/2575"),
    ZoneKind.SERVER: ("tcp/443", "tcp/1433", "tcp/445", "tcp/22"),
    ZoneKind.IDENTITY: ("tcp/88", "tcp/389", "tcp/445"),
    ZoneKind.MANAGEMENT: ("tcp/22", "tcp/3389", "tcp/5985"),
    ZoneKind.BACKUP: ("tcp/22", "tcp/445"),
    ZoneKind.SUPPLIER: ("tcp/3389", "tcp/443"),
    ZoneKind.OT: ("tcp/502", "udp/47808"),
}

POINT = EnforcementPointId("pare-feu")


def hospital_like(seed: int, *, zones: int, conduits: int, services: int) -> Hospital:
    """Draw a map: clients reach servers, a directory reaches everyone, most doors are on a firewall."""
    dice = random.Random(seed)
    places = list(_zones(dice, zones))
    by_kind = {kind: [place for place in places if place.kind is kind] for kind in ZoneKind}
    ways = [_conduit(dice, number, places, by_kind) for number in range(conduits)]
    assets = tuple(
        Asset(id=AssetId(f"{place.id}-{number}"), name="", zone=place.id) for place in places for number in range(3)
    )
    flows, care = [], []
    for number in range(services):
        own, needs = _service(dice, number, ways, by_kind)
        flows += own
        care.append(
            CareService(
                id=CareServiceId(f"s{number}"),
                name="",
                care_per_hour=dice.choice([0.5, 1.0, 2.0, 5.0, 10.0]),
                degraded=Degraded(capacity=dice.choice([0.2, 0.5, 0.8]), hours=dice.choice([4.0, 12.0, 24.0])),
                restore_hours=dice.choice([24.0, 72.0, 240.0]),
                needs=needs,
            )
        )
    return Hospital(
        name="CH de l'Exemple",
        zones=tuple(places),
        assets=assets,
        enforcement_points=(EnforcementPoint(id=POINT, driver="memory"),),
        conduits=tuple(ways),
        flows=tuple(flows),
        care_services=tuple(care),
    )


def suspected(place: Hospital, seed: int) -> tuple[tuple[ZoneId, float], ...]:
    """Suspect one office for sure and a few zones a little, as a first hour's findings would."""
    dice = random.Random(seed)
    offices = [zone.id for zone in place.zones if zone.kind is ZoneKind.OFFICE]
    others = dice.sample([zone.id for zone in place.zones if zone.id != offices[0]], k=4)
    return tuple(sorted([(offices[0], 0.95), *((zone, dice.choice([0.1, 0.3])) for zone in others)]))


def _zones(dice: random.Random, count: int) -> Iterator[Zone]:
    kinds = [kind for kind, share in SHARES for _ in range(max(1, round(share * count)))]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        records = dice.choice([0, 2_000, 50_000]) if kind is ZoneKind.SERVER else 0
        yield Zone(id=ZoneId(f"z{number}"), name="", kind=kind, patient_records=records)


def _conduit(dice: random.Random, number: int, places: list[Zone], by_kind: dict[ZoneKind, list[Zone]]) -> Conduit:
    roll = dice.random()
    if roll < 0.15:
        hub = dice.choice(by_kind[ZoneKind.IDENTITY] + by_kind[ZoneKind.MANAGEMENT])
        ends = [hub, dice.choice(places)]
        dice.shuffle(ends)
    elif roll < 0.7:
        clients = by_kind[ZoneKind.OFFICE] + by_kind[ZoneKind.CARE] + by_kind[ZoneKind.BIOMEDICAL]
        ends = [dice.choice(clients), dice.choice(by_kind[ZoneKind.SERVER])]
        if dice.random() < 0.3:
            ends.reverse()
    else:
        ends = dice.sample(places, k=2)
    to = ends[1]
    manual = dice.random() < 0.1
    return Conduit(
        id=ConduitId(f"c{number}"),
        from_=ends[0].id,
        to=to.id,
        services=tuple(dice.sample(USES[to.kind], k=dice.randint(1, 2))),
        enforced_by=POINT if dice.random() < 0.93 else None,
        close_minutes=15.0 if manual else 0.2,
        door=DoorId(f"interface-{dice.randrange(60)}") if dice.random() < 0.15 else None,
    )


def _service(
    dice: random.Random, number: int, ways: list[Conduit], by_kind: dict[ZoneKind, list[Zone]]
) -> tuple[list[Flow], Needs]:
    ward = dice.choice(by_kind[ZoneKind.CARE] + by_kind[ZoneKind.BIOMEDICAL])
    flows = []
    inward = [way for way in ways if way.from_ == ward.id] or ways
    for rank in range(dice.randint(1, 4)):
        via = tuple(way.id for way in dice.sample(inward, k=min(len(inward), dice.randint(1, 2))))
        flows.append(Flow(id=FlowId(f"f{number}-{rank}"), via=via, service="tcp/104", lifeline=dice.random() < 0.6))
    servers = dice.sample(by_kind[ZoneKind.SERVER], k=3)
    leaves: list[Needs] = [f"zone:{ward.id}", f"asset:{servers[0].id}-0", *(f"flow:{flow.id}" for flow in flows)]
    if dice.random() < 0.4:
        leaves.append(AnyOf(of=(f"asset:{servers[1].id}-1", f"asset:{servers[2].id}-2")))
    return flows, AllOf(of=tuple(leaves))


def bare_call(place: Hospital, parameters: PlanParameters) -> tuple[float, float]:
    """Hand the whole programme to HiGHS as it is, one thread, no tolerance on the gap: (seconds, objective)."""
    programme, _, _ = write_programme(make_ready(place, parameters))
    row, column, coefficient, lower = programme.rows()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = programme.count, len(lower), programme.constant
    lp.col_cost_, lp.row_lower_ = programme.costs(), lower
    lp.col_lower_, lp.col_upper_ = np.zeros(programme.count), np.ones(programme.count)
    lp.row_upper_ = np.full(len(lower), highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = programme.count, len(lower)
    lp.a_matrix_.start_ = np.append(0, np.cumsum(np.bincount(row, minlength=len(lower)))).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column.astype(np.int32), coefficient
    doors = programme.doors.count
    lp.integrality_ = [highspy.HighsVarType.kInteger] * doors + [highspy.HighsVarType.kContinuous] * (
        programme.count - doors
    )
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("time_limit", 300.0)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    began = time.perf_counter()
    solver.run()
    return time.perf_counter() - began, solver.getInfo().objective_function_value


class _Stopwatch:
    """Time spent in the solver's own run()."""

    seconds = 0.0
    _run = highspy.Highs.run

    def __enter__(self) -> Self:
        def timed(solver: highspy.Highs) -> highspy.HighsStatus:
            began = time.perf_counter()
            status = _Stopwatch._run(solver)
            self.seconds += time.perf_counter() - began
            return status

        highspy.Highs.run = timed
        return self

    def __exit__(self, *_: object) -> None:
        del highspy.Highs.run  # what the class inherits shows again


def main() -> None:
    """Run the instances and print one line each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("zones", 200), ("conduits", 1500), ("services", 60), ("scenarios", 50), ("instances", 5)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--first", type=int, default=0, help="seed of the first instance")
    options.add_argument("--time-limit", type=float, default=60.0)
    given = options.parse_args()
    totals, ratios, proved = [], [], 0
    for seed in range(given.first, given.first + given.instances):
        place = hospital_like(seed, zones=given.zones, conduits=given.conduits, services=given.services)
        parameters = PlanParameters(
            suspicion=suspected(place, seed), scenarios=given.scenarios, time_limit_seconds=given.time_limit, seed=seed
        )
        with _Stopwatch() as solver:
            began = time.perf_counter()
            found = plan(place, parameters)
            total = time.perf_counter() - began
        totals.append(total)
        bare, objective = bare_call(place, parameters)
        ratios.append(total / bare)
        proved += found.status is Status.OPTIMAL
        print(
            f"seed {seed}: {total:5.2f} s, of which solver {solver.seconds:5.2f} s; bare call {bare:5.2f} s "
            f"({objective:.1f}); ratio {ratios[-1]:4.2f}; {found.status}, "
            f"gap {found.gap:.1e}, {found.without_sealing:.0f} -> {found.objective:.1f}, "
            f"{found.sealed.doors_moved} doors, {len(check(place, found))} complaints",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{given.zones} zones, {given.conduits} conduits, {given.services} services, {given.scenarios} scenarios: "
        f"median {statistics.median(totals):.2f} s, median ratio {statistics.median(ratios):.2f}, "
        f"{proved}/{given.instances} proved, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
