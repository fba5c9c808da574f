"""Names and ids that a person can read, and that stay the same from one learning to the next."""

import re
from collections.abc import Iterable

import polars as pl

from cloison.chart.guessing import Guess
from cloison.chart.traits import NAMINGS
from cloison.model.hospital import Address, Network, ZoneKind
from cloison.words import Sentence, say, verbatim

_UNSAFE = re.compile(r"[^a-z0-9]+")
_ONE_MACHINE = ("dhcp", "ptr", "dns", "logon")
"""Ways of naming that name the machine itself; the others name the site that it serves."""


class Names:
    """Ids given out, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def give(self, wanted: str) -> str:
        """Give the wanted id, or the first free of wanted-2, wanted-3..."""
        name, turn = wanted, 2
        while name in self._taken:
            name, turn = f"{wanted}-{turn}", turn + 1
        self._taken.add(name)
        return name


def slug(text: str) -> str:
    """Write a text with small letters, digits and dashes only."""
    return _UNSAFE.sub("-", text.lower()).strip("-")


def host_names(names: pl.DataFrame) -> dict[str, str]:
    """Choose one name an address, the machine's own.

    The most trustworthy way of naming wins (`NAMINGS`), then the most seen, then the shortest. A name given
    to several addresses (a cluster, a load balancer) names none of them, unless it is all they have.

    Args:
        names: of the census.

    Returns:
        Address -> short host name (before the first dot).
    """
    own = names.filter(pl.col("how").is_in(_ONE_MACHINE)).with_columns(
        pl.col("how")
        .replace_strict({how: rank for rank, how in enumerate(NAMINGS)}, return_dtype=pl.Int8)
        .alias("rank"),
        pl.col("name").str.split(".").list.first().alias("short"),
    )
    own = own.filter(pl.col("short").str.contains(r"^[a-z0-9_][a-z0-9_-]*$") & (pl.col("short") != "localhost"))
    own = own.with_columns((pl.col("address").n_unique().over("name") > 1).alias("shared"))
    best = own.sort("address", "shared", "rank", "records", "short", descending=[False, False, False, True, False])
    return dict(best.unique("address", keep="first", maintain_order=True).select("address", "short").iter_rows())


def asset_name(address: Address, host: str | None, role: Guess | None) -> Sentence:
    """Name a machine by its host name, else by what it does."""
    if host is not None:
        return verbatim(host)
    if role is None:
        return say("machine {address}", address=str(address))
    return say("{role} {address}", role=role.role.shown, address=str(address))


def asset_id(address: Address, host: str | None, role: Guess | None) -> str:
    """Give the id that a machine would like."""
    if host is not None and slug(host):
        return slug(host)
    return slug(f"{role.role.name if role else 'machine'}-{address}")


def zone_id(network: Network, vlan: int | None) -> str:
    """Give the id that a zone would like: what it holds may change, its network rarely does."""
    return f"vlan-{vlan}" if vlan is not None else slug(f"net-{network}")


ZONE_WORDS: dict[ZoneKind, Sentence] = {
    ZoneKind.INTERNET: say("Internet"),
    ZoneKind.SUPPLIER: say("Suppliers"),
    ZoneKind.OFFICE: say("Workstations"),
    ZoneKind.IDENTITY: say("Identity and directory"),
    ZoneKind.SERVER: say("Servers"),
    ZoneKind.CARE: say("Care applications"),
    ZoneKind.BIOMEDICAL: say("Biomedical devices"),
    ZoneKind.OT: say("Building systems"),
    ZoneKind.BACKUP: say("Backups"),
    ZoneKind.MANAGEMENT: say("Technical administration"),
}


def zone_name(kind: ZoneKind | None, networks: Iterable[Network], vlan: int | None) -> Sentence:
    """Name a zone by what lives in it, when that is known (`kind`), and where."""
    what = say("Network of unknown use") if kind is None else ZONE_WORDS[kind]
    if vlan is not None:
        return say("{kind}, VLAN {vlan}", kind=what, vlan=str(vlan))
    shown = ", ".join(str(network) for network in networks)
    return say("{kind}, {networks}", kind=what, networks=shown)
