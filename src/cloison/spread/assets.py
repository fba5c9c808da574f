"""When each system falls, in the background: the plan decides on compartments, people go to machines.

A compartment falls when one system in it does, its foothold. From there each of its other systems is taken at the rate
of a passage whose services nobody wrote. What further footholds would add is not counted: they fall no later than said.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cloison.model.hospital import Hospital
from cloison.spread.passage import NOBODY
from cloison.spread.rates import UNSTATED_RATE
from cloison.spread.simulation import Course

_SYSTEMS = 3
"""Second word of the seed: another stream than any other."""


def asset_falls(
    hospital: Hospital, course: Course, suspects: Iterable[tuple[str, float]], horizon_hours: float, *, seed: int
) -> NDArray[np.float64]:
    """Follow the intruder from the compartments to their systems.

    In a run whose compartment was compromised from the start, its suspected systems are drawn again, knowing that at
    least one of what was suspected there is compromised.

    Args:
        hospital: A assets in Z zones.
        course: N runs over its zones.
        suspects: (id of an asset or a zone, probability), as the suspicion on the zones was made of; the same may come
            twice.
        horizon_hours: H.
        seed: 0 or more; the first runs do not change when more are asked for.

    Returns:
        (N, A) hours in [0, H], infinite where the system does not fall.
    """
    zones = {str(zone.id): place for place, zone in enumerate(hospital.zones)}
    home = np.array([zones[asset.zone] for asset in hospital.assets], dtype=np.intp)
    runs, count = len(course.falls), len(hospital.assets)
    uniforms = np.random.default_rng((seed, _SYSTEMS)).random((runs, 2, count))
    falls = course.falls[:, home] - np.log1p(-uniforms[:, 1]) / UNSTATED_RATE
    falls[~(falls <= horizon_hours)] = np.inf
    began = (course.falls == 0.0) & (course.through == NOBODY)
    spared: dict[str, float] = {}
    for name, probability in suspects:
        spared[name] = spared.get(name, 1.0) * (1.0 - probability)
    assets = {str(asset.id): place for place, asset in enumerate(hospital.assets)}
    suspected = sorted(assets[name] for name in spared if name in assets)
    for zone in {int(home[place]) for place in suspected}:
        places = [place for place in suspected if home[place] == zone]
        # A compartment suspected by its own name: its foothold may be a system that nobody named.
        chances = [1.0 - spared[hospital.assets[place].id] for place in places]
        unnamed = 1.0 - spared.get(hospital.zones[zone].id, 1.0)
        unfound = began[:, zone].copy()
        for order, place in enumerate(places):
            one_of_these = 1.0 - float(np.prod([1.0 - chance for chance in (*chances[order:], unnamed)]))
            chance = np.where(unfound, chances[order] / one_of_these if one_of_these else 0.0, chances[order])
            held = began[:, zone] & (uniforms[:, 0, place] < chance)
            falls[held, place] = 0.0
            unfound &= ~held
    return falls
