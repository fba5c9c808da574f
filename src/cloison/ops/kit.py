"""What the paper kit is made of, and keeping it fresh: the map, who is called, what care does without its systems."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from threading import Thread
from time import sleep

import numpy as np

from cloison.care.doors import cut_flows
from cloison.care.needs import Reliance
from cloison.errors import CloisonError
from cloison.model.crisis import Form
from cloison.model.hospital import (
    OUTSIDE,
    CareService,
    Conduit,
    EnforcementPoint,
    Hospital,
    Level,
    ZoneKind,
)
from cloison.ops.crisis_care import PROCEDURES
from cloison.recover.restart import Restart, restart_order
from cloison.rehearse.shipped import shipped_map
from cloison.store.contacts_file import Contact, contacts_beside
from cloison.store.database import DATABASE, SETTING, Database
from cloison.store.decisions import forms_counted
from cloison.store.hospital_file import load
from cloison.store.private import replace_private
from cloison.store.settings import ON_CALL

FOLDER, FILE = "kit", "cloison-kit.pdf"
"""Of a home."""

STALE = timedelta(hours=24)
"""The clock of an attack that hospitals set themselves: paper that is at most a day old."""

MOST_DOORS = 600
"""Printed; beyond, nobody walks them in a night, and the kit says how many it leaves out."""

_LOOK_AGAIN_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDoor:
    """A door to shut by the sheet.

    Attributes:
        name: as the map calls it; empty: a passage without a door of its own.
        conduits: that move together.
        stops: care services that it alone puts out, shut wholly; and with its lifelines left through.
        minutes: to act.
        first: of the "bouton rouge": it stands between the backups and the rest.
    """

    name: str
    conduits: tuple[Conduit, ...]
    stops: tuple[CareService, ...]
    stops_at_lifeline: tuple[CareService, ...]
    minutes: float
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPoint:
    """A point of cutting, and its doors in order."""

    point: EnforcementPoint
    doors: tuple[PaperDoor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """All that is printed.

    Attributes:
        made_at: UTC.
        version: the first digits of the SHA-256 of the map's file: two sheets of one version say the same.
        drill: the map is the invented one that ships.
        points: in the order in which to go there.
        left_out: doors beyond `MOST_DOORS`.
        procedures: care service -> what its people do without its systems.
    """

    made_at: datetime
    version: str
    hospital: Hospital
    drill: bool
    on_call: tuple[str, str]
    contacts: tuple[Contact, ...]
    points: tuple[PaperPoint, ...]
    left_out: int
    procedures: dict[str, str]
    forms: tuple[Form, ...]
    restart: tuple[Restart, ...]


def gather(map_file: Path, database: Database | None, *, now: datetime) -> Kit:
    """Bring together what the kit says.

    Args:
        map_file: the map; contacts lie beside it.
        database: where procedures, forms and who is on call are kept; None: nobody said anything yet.
        now: UTC.

    Raises:
        MissingFileError, BadMapError: the map cannot be read.
        BadValueError: the contacts are wrong, or care services need each other in a ring.
    """
    hospital = load(map_file)
    points, left_out = points_in_order(hospital)
    on_call = ON_CALL.of(database) if database else ON_CALL.usual
    with shipped_map() as shipped:
        invented = load(shipped)
    return Kit(
        made_at=now,
        version=sha256(map_file.read_bytes()).hexdigest()[:8],
        hospital=hospital,
        drill=(hospital.name, hospital.finess) == (invented.name, invented.finess),
        on_call=(on_call.name, on_call.telephone),
        contacts=contacts_beside(map_file),
        points=points,
        left_out=left_out,
        procedures=PROCEDURES.of(database) if database else {},
        forms=forms_counted(database) if database else (),
        restart=restart_order(hospital),
    )


def points_in_order(hospital: Hospital) -> tuple[tuple[PaperPoint, ...], int]:
    """Put doors in the order of shutting them when nothing more is known, by the point where they stand.

    Backups first (the "bouton rouge"), then what comes from outside the hospital, then offices, whence most intruders
    spread, then the rest; care and biomedical passages last. Among equals, those that stop least care first. One goes
    from point to point in the order of what their doors are on average.

    Returns:
        The points, and how many doors were left out.
    """
    kinds = {zone.id: zone.kind for zone in hospital.zones}
    together: dict[str, list[Conduit]] = {}
    for conduit in hospital.conduits:
        if conduit.enforced_by is not None:
            together.setdefault(f"door:{conduit.door}" if conduit.door else f"conduit:{conduit.id}", []).append(conduit)
    turns = [
        _turn([kinds[end] for conduit in group for end in (conduit.from_, conduit.to)]) for group in together.values()
    ]
    in_turn = sorted(zip(turns, together.values(), strict=True), key=lambda one: one[0])
    reliance = Reliance(hospital) if hospital.care_services else None
    ranked = [(turn, _door(hospital, reliance, group, first=not turn)) for turn, group in in_turn[:MOST_DOORS]]
    ranked.sort(key=lambda one: (one[0], sum(service.care_per_hour for service in one[1].stops_at_lifeline)))
    by_point: dict[str, list[tuple[int, PaperDoor]]] = {}
    for turn, door in ranked:
        by_point.setdefault(str(door.conduits[0].enforced_by), []).append((turn, door))
    points = {str(point.id): point for point in hospital.enforcement_points}
    ordered = sorted(by_point.items(), key=lambda one: fmean(turn for turn, _ in one[1]))
    made = tuple(PaperPoint(point=points[name], doors=tuple(door for _, door in doors)) for name, doors in ordered)
    return made, max(len(in_turn) - MOST_DOORS, 0)


def _turn(ends: Sequence[ZoneKind]) -> int:
    if ZoneKind.BACKUP in ends:
        return 0
    if OUTSIDE & set(ends):
        return 1
    if {ZoneKind.CARE, ZoneKind.BIOMEDICAL} & set(ends):
        return 4
    return 2 if ZoneKind.OFFICE in ends else 3


def _door(hospital: Hospital, reliance: Reliance | None, group: Sequence[Conduit], *, first: bool) -> PaperDoor:
    def stopped(level: Level) -> tuple[CareService, ...]:
        if reliance is None:
            return ()
        nobody = np.zeros((1, len(hospital.zones)), dtype=np.bool_)
        out = reliance.failing(nobody, cut_flows(hospital, {conduit.id: level for conduit in group}))[0]
        return tuple(hospital.care_services[place] for place in np.flatnonzero(out))

    return PaperDoor(
        name=str(group[0].door or ""),
        conduits=tuple(group),
        stops=stopped(Level.CLOSED),
        stops_at_lifeline=stopped(Level.LIFELINE),
        minutes=max(conduit.close_minutes for conduit in group),
        first=first,
    )


def kit_file(home: Path) -> Path:
    """Give where a home keeps its kit."""
    return home / FOLDER / FILE


def made_at(home: Path) -> datetime | None:
    """Give when the kit of a home was last made, UTC; None: never."""
    try:
        return datetime.fromtimestamp(kit_file(home).stat().st_mtime, UTC)
    except OSError:
        return None


def refresh(home: Path, map_file: Path, render: Callable[[], bytes], *, now: datetime) -> bool:
    """Make the kit of a home again when it is about a day old, or older than the map.

    Args:
        home: where it is kept, for its owner alone.
        map_file: the map; without one, nothing is made.
        render: gives the PDF.
        now: UTC.

    Returns:
        Whether it was made.

    Raises:
        UnwritableFileError: it cannot be written; the one before stays.
    """
    try:
        changed = datetime.fromtimestamp(map_file.stat().st_mtime, UTC)
    except OSError:
        return False
    last = made_at(home)
    if last is not None and changed <= last and now - last < STALE - timedelta(seconds=_LOOK_AGAIN_SECONDS):
        return False
    replace_private(kit_file(home), render())
    return True


def keep_fresh(home: Path, map_file: Path, render: Callable[[], bytes], *, clock: Callable[[], datetime]) -> Thread:
    """Refresh the kit of a home in the background, for as long as the process lives; see `refresh`.

    What cannot be made today is tried again in five minutes: the page that shows its age says that it is old.
    """

    def look() -> None:
        while True:
            # A map with mistakes, or a full disk: the age on the home page tells people.
            with suppress(CloisonError):
                refresh(home, map_file, render, now=clock())
            sleep(_LOOK_AGAIN_SECONDS)

    thread = Thread(target=look, name="paper kit", daemon=True)
    thread.start()
    return thread


def known_database(home: Path) -> Database | None:
    """Open the database of a home when there is one: printing makes none.

    Raises:
        DatabaseError: it does not answer.
    """
    named = os.environ.get(SETTING)
    return Database.at(home) if named or (home / DATABASE).is_file() else None
