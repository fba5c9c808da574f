"""Finding a compartment or a machine by what a tired person remembers of it: part of a name, an id, an address."""

from ipaddress import ip_address

from cloison.chart.atlas import Atlas, Rank, folded
from cloison.model.hospital import Address


class Lookup:
    """A hospital's names and addresses, ready to be searched."""

    def __init__(self, atlas: Atlas) -> None:
        hospital = atlas.hospital
        self._names = [
            *((f"{Rank.ZONE}:{zone.id}", folded(f"{zone.name} {zone.id}")) for zone in hospital.zones),
            *(
                (f"{Rank.ASSET}:{asset.id}", folded(f"{asset.name} {asset.id} {asset.role or ''}"))
                for asset in hospital.assets
            ),
        ]
        self._addresses = [(str(address), asset.id) for asset in hospital.assets for address in asset.addresses]
        self._networks = [(network, zone.id) for zone in hospital.zones for network in zone.networks]

    def find(self, text: str, most: int) -> tuple[tuple[str, ...], int]:
        """Give the keys of places that answer, the closest first, and how many there are in all.

        Names whose words all begin with what was typed come before those that only hold it; compartments come before
        machines. An address gives its machine, then the compartments that hold it, the narrowest first; the beginning
        of an address gives the machines whose addresses begin so.
        """
        words = folded(text).split()
        if not words:
            return (), 0
        found: dict[str, tuple[int, int, str]] = {}
        for key, name in self._names:
            if all(word in name for word in words):
                starts = all(f" {word}" in f" {name}" for word in words)
                found[key] = (1 if starts else 2, 0 if key.startswith(Rank.ZONE) else 1, name)
        if len(words) == 1 and words[0][0] in "0123456789abcdef:":
            for address, asset in self._addresses:
                if address.startswith(words[0]):
                    found[f"{Rank.ASSET}:{asset}"] = (0, 0 if address == words[0] else 2, address)
            self._add_holders(words[0], found)
        ranked = sorted(found, key=lambda key: (found[key], key))
        return tuple(ranked[:most]), len(ranked)

    def _add_holders(self, text: str, found: dict[str, tuple[int, int, str]]) -> None:
        try:
            address: Address = ip_address(text)
        except ValueError:
            return
        for network, zone in self._networks:
            if network.version == address.version and address in network:
                found[f"{Rank.ZONE}:{zone}"] = (0, 1, f"{network.max_prefixlen - network.prefixlen:03}")
