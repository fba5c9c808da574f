"""Put the map's machines and invented accounts into the range's setting."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from cloison.model.hospital import Hospital
from cloison.rehearse.population import populate
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import BACKUPS, Account, Host, Setting

STAFF = 24
ADMINS = 3
_GIVEN = ("alix", "camille", "claude", "dominique", "eden", "lou", "maxime", "morgan", "noa", "sacha")
_FAMILY = ("ardoise", "brumelin", "clairvent", "dorval", "estremy", "falorne", "grivaux", "hautelin", "jonquet")
_WEAK = "Hiver2026!"
"""A password that people do choose: season, year, mark. The emulated intruder may find it."""


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
    return Setting(folder=folder, hosts=tuple(hosts), accounts=_accounts(seed), shift=shift)


def _accounts(seed: int) -> tuple[Account, ...]:
    rng = np.random.default_rng([seed, STAFF])
    names = [f"{given}.{family}" for given in _GIVEN for family in _FAMILY]
    picked = [names[i] for i in rng.choice(len(names), STAFF + ADMINS, replace=False)]
    people = tuple(
        Account(
            name=f"adm.{name}" if n >= STAFF else name,
            password=_WEAK if n < 2 else rng.bytes(9).hex(),  # noqa: PLR2004 - two people in the hospital
            admin=n >= STAFF,
            weak=n < 2,  # noqa: PLR2004 - the same two
        )
        for n, name in enumerate(picked)
    )
    return (*people, Account(name=BACKUPS, password=rng.bytes(18).hex(), service=True))
