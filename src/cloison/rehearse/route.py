"""Where the emulated intruder can go on this map, by the conduits as they are written."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.identity import MEMBERS
from cloison.rehearse.habit import Day
from cloison.rehearse.rhythm import HOUR
from cloison.rehearse.tape import Picks

REMOTE = ("tcp/445", "tcp/5985", "tcp/3389", "tcp/22")
"""Services by which a machine is taken over with stolen credentials: ATT&CK T1021.002, .006, .001, .004."""

DATA = ("database-server", "pacs", "file-server")
PIVOTS = ("file-server", "web-server", "print-server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The intruder's machines, as indexes of `day.hosts`.

    Attributes:
        entry: the desk where the mail is opened.
        command: outside machine that gives orders; `sink`: the one that takes the data.
        pivots: servers that the desk can reach by file sharing; the first is used to go further.
        controller: domain controller; None: out of reach.
        beyond: (machine, service) that the controller can take over, by zone, backups last.
        exit_: machine of the hospital that can send to the sink.
    """

    entry: int
    command: int
    sink: int
    pivots: tuple[int, ...]
    controller: int | None
    beyond: tuple[tuple[int, str], ...]
    exit_: int


def choose(day: Day, rng: Generator) -> Route | None:
    """Choose the intruder's way; None when no desk of the map may reach the outside world."""
    hosts, allows = day.hosts, day.declared.allows
    zone = hosts.zone
    outside = hosts.having("attacker")
    at_work = (day.on < 9 * HOUR) & (day.off > 16 * HOUR)

    def desks(which: Picks) -> list[int]:
        return [int(h) for h in which if at_work[h] and allows(int(zone[h]), int(zone[outside[0]]), "tcp/443")]

    office = hosts.having("workstation", kind=ZoneKind.OFFICE)
    entries = desks(office[hosts.listed[office]]) or desks(office) or desks(hosts.having("workstation"))
    if not entries or zone[outside[0]] < 0:
        return None
    entry = entries[int(rng.integers(0, len(entries)))]
    pivots = [int(h) for h in hosts.having(*PIVOTS) if allows(int(zone[entry]), int(zone[h]), "tcp/445")]
    pivots.sort(key=lambda h: (PIVOTS.index(str(hosts.role[h])), h))
    pivots = [h for h in pivots if zone[h] == zone[pivots[0]]][:6]
    source = pivots[0] if pivots else entry
    controllers = [int(h) for h in hosts.having("domain-controller") if _way(day, source, int(h))]
    controller = controllers[0] if controllers else None
    beyond = _beyond(day, rng, controller, set(pivots)) if controller is not None else ()
    held = [*pivots, *(host for host, _ in beyond), entry]
    exits = [h for h in held if h != entry and allows(int(zone[h]), int(zone[outside[1]]), "tcp/443")]
    records = [day.hospital.zones[int(zone[h])].patient_records for h in exits]
    exit_ = exits[int(np.argmax(records))] if exits else entry
    return Route(
        entry=entry,
        command=int(outside[0]),
        sink=int(outside[1]),
        pivots=tuple(pivots),
        controller=controller,
        beyond=beyond,
        exit_=exit_,
    )


def _way(day: Day, source: int, target: int) -> str | None:
    """The first remote service that the map lets through."""
    ends = int(day.hosts.zone[source]), int(day.hosts.zone[target])
    return next((service for service in REMOTE if day.declared.allows(*ends, service)), None)


def _beyond(day: Day, rng: Generator, controller: int, known: set[int]) -> tuple[tuple[int, str], ...]:
    hosts = day.hosts
    ways: dict[int, list[tuple[int, str]]] = {}
    for host in hosts.having(*MEMBERS):
        service = _way(day, controller, int(host))
        if service and hosts.role[host] != "workstation" and int(host) not in known and host != controller:
            ways.setdefault(int(hosts.zone[host]), []).append((int(host), service))
    own, zones = int(hosts.zone[controller]), day.hospital.zones
    picked: list[tuple[int, str]] = []
    for zone in sorted(ways, key=lambda z: (zones[z].kind is ZoneKind.BACKUP, zones[z].patient_records, z)):
        if zone != own:
            first = [way for way in ways[zone] if hosts.role[way[0]] in (*DATA, "backup-server")]
            rest = [way for way in ways[zone] if way not in first]
            rng.shuffle(rest)
            picked.extend((first + rest)[:4])
    return tuple(picked)
