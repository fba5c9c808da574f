"""From suspicion to the best doors to close."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from math import prod
from time import perf_counter

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital, ZoneId
from cloison.model.incident import Suspicion
from cloison.model.plan import PlanParameters, SealPlan
from cloison.seal.planner import plan
from cloison.words import say


def make_plan(hospital: Hospital, parameters: PlanParameters) -> SealPlan:
    """Plan, and say how long it took.

    Raises:
        UnknownIdError, BadValueError: see `cloison.seal.planner.plan`.
    """
    began = perf_counter()
    best = plan(hospital, parameters)
    return replace(best, seconds=perf_counter() - began)


def read_suspects(words: Sequence[str], hospital: Hospital) -> tuple[tuple[ZoneId, float], ...]:
    """Turn `--suspect ID[:p]` words into a probability for each zone.

    An id is an asset's, a zone's or an address; p is 1 when absent. Several words about one zone combine
    as DESIGN section 7 says: 1 - Π(1 - p).

    Raises:
        UnknownIdError: the map has no such id; the nearest one is named.
        BadValueError: p is not a probability.
    """
    chances: dict[ZoneId, list[float]] = {}
    for word in words:
        name, chance = _split(word, hospital)
        chances.setdefault(_zone_of(name, hospital), []).append(chance)
    return _combined(chances)


def suspected_zones(
    suspicion: Suspicion, also: Sequence[tuple[ZoneId, float]] = ()
) -> tuple[tuple[ZoneId, float], ...]:
    """Join what findings say with what a person says."""
    chances: dict[ZoneId, list[float]] = {}
    for zone, chance in (*suspicion.zones, *also):
        chances.setdefault(zone, []).append(chance)
    return _combined(chances)


def _combined(chances: Mapping[ZoneId, Sequence[float]]) -> tuple[tuple[ZoneId, float], ...]:
    return tuple(sorted((zone, 1.0 - prod(1.0 - p for p in ps)) for zone, ps in chances.items()))


def _split(word: str, hospital: Hospital) -> tuple[str, float]:
    # An id may itself hold a colon (an IPv6 address): the whole word is tried first.
    if _find_zone(word, hospital) is not None or ":" not in word:
        return word, 1.0
    name, _, text = word.rpartition(":")
    try:
        chance = float(text)
    except ValueError:
        return word, 1.0
    if not 0.0 <= chance <= 1.0:
        raise BadValueError(
            say("{text} is not a probability", text=text),
            fix=say("write a number from 0 to 1, as in {example}", example=f"{name}:0.7"),
            where="--suspect",
        )
    return name, chance


def _zone_of(name: str, hospital: Hospital) -> ZoneId:
    zone = _find_zone(name, hospital)
    if zone is not None:
        return zone
    known = [str(zone.id) for zone in hospital.zones] + [str(asset.id) for asset in hospital.assets]
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    raise UnknownIdError(
        say("the map has no zone, asset or address {name}", name=name),
        fix=say("did you mean {near}?", near=near[0]) if near else say("add it to the map first"),
        where="--suspect",
    )


def _find_zone(name: str, hospital: Hospital) -> ZoneId | None:
    table, _, bare = name.partition(":")
    if table in {"zone", "asset"}:
        name = bare
    if table != "asset":
        for zone in hospital.zones:
            if zone.id == name:
                return zone.id
    if table != "zone":
        for asset in hospital.assets:
            if asset.id == name:
                return asset.zone
        return AddressBook(hospital).locate(name)[0]
    return None
