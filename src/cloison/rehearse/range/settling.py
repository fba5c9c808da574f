"""Put the map's machines and invented accounts into the range's setting."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from cloison.model.hospital import Hospital
from cloison.rehearse.population import populate
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import APPLICATIONS, BACKUPS, Account, Host, Setting

FEWEST = 24
"""Accounts of staff, at least: one for each desk where there are more."""

ADMINS = 3
_GIVEN = [
    "adele",
    "alix",
    "andrea",
    "ange",
    "camille",
    "celeste",
    "charlie",
    "claude",
    "dominique",
    "eden",
    "elie",
    "gael",
    "lou",
    "maxime",
    "morgan",
    "noa",
    "sacha",
    "sam",
]
_FAMILY = [
    "ardoise",
    "brumelin",
    "clairvent",
    "dorval",
    "estremy",
    "falorne",
    "grivaux",
    "hautelin",
    "isambre",
    "jonquet",
    "kerlouan",
    "lavarel",
    "mirandole",
    "norvaux",
    "oriselle",
    "perdriel",
    "quintal",
    "roncelay",
    "servanon",
    "tressac",
]
_WEAK = "Hiver2026!"
"""A password that people do choose: season, year, mark. The emulated intruder may find it."""

_CARELESS = 2
"""How many people chose it."""


def set_out(hospital: Hospital, places: Iterable[Place], folder: Path, *, seed: int = 1, shift: int = 0) -> Setting:
    """Lay the range's hosts and accounts out.

    Args:
        hospital: the map of the range.
        places: its zones; their addresses say which host stands where.
        folder: where everything of the range is written.
        seed: the same gives the same accounts and passwords.
        shift: added to every port.
    """
    people = populate(hospital)
    roles = dict(zip(people.name.tolist(), people.role.tolist(), strict=True))
    kinds = {zone.id: zone.kind.value for zone in hospital.zones}
    labels = {str(asset.id): asset.name for asset in hospital.assets}
    hosts = (
        Host(
            id=str(name),
            label=labels.get(str(name), str(name)),
            zone=str(place.zone),
            kind=kinds[place.zone],
            role=roles.get(str(name), ""),
            address=str(address),
        )
        for place in places
        for name, address in place.addresses.items()
    )
    placed = tuple(hosts)
    desks = sum(1 for host in placed if host.role == "workstation")
    return Setting(folder=folder, hosts=placed, accounts=_accounts(seed, desks), shift=shift)


def _accounts(seed: int, desks: int) -> tuple[Account, ...]:
    names = [f"{given}.{family}" for given in _GIVEN for family in _FAMILY]
    staff = min(max(FEWEST, desks), len(names) - ADMINS)
    rng = np.random.default_rng([seed, desks])
    picked = [names[i] for i in rng.choice(len(names), staff + ADMINS, replace=False)]
    people = tuple(
        Account(
            name=f"adm.{name}" if n >= staff else name,
            password=_WEAK if n < _CARELESS else rng.bytes(9).hex(),
            admin=n >= staff,
            weak=n < _CARELESS,
        )
        for n, name in enumerate(picked)
    )
    services = (Account(name=name, password=rng.bytes(18).hex(), service=True) for name in (BACKUPS, APPLICATIONS))
    return (*people, *services)
