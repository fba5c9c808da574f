"""Small random hospitals, and the best plan of each by trying every set of doors."""

import random
from dataclasses import replace
from itertools import product

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
    Level,
    Needs,
    SpreadProbabilities,
    SpreadRates,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.model.plan import PlanParameters
from cloison.seal.check import weigh
from cloison.seal.pins import door_key
from cloison.spread.rates import LEVELS

FIREWALL = EnforcementPointId("pare-feu")


def zone(name: str, records: int = 0) -> Zone:
    return Zone(id=ZoneId(name), name=name, kind=ZoneKind.SERVER, patient_records=records)


def conduit(name: str, from_: str, to: str, **rest) -> Conduit:
    return Conduit(id=ConduitId(name), from_=ZoneId(from_), to=ZoneId(to), **rest)


def sure_conduit(name: str, from_: str, to: str, *, lifeline: float = 0.0, **rest) -> Conduit:
    """A passage with a door, crossed for sure when open and never when closed."""
    table = SpreadProbabilities(open=1.0, lifeline=lifeline, closed=0.0)
    return conduit(name, from_, to, enforced_by=FIREWALL, spread=table, **rest)


def service(name: str, needs: Needs | None, **rest) -> CareService:
    given = {"care_per_hour": 1.0, "restore_hours": 72.0, **rest}
    return CareService(id=CareServiceId(name), name=name, needs=needs, **given)


def flow(name: str, via: tuple[str, ...], *, lifeline: bool = False) -> Flow:
    return Flow(id=FlowId(name), via=tuple(map(ConduitId, via)), service="tcp/104", lifeline=lifeline)


def hospital(**parts) -> Hospital:
    points = (EnforcementPoint(id=FIREWALL, driver="memory"),)
    return Hospital(name="CH de l'Exemple", enforcement_points=points, **parts)


def random_hospital(seed: int, *, doors: int = 5) -> tuple[Hospital, PlanParameters]:
    """Draw a map with at most this many doors: choices, rings, loops, parallels, lifelines, shared doors."""
    dice = random.Random(seed)  # dice for maps, not for secrets
    zones = [zone(f"z{number}", dice.choice([0, 0, 500, 20_000])) for number in range(dice.randint(1, 6))]
    names = [each.id for each in zones]
    assets = tuple(Asset(id=AssetId(f"a{number}"), name=f"a{number}", zone=dice.choice(names)) for number in range(4))
    conduits = tuple(_random_conduit(dice, number, names, doors) for number in range(dice.randint(0, 9)))
    flows = tuple(
        flow(
            f"f{number}",
            tuple(dice.sample([each.id for each in conduits], k=dice.randint(0, min(2, len(conduits))))),
            lifeline=dice.random() < 0.5,
        )
        for number in range(4)
    )
    services: list[CareService] = []
    for number in range(dice.randint(0, 4)):
        leaves = [f"asset:a{dice.randrange(4)}", f"flow:f{dice.randrange(4)}", f"zone:{dice.choice(names)}"]
        leaves += [f"care_service:{each.id}" for each in services]
        services.append(
            service(
                f"s{number}",
                None if dice.random() < 0.1 else _random_needs(dice, leaves, 2),
                care_per_hour=dice.choice([0.0, 0.5, 3.0, 10.0]),
                degraded=Degraded(capacity=dice.choice([0.0, 0.5, 0.9]), hours=dice.choice([0.0, 8.0, 48.0])),
                restore_hours=dice.choice([0.0, 6.0, 72.0]),
            )
        )
    suspicion = tuple((name, dice.choice([0.0, 0.3, 1.0])) for name in sorted(dice.sample(names, len(names) // 2 + 1)))
    parameters = PlanParameters(
        suspicion=suspicion,
        scenarios=dice.choice([1, 4, 12]),
        seed=dice.randrange(100),
        action_weight=dice.choice([0.0, 0.01, 2.0]),
        record_weight=dice.choice([0.0, 0.001]),
        horizon_hours=dice.choice([2.0, 24.0]),
    )
    dice.shuffle(services)
    return hospital(
        zones=tuple(zones), assets=assets, conduits=conduits, flows=flows, care_services=tuple(services)
    ), parameters


def every_plan(place: Hospital) -> list[dict[ConduitId, Level]]:
    """List every legal set of levels."""
    groups: dict[str, list[ConduitId]] = {}
    for each in place.conduits:
        if each.enforced_by is not None:
            groups.setdefault(f"door {each.door}" if each.door else each.id, []).append(each.id)
    return [
        {name: level for group, level in zip(groups.values(), chosen, strict=True) for name in group}
        for chosen in product(LEVELS, repeat=len(groups))
    ]


def obeys(levels: dict[ConduitId, Level], parameters: PlanParameters) -> bool:
    """Tell whether the doors that a person pinned stand as told."""
    opened = all(levels.get(name, Level.OPEN) is Level.OPEN for name in parameters.keep_open)
    return opened and all(levels[name] is not Level.OPEN for name in parameters.shut)


def best_by_trying(place: Hospital, parameters: PlanParameters) -> float:
    return min(weigh(place, parameters, levels).objective for levels in every_plan(place) if obeys(levels, parameters))


def pinned(place: Hospital, parameters: PlanParameters, seed: int) -> PlanParameters:
    """Pin some of the doors, never one both ways."""
    dice = random.Random(seed)
    sides = {door_key(each): dice.choice(["", "", "open", "shut"]) for each in place.conduits if each.enforced_by}
    named = {each.id: sides.get(door_key(each), "") for each in place.conduits if each.enforced_by}
    return replace(
        parameters,
        keep_open=tuple(name for name, side in named.items() if side == "open"),
        shut=tuple(name for name, side in named.items() if side == "shut"),
    )


def _random_conduit(dice: random.Random, number: int, zones: list[ZoneId], doors: int) -> Conduit:
    tabled, rated = dice.random() < 0.5, dice.random() < 0.6
    steps = sorted((dice.choice([0.0, 0.2, 0.6, 1.0]) for _ in range(3)), reverse=True)
    rates = sorted((dice.choice([0.0, 0.01, 0.1, 1.0]) for _ in range(2)), reverse=True)
    return conduit(
        f"c{number}",
        dice.choice(zones),
        dice.choice(zones),
        services=("tcp/445",) if dice.random() < 0.5 else (),
        enforced_by=FIREWALL if number < doors and dice.random() < 0.8 else None,
        close_minutes=dice.choice([0.0, 0.2, 10.0, 600.0]),
        door=DoorId("partagee") if dice.random() < 0.3 else None,
        spread=SpreadProbabilities(open=steps[0], lifeline=steps[1], closed=steps[2]) if tabled else None,
        spread_per_hour=SpreadRates(open=rates[0], lifeline=rates[1]) if rated and not tabled else None,
    )


def _random_needs(dice: random.Random, leaves: list[str], depth: int) -> Needs:
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(leaves)
    branches = tuple(_random_needs(dice, leaves, depth - 1) for _ in range(dice.randint(1, 3)))
    return AllOf(of=branches) if dice.random() < 0.5 else AnyOf(of=branches)
