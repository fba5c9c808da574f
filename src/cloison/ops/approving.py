"""Who must approve what: a human decides, and care that stops wants two."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np

from cloison.care.doors import cut_services
from cloison.errors import BadValueError, MissingFileError, NotApprovedError, UnknownIdError
from cloison.model.hospital import CareService, ConduitId, Hospital, Level, ZoneKind
from cloison.words import say, say_many, verbatim

LONGEST_NAME = 80


def read_levels(path: Path, hospital: Hospital) -> Mapping[ConduitId, Level]:
    """Read the passages that a plan shuts, as `cloison plan --format json` writes it.

    Raises:
        MissingFileError: it is not there, or may not be read.
        BadValueError: it holds no plan.
        UnknownIdError: it was made for another map.
    """
    try:
        actions = json.loads(path.read_text(encoding="utf-8"))["actions"]
        levels = {ConduitId(str(action["conduit"])): Level(action["level"]) for action in actions}
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadValueError(
            say("this file holds no plan"),
            fix=say("give what {command} wrote", command="cloison plan --format json"),
            where=str(path),
        ) from error
    unknown = levels.keys() - {conduit.id for conduit in hospital.conduits}
    if unknown:
        raise UnknownIdError(
            say("the map has no passage {name}: the plan was made for another map", name=min(unknown)),
            fix=say("make the plan again with this map"),
            where=str(path),
        )
    return levels


def backup_levels(hospital: Hospital) -> Mapping[ConduitId, Level]:
    """Give the levels of the "bouton rouge": every passage from or to a backup zone that can be shut, closed."""
    backups = {zone.id for zone in hospital.zones if zone.kind is ZoneKind.BACKUP}
    return {
        conduit.id: Level.CLOSED
        for conduit in hospital.conduits
        if conduit.enforced_by and backups & {conduit.from_, conduit.to}
    }


def services_cut(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> tuple[CareService, ...]:
    """Give the care services whose needs these doors alone cut, in degraded mode or stopped."""
    cut = np.flatnonzero(cut_services(hospital, levels))
    return tuple(hospital.care_services[place] for place in cut)


def approve(
    hospital: Hospital, levels: Mapping[ConduitId, Level], *, first: str, second: str | None, two: bool = False
) -> Mapping[str, str]:
    """Check that the people who approve are enough.

    Args:
        hospital: the map.
        levels: what they approve.
        first: who approves.
        second: who approves too.
        two: a second person is wanted even if no care is cut.

    Returns:
        What the journal keeps of it: names, and a digest of the levels that they saw.

    Raises:
        NotApprovedError: a name is empty or too long, or care is cut and no second, different person approves.
    """
    names = [" ".join(name.split()) for name in (first, second) if name is not None]
    if any(not name or len(name) > LONGEST_NAME for name in names):
        raise NotApprovedError(
            say("an approval wants a person's name, of {n} characters at most", n=LONGEST_NAME),
            fix=say("write it as in {example}", example='--approve "A. Durand"'),
            where="--approve",
        )
    services = services_cut(hospital, levels)
    alone = len({name.casefold() for name in names}) < 2  # noqa: PLR2004 - two persons
    if two and alone and not services:
        raise NotApprovedError(
            say("two different persons must approve this"),
            fix=say("have another person approve too, with {example}", example='--second "B. Martin"'),
            where="--second",
        )
    if services and alone:
        raise NotApprovedError(
            say_many(
                "these doors cut what {n} care service needs ({services}): a second person must approve",
                "these doors cut what {n} care services need ({services}): a second person must approve",
                len(services),
                services=", ".join(service.name for service in services),
            ),
            fix=say("have another person approve too, with {example}", example='--second "B. Martin"'),
            where="--second",
        )
    told = {"approved by": names[0], "levels": levels_digest(levels)}
    return {**told, "and by": names[1]} if len(names) > 1 else told


def levels_digest(levels: Mapping[ConduitId, Level]) -> str:
    """Sum up the doors that people saw, so that the journal can tell whether others moved."""
    seen = json.dumps(sorted((conduit, level.value) for conduit, level in levels.items()))
    return sha256(seen.encode()).hexdigest()
