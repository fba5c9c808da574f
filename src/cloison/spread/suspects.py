"""Turn what a person suspects, assets or zones, into a probability per zone."""

from collections.abc import Iterable
from difflib import get_close_matches

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import Hospital, ZoneId
from cloison.words import say


def suspect(hospital: Hospital, suspects: Iterable[tuple[str, float]]) -> tuple[tuple[ZoneId, float], ...]:
    """Weigh each zone: 1 - Π(1 - q) over the suspects that it holds, or that name it.

    Args:
        hospital: the map.
        suspects: (id of an asset or a zone, probability that it is compromised); the same may come twice.

    Returns:
        (zone, probability), sorted by zone, as `PlanParameters.suspicion` takes it.

    Raises:
        UnknownIdError: neither an asset nor a zone; the fix names the nearest one.
        BadValueError: a probability outside [0, 1].
    """
    zones = {str(zone.id): zone.id for zone in hospital.zones}
    homes = {str(asset.id): asset.zone for asset in hospital.assets} | zones
    spared: dict[ZoneId, float] = {}
    for name, probability in suspects:
        if name not in homes:
            raise unknown_suspect(name, homes)
        if not 0.0 <= probability <= 1.0:
            raise BadValueError(
                say("the suspicion on {name} is {value}", name=name, value=probability),
                fix=say("write a probability from 0 to 1"),
                where=name,
            )
        spared[homes[name]] = spared.get(homes[name], 1.0) * (1.0 - probability)
    return tuple((zone, 1.0 - left) for zone, left in sorted(spared.items()))


def unknown_suspect(name: str, known: Iterable[str]) -> UnknownIdError:
    """Make the error that names the nearest identifier, where there is one."""
    near = get_close_matches(name, known, n=1)
    return UnknownIdError(
        say("nothing in the map is called {name}", name=name),
        fix=say("did you mean {near}?", near=near[0]) if near else say("list the map's compartments and systems"),
        where=name,
    )
