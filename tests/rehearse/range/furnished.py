"""A tiny hospital on the loopback, with ports of its own, for parts and habits: every host has an address of 127/8."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path
from shutil import which

import pytest

from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Flow, FlowId, Hospital, Zone, ZoneId, ZoneKind
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.furnishing import furnish, lacking, start_all, stop_all
from cloison.rehearse.range.place import Loopback, search_path
from cloison.rehearse.range.settling import set_out
from cloison.rehearse.range.traffic.catalogue import known_habit
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life
from cloison.rehearse.range.traffic.timetable import Draft

ZONES = (
    ("unites", ZoneKind.CARE, "10.61.1.0/24"),
    ("imagerie", ZoneKind.BIOMEDICAL, "10.61.2.0/24"),
    ("serveurs", ZoneKind.SERVER, "10.61.3.0/24"),
    ("identite", ZoneKind.IDENTITY, "10.61.4.0/24"),
    ("copies", ZoneKind.BACKUP, "10.61.5.0/24"),
    ("pilotage", ZoneKind.MANAGEMENT, "10.61.6.0/24"),
)
ASSETS = (
    ("poste", "unites", "workstation", "10.61.1.11"),
    ("impr", "unites", "printer", "10.61.1.90"),
    ("scanner", "imagerie", "modality", "10.61.2.11"),
    ("pacs", "serveurs", "pacs", "10.61.3.10"),
    ("interfaces", "serveurs", "hl7-engine", "10.61.3.20"),
    ("dossier", "serveurs", "web-server", "10.61.3.30"),
    ("base", "serveurs", "database-server", "10.61.3.40"),
    ("fichiers", "serveurs", "file-server", "10.61.3.50"),
    ("courrier", "serveurs", "mail-server", "10.61.3.60"),
    ("annuaire", "identite", "domain-controller", "10.61.4.10"),
    ("sauvegarde", "copies", "backup-server", "10.61.5.10"),
    ("depot", "copies", "storage", "10.61.5.11"),
    ("rebond", "pilotage", "jump-host", "10.61.6.10"),
    ("admin-1", "pilotage", "admin-workstation", "10.61.6.20"),
    ("journaux", "pilotage", "log-server", "10.61.6.30"),
)
CONDUITS = (
    ("imagerie", "serveurs", ("tcp/104",)),
    ("unites", "serveurs", ("tcp/443", "tcp/445", "tcp/2575")),
    ("unites", "identite", ("udp/53", "udp/123", "tcp/389", "tcp/88", "tcp/445")),
    ("serveurs", "identite", ("udp/53", "udp/123")),
    ("imagerie", "identite", ("udp/53",)),
    ("serveurs", "unites", ("tcp/9100", "tcp/2575")),
    ("serveurs", "pilotage", ("udp/514",)),
    ("serveurs", "copies", ("tcp/10005",)),
    ("copies", "serveurs", ("tcp/10006",)),
    ("pilotage", "serveurs", ("tcp/22", "tcp/443")),
)
FLOWS = (
    ("images", "imagerie>serveurs", "tcp/104"),
    ("dossier", "unites>serveurs", "tcp/443"),
    ("messages", "unites>serveurs", "tcp/2575"),
)


def hospital():
    """Two of each thing that matters, and no more."""
    return Hospital(
        name="CH de l'Exemple",
        zones=tuple(
            Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(net),)) for name, kind, net in ZONES
        ),
        assets=tuple(
            Asset(id=AssetId(name), name=name, zone=ZoneId(zone), role=role, addresses=(ip_address(address),))
            for name, zone, role, address in ASSETS
        ),
        conduits=tuple(
            Conduit(id=ConduitId(f"{a}>{b}"), from_=ZoneId(a), to=ZoneId(b), services=services)
            for a, b, services in CONDUITS
        ),
        flows=tuple(
            Flow(id=FlowId(name), via=(ConduitId(via),), service=service, lifeline=True) for name, via, service in FLOWS
        ),
    )


class Ordinary(Loopback):
    """As in the range: an ordinary user is root of a namespace of his own, where programs may mount."""

    def spawn(self, argv, **more):
        return super().spawn(_as_root(argv), **more)

    def run(self, argv, **more):
        return super().run(_as_root(argv), **more)


def _as_root(argv):
    return ["unshare", "--user", "--map-root-user", *argv] if argv[0] == "unshare" and os.geteuid() else argv


def places():
    """Its zones, on the loopback."""
    own = 1 + os.getpid() % 250
    return {
        zone: Ordinary(
            zone=ZoneId(zone),
            addresses={
                name: IPv4Address(f"127.{own}.{address.split('.', 2)[2]}")
                for name, where, _, address in ASSETS
                if where == zone
            },
        )
        for zone, _, _ in ZONES
    }


def setting_in(folder: Path):
    """Give its setting, with ports that nobody else here has."""
    return set_out(hospital(), places().values(), folder, shift=12_000 + 97 * (os.getpid() % 300))


@contextmanager
def standing(setting, *names):
    """Start parts, wait until they are ready, end them."""
    parts = furnish(setting, only=names)
    if missing := lacking(parts):
        pytest.skip(f"not installed here: {', '.join(missing)}")
    start_all(parts, places(), patience=timedelta(seconds=20))
    try:
        yield parts
    finally:
        stop_all(parts)


def needs(*programs):
    """Skip by name when a program is absent."""
    absent = [name for name in programs if which(name, path=search_path()) is None]
    if absent:
        pytest.skip(f"not installed here: {', '.join(absent)}")


def errand(habit, source, target, port, *, flow="", conduit="", items=1, number=1, at=0.0, **what):
    """Something to do, as the timetable would have it."""
    return Errand(
        number=number,
        habit=habit,
        at=at,
        source=source,
        target=target,
        port=port,
        flow=flow,
        conduit=conduit,
        items=items,
        what=what,
    )


def lived(setting, one, *, resolves=False):
    """Do it in its own zone, and give the items that were acknowledged."""
    life = Life(setting, setting.host(one.source).zone, resolves=resolves)
    try:
        return list(known_habit(one.habit).perform(life, one, range(one.items)))
    finally:
        life.close()


def drawn(setting, habit, *, hours=24):
    """Draw one habit's day on the tiny hospital."""
    clock = Clock(began=datetime(2026, 3, 10, tzinfo=UTC), origin=datetime(2026, 3, 10, tzinfo=UTC))
    draft = Draft(hospital(), setting, clock=clock, lasting=timedelta(hours=hours), seed=3)
    draft.habit = habit
    known_habit(habit).draw(draft)
    return draft.errands()
