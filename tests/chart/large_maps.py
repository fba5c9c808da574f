"""Maps of any size, for tests of what is shown of them."""

from collections import Counter
from ipaddress import ip_address, ip_network

from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind

SITES = ("CH Nord", "CH Sud", "CHU Centre", "Clinique de l’Étang", "EHPAD Bleu")
UNITS = ("Urgences", "Bloc", "Cardiologie", "Réanimation", "Pharmacie")


def large_hospital(zones: int, assets: int, conduits: int) -> Hospital:
    """A group of hospitals; machines are spread evenly, but for one compartment that holds a tenth of them."""
    kinds = list(ZoneKind)
    made = tuple(
        Zone(
            id=ZoneId(f"z{n}"),
            name=f"{SITES[n % len(SITES)]} – {UNITS[n // len(SITES) % len(UNITS)]} {n // 25 + 1}",
            kind=kinds[n % 7 + 2] if n > 2 else kinds[n % 2],
            networks=(ip_network(f"10.{n // 250}.{n % 250}.0/24"),),
        )
        for n in range(zones)
    )
    home = [3 if n % 10 == 0 else n * 7 % zones for n in range(assets)]
    beside: Counter[int] = Counter()
    places = []
    for n, zone in enumerate(home):
        beside[zone] += 1
        host = beside[zone]
        places.append(
            Asset(
                id=AssetId(f"a{n}"),
                name=f"PC-{n:05}",
                zone=made[zone].id,
                addresses=(ip_address(f"10.{zone // 250}.{zone % 250}.{host}"),) if host < 250 else (),
            )
        )
    ways = tuple(
        Conduit(
            id=ConduitId(f"c{n}"), from_=made[n % zones].id, to=made[(n + 1 + n // zones * 37 % (zones - 1)) % zones].id
        )
        for n in range(conduits)
    )
    return Hospital(name="Groupement de l’Exemple", zones=made, assets=tuple(places), conduits=ways)
