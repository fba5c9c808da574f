"""Find the parts, put them on the map's hosts, start and stop them all."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from shutil import which

import cloison.rehearse.range.parts
from cloison.errors import RangeError
from cloison.rehearse.range.part import Part
from cloison.rehearse.range.place import Place, search_path
from cloison.rehearse.range.setting import Setting
from cloison.words import say, verbatim

EXTRA = "pip install 'cloison[range]'"
"""What brings the Python modules of parts and habits."""

_LOOK = 0.05
"""Seconds between two looks at whether a part is ready."""


@cache
def known_parts() -> Mapping[str, type[Part]]:
    """Give each kind of part by its name: every module of `parts` holds one, as `PART`."""
    package = cloison.rehearse.range.parts
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    found: list[type[Part]] = [module.PART for module in modules]
    return {part.name: part for part in sorted(found, key=lambda each: each.name)}


def known_part(name: str) -> type[Part]:
    """Give one kind of part: its module bears its name. A server needs no other part's libraries."""
    part: type[Part] = import_module(f"{cloison.rehearse.range.parts.__name__}.{name}").PART
    return part


def furnish(setting: Setting, *, only: Iterable[str] | None = None) -> tuple[Part, ...]:
    """Put each kind of part in each zone that has a host for it.

    Args:
        setting: the range.
        only: names of the parts wanted; None: all.
    """
    zones = dict.fromkeys(host.zone for host in setting.hosts)
    wanted = known_parts() if only is None else {name: known_parts()[name] for name in only}
    parts = (kind(setting, zone) for kind in wanted.values() for zone in zones)
    return tuple(part for part in parts if part.hosts)


def lacking(parts: Sequence[Part]) -> dict[str, str]:
    """Tell what is not installed: what is missing -> how to get it."""
    found: dict[str, str] = {}
    for part in parts:
        absent = ((name, deb) for name, deb in part.programs if which(name, path=search_path()) is None)
        found.update({name: f"apt install {deb}" for name, deb in absent})
        found.update(dict.fromkeys(part.absent_modules(), EXTRA))
    return found


def start_all(parts: Sequence[Part], places: Mapping[str, Place], *, patience: timedelta) -> None:
    """Start parts and wait until each is ready.

    Args:
        parts: what `furnish` gave.
        places: zone id -> its place.
        patience: for all of them together.

    Raises:
        RangeError: something is not installed, or a part ended or was not ready in time; those started are stopped.
    """
    if missing := lacking(parts):
        name, how = next(iter(missing.items()))
        raise RangeError(
            say("the range needs {missing}", missing=", ".join(missing)),
            fix=say("run: {command}", command=how),
            where=name,
        )
    until = time.monotonic() + patience.total_seconds()
    try:
        for part in parts:
            part.start(places[part.zone])
        for part in parts:
            _wait(part, until)
    except BaseException:
        stop_all(parts)
        raise


def stop_all(parts: Sequence[Part]) -> None:
    """End parts, all at once."""
    for part in parts:
        part.leave()
    for part in parts:
        part.stop()


def _wait(part: Part, until: float) -> None:
    while not part.ready():
        if not part.alive() or time.monotonic() > until:
            raise RangeError(
                say("{part} did not start in {zone}", part=verbatim(part.name), zone=verbatim(part.zone)),
                fix=say("read what it wrote there"),
                where=str(part.folder / f"{part.name}.log"),
            )
        time.sleep(_LOOK)
