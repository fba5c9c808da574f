"""How soon a plan is good, and how soon it is proved, on hospital-like maps.

    python -m bench.plan_bench [--instances 5] [--large 3] [--time-limit 60]

One line to an aim: seconds to the first answer within 2 % of the best known, to the proof, and to the whole
(drawing, proof, alternatives, checks); then `cloison plan` from a cold start, the process included.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

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
from cloison.seal.check import check
from cloison.seal.planner import plan
from cloison.store.hospital_file import save

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
        Asset(id=AssetId(f"{place.id}-{number}"), name="x", zone=place.id) for place in places for number in range(3)
    )
    flows, care = [], []
    for number in range(services):
        own, needs = _service(dice, number, ways, by_kind)
        flows += own
        care.append(
            CareService(
                id=CareServiceId(f"s{number}"),
                name="x",
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
        yield Zone(id=ZoneId(f"z{number}"), name="x", kind=kind, patient_records=records)


def _conduit(dice: random.Random, number: int, places: list[Zone], by_kind: dict[ZoneKind, list[Zone]]) -> Conduit:
    roll = dice.random()
    if roll < 0.15:
        hub = dice.choice(by_kind[ZoneKind.IDENTITY] + by_kind[ZoneKind.MANAGEMENT])
        ends = [hub, dice.choice([place for place in places if place is not hub])]
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


def with_a_big_door(place: Hospital, seed: int, size: int = 60) -> Hospital:
    """Let one firewall interface carry this many of the passages."""
    chosen = set(random.Random(seed).sample(range(len(place.conduits)), size))
    return replace(
        place,
        conduits=tuple(
            replace(each, door=DoorId("interface"), enforced_by=POINT) if number in chosen else each
            for number, each in enumerate(place.conduits)
        ),
    )


class Timed(NamedTuple):
    """One instance: seconds, and what came of it."""

    good: float
    proved: float
    whole: float
    optimal: bool
    complaints: int


def run(place: Hospital, seed: int, scenarios: int, limit: float) -> Timed:
    """Plan once, noting when each answer came."""
    told: list[tuple[float, float, float]] = []
    parameters = PlanParameters(
        suspicion=suspected(place, seed), scenarios=scenarios, time_limit_seconds=limit, seed=seed
    )
    began = time.perf_counter()
    found = plan(
        place,
        parameters,
        clock=time.perf_counter,
        on_answer=lambda it: told.append((time.perf_counter() - began, it.objective, it.lower_bound)),
    )
    whole = time.perf_counter() - began
    good = next((when for when, objective, _ in told if objective <= 1.02 * found.objective), whole)
    margin = 1e-6 * max(1.0, found.objective)
    proved = next((when for when, lost, bound in told if lost - bound <= margin), whole)
    return Timed(good, proved, whole, found.status is Status.OPTIMAL, len(check(place, found)))


def row(name: str, runs: list[Timed]) -> None:
    """Print medians and worst cases."""
    good, proved, whole = ([each[place] for each in runs] for place in range(3))
    print(
        f"{name}: within 2 % {statistics.median(good):.2f} s (worst {max(good):.2f}); "
        f"proved {statistics.median(proved):.2f} s (worst {max(proved):.2f}), {sum(each.optimal for each in runs)} of "
        f"{len(runs)}; whole {statistics.median(whole):.2f} s (worst {max(whole):.2f}); "
        f"{sum(each.complaints for each in runs)} complaints",
        flush=True,
    )


def late(place: Hospital, scenarios: int, limits: tuple[float, ...]) -> None:
    """Print how far over its time limit a plan goes."""
    over = {limit: run(place, 0, scenarios, limit).whole / limit for limit in limits}
    print("time taken over the limit: " + ", ".join(f"{limit:g} s: {ratio:.2f}" for limit, ratio in over.items()))


def cold_start(place: Hospital, runs: int) -> None:
    """Print how long `cloison plan` takes as a person starts it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hospital.toml"
        save(path, place)
        command = [str(Path(sys.executable).with_name("cloison")), "plan", "--map", str(path)]
        command += [word for zone, chance in suspected(place, 0) for word in ("--suspect", f"{zone}:{chance}")]
        taken = []
        for _ in range(runs):
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            taken.append(time.perf_counter() - began)
    print(f"cold start of `cloison plan`, 200 zones, process included: median {statistics.median(taken):.2f} s")


def main() -> None:
    """Run the aims."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--instances", type=int, default=5, help="of each usual size")
    options.add_argument("--large", type=int, default=3, help="instances of the large size")
    options.add_argument("--first", type=int, default=0, help="seed of the first instance")
    options.add_argument("--time-limit", type=float, default=60.0)
    given = options.parse_args()
    usual = range(given.first, given.first + given.instances)

    def many(seeds: range, scenarios: int, make: Callable[[int], Hospital]) -> list[Timed]:
        return [run(make(seed), seed, scenarios, given.time_limit) for seed in seeds]

    def small(seed: int) -> Hospital:
        return hospital_like(seed, zones=200, conduits=1500, services=60)

    def large(seed: int) -> Hospital:
        return hospital_like(seed, zones=2000, conduits=20000, services=200)

    plain = many(usual, 50, small)
    row("200 zones, 1,500 passages, 60 services, 50 scenarios", plain)
    barred = many(usual, 50, lambda seed: with_a_big_door(small(seed), seed))
    row("the same, one door closing 60 passages", barred)
    ratio = statistics.median(one.proved / other.proved for one, other in zip(barred, plain, strict=True))
    print(f"  ratio {ratio:.2f}")
    if given.large:
        row("2,000 / 20,000 / 200 / 20", many(range(given.first, given.first + given.large), 20, large))
        late(large(0), 20, (0.5, 0.7, 1.0, 2.0, 5.0))
    late(small(0), 50, (0.2, 0.5))
    cold_start(small(0), 3)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
