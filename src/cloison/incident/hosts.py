"""One machine behind its names and addresses, and where it lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from cloison.model.addressing import AddressBook
from cloison.model.hospital import AssetId, Hospital, ZoneId, ZoneKind


@dataclass(frozen=True, slots=True)
class Host:
    """A machine as findings name it.

    Attributes:
        key: the same for every name and address of one machine.
        name: what people call it; where nothing is known, what the finding says.
        asset: None when it is in no asset of the map.
        zone: None when no zone of the map holds it.
        ours: whether it can be suspected: inside, or a supplier's machine that the map knows.
    """

    key: str
    name: str
    asset: AssetId | None
    zone: ZoneId | None
    ours: bool


class Hosts:
    """Finds machines by the map first, then by what records said of them.

    A name without a domain stands for the machine whatever its domain: an intruder does not become another one
    because a log writes PC-12 and another pc-12.chu.example.
    """

    def __init__(
        self,
        hospital: Hospital | None,
        *,
        owners: Mapping[str, str] | None = None,
        named: Mapping[str, str] | None = None,
    ) -> None:
        """Know a map and what was learnt.

        Args:
            hospital: None when there is no map.
            owners: address -> the plain name of the machine that had it last.
            named: plain name -> the one inside address that DNS gives for it.
        """
        self._book = AddressBook(hospital)
        assets = hospital.assets if hospital else ()
        self._internet = {zone.id for zone in (hospital.zones if hospital else ()) if zone.kind is ZoneKind.INTERNET}
        self._assets = {asset.id: asset for asset in assets}
        self._named = {plain(word): asset.id for asset in assets for word in (asset.name, asset.id)}
        self._owners = dict(owners or {})
        self._addresses = dict(named or {}) | {name: address for address, name in sorted(self._owners.items())}
        self._found: dict[tuple[str, bool], Host] = {}

    def find(self, name: str, *, acts: bool = False) -> Host:
        """Give the machine of a name or an address.

        Args:
            name: as a finding writes it.
            acts: it is the source of a finding: a name that acts is a machine, one that is only reached may be a
                site on the internet.
        """
        found = self._found.get((name, acts))
        if found is None:
            found = self._found[(name, acts)] = self._find(name, acts=acts)
        return found

    def aliases(self) -> dict[str, str]:
        """Give each known address and name with the key of its machine."""
        return {name: self.find(name, acts=True).key for name in (*self._owners, *self._addresses)}

    def _find(self, name: str, *, acts: bool) -> Host:
        word = plain(name)
        address = word if _is_address(word) else self._addresses.get(word)
        owner = self._owners.get(address) if address else None
        zone, asset, inside = self._book.locate(address) if address else (None, None, False)
        asset = asset or self._named.get(word) or (self._named.get(owner) if owner else None)
        if asset is not None:
            known = self._assets[asset]
            return Host(f"asset:{asset}", known.name, asset, known.zone, known.zone not in self._internet)
        if address is None:
            return Host(word, name, None, None, acts or "." not in name)
        ours = inside or (zone is not None and zone not in self._internet)
        return Host(owner or address, owner or name, None, zone, ours)


@lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """Give an address as it is written canonically, or a name in lower case without its domain or final $."""
    if _is_address(name):
        return str(ip_address(name))
    if any(character.isspace() for character in name):
        return name.casefold()  # what people call a machine, not a host name
    return name.casefold().partition(".")[0].rstrip("$")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
