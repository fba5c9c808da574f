"""What every part and every habit of the range knows: hosts, names, ports, accounts; read in each zone."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

BACKUPS, APPLICATIONS = "svc.sauvegarde", "svc.applications"
"""Accounts by which copies are made, and by which servers log on to others."""

DOMAIN = "ch.example"
"""The hospital's own domain, under a name that nobody can own (RFC 2606)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine of the range.

    Attributes:
        id: the map's asset, or what the written day calls a machine that the map does not name (`population`).
        label: how the map names it.
        kind: kind of its zone.
        role: the map's role, or the world's; "" when it has none.
    """

    id: str
    label: str
    zone: str
    kind: str
    role: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who logs on: an invented name.

    Attributes:
        admin: may log on to servers and to the jump host.
        weak: the password is one that a guesser tries.
        service: a program logs on with it.
    """

    name: str
    password: str
    admin: bool = False
    weak: bool = False
    service: bool = False


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The range as its programs see it.

    Attributes:
        folder: where everything of the range is written; the same path in every zone.
        shift: added to every port: 0 in the range, where each zone has its own ports.
    """

    folder: Path
    hosts: tuple[Host, ...]
    accounts: tuple[Account, ...]
    domain: str = DOMAIN
    shift: int = 0
    _by_id: dict[str, Host] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:  # noqa: D105 - an index
        self._by_id.update({host.id: host for host in self.hosts})

    def host(self, name: str) -> Host:
        """Give a host by its id."""
        return self._by_id[name]

    def having(self, *roles: str, zone: str | None = None) -> tuple[Host, ...]:
        """Give the hosts of these roles, in one zone or everywhere."""
        return tuple(each for each in self.hosts if each.role in roles and zone in {None, each.zone})

    def port(self, declared: int) -> int:
        """Give the port on which a service that the map declares answers here."""
        return declared + self.shift

    def full_name(self, host: Host) -> str:
        """Give the name under which the range's DNS knows it: the world's machines are called by theirs already."""
        return host.id if host.kind == "internet" else f"{host.id}.{self.domain}"

    def certificate(self, host: Host) -> Path:
        """Give the file of a host's key and certificate, once `certificates` has made it."""
        return self.folder / "keys" / "servers" / f"{host.id}.pem"

    @property
    def authority(self) -> Path:
        """The certificate that every browser of the range trusts, once made."""
        return self.folder / "keys" / "authority.pem"

    def shell_key(self, name: str) -> Path:
        """Give the file of an account's private key for SSH, once made; the public one lies beside it (`.pub`)."""
        return self.folder / "keys" / "shell" / name

    @cached_property
    def name_server(self) -> Host | None:
        """The host that answers for names; None when no role of the map does."""
        return next(iter(self.having("domain-controller")), None)

    @cached_property
    def people(self) -> tuple[Account, ...]:
        """Accounts of those who are not administrators."""
        return tuple(each for each in self.accounts if not each.admin and not each.service)

    @cached_property
    def at_desks(self) -> Mapping[str, Account]:
        """Who sits where: desk's id -> account; one each, or several desks each where desks are more than people."""
        desks = self.having("workstation")
        return {desk.id: self.people[n % len(self.people)] for n, desk in enumerate(desks)}

    def account(self, host: Host) -> Account:
        """Give the account by which a host logs on to others: who sits there, an administrator's, a program's."""
        if host.role == "admin-workstation":
            return self.admins[self.having("admin-workstation").index(host) % len(self.admins)]
        known = {account.name: account for account in self.accounts}
        return self.at_desks.get(host.id, known[APPLICATIONS])

    @cached_property
    def admins(self) -> tuple[Account, ...]:
        """Accounts of administrators."""
        return tuple(each for each in self.accounts if each.admin)

    def save(self) -> Path:
        """Write it where `load` finds it; it holds the range's own passwords, of no use elsewhere."""
        path = self.folder / "setting.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        shape = {
            "folder": str(self.folder),
            "domain": self.domain,
            "shift": self.shift,
            "hosts": [asdict(host) for host in self.hosts],
            "accounts": [asdict(account) for account in self.accounts],
        }
        # Servers that start meanwhile read it: it is never seen half written.
        half = path.with_suffix(".half")
        half.touch(mode=0o600)
        half.write_text(json.dumps(shape, ensure_ascii=False, indent=1), encoding="utf-8")
        return half.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        shape = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            folder=Path(shape["folder"]),
            domain=shape["domain"],
            shift=shape["shift"],
            hosts=tuple(Host(**host) for host in shape["hosts"]),
            accounts=tuple(Account(**account) for account in shape["accounts"]),
        )
