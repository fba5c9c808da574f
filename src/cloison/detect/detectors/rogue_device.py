"""A network card that nobody knows, in a compartment where machines do not come and go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context, Rebuilt
from cloison.detect.firsts import DAY, Firsts
from cloison.detect.places import joined_key
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.hospital import ZoneKind
from cloison.model.observations import Kind
from cloison.words import Sentence, say

MICROSECOND = timedelta(microseconds=1)

SETTLED = frozenset(
    {ZoneKind.BIOMEDICAL, ZoneKind.OT, ZoneKind.SERVER, ZoneKind.IDENTITY, ZoneKind.BACKUP, ZoneKind.MANAGEMENT}
)
"""Kinds of compartment where a machine is installed for years, by people who write it down."""

LIMIT = 1 << 19
"""(card, compartment) pairs remembered."""

NETWORKS = 1 << 14
"""Compartments, or networks, watched at one time: the first ones."""

_NO_CARD = ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")


@dataclass(frozen=True, slots=True, kw_only=True)
class RogueDevice:
    """The first sight of a network card in a compartment that has long been settled.

    Cards come with ARP, DHCP leases, and flows whose sensor gives link addresses. With a map, compartments of
    machines (biomedical, OT, server, identity, backup, management) are watched, each once it has been seen for
    `warm_up`, on `days` days at least, and a card at the address of a system that a person wrote in the map is
    expected. Without a map, a network (/24, or /64) is watched likewise once `cards` have been seen in it and none
    was new for `calm`.

    A card not seen for `memory` days is new again.

    Source: ATT&CK T1200; NIST SP 800-82 on asset baselines in industrial networks.
    """

    name: ClassVar[str] = "rogue-device"
    technique: ClassVar[Technique] = Technique("T1200")
    barrier: ClassVar[Barrier] = Barrier.ENTRY
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.ARP: ("src_mac",),
        Kind.DHCP: ("src", "mac", "assigned"),
        Kind.FLOW: ("src_mac",),
    }
    key: ClassVar[str] = NETWORK

    warm_up: timedelta = timedelta(days=7)
    days: int = 5
    cards: int = 5
    calm: timedelta = timedelta(days=3)
    memory: int = 60

    def watch(self, context: Context) -> "RogueDeviceWatch":
        """Begin to watch."""
        return RogueDeviceWatch(self, context)


class _Networks(Rebuilt):
    """Where an address is watched, and whether a person wrote it in the map."""

    def __init__(self, context: Context) -> None:
        hospital = context.hospital
        self.mapped = hospital is not None
        self._book = context.book
        self._kinds = {zone.id: zone.kind for zone in (hospital.zones if hospital else ())}
        self._written = {asset.id for asset in (hospital.assets if hospital else ()) if asset.learned is None}
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, address: str) -> str | None:
        """Give the compartment, or without a map the network, that is watched; None: none is."""
        zone, _, inside = self._book.locate(address)
        if self.mapped:
            return zone if zone is not None and self._kinds.get(zone) in SETTLED else None
        if not inside:
            return None
        parsed = ip_address(address)
        size, length = (8, 24) if parsed.version == 4 else (64, 64)  # noqa: PLR2004  # IP versions
        return f"{type(parsed)(int(parsed) >> size << size)}/{length}"

    def expected(self, address: str) -> bool:
        """Tell the address of a system that a person wrote in the map."""
        _, asset, _ = self._book.locate(address)
        return asset in self._written


@dataclass(slots=True)
class _Settling:
    """Since when a network is seen, on how many days, how many cards it has, when the last new one came."""

    first: int
    days: int = 0
    cards: int = 0
    latest: int = 0


class RogueDeviceWatch:
    """Cards known in each network, and how settled each network is."""

    def __init__(self, detector: RogueDevice, context: Context) -> None:
        self._detector = detector
        self._places = _Networks(context)
        self._firsts = Firsts(days=detector.memory, limit=LIMIT)
        self._days = Firsts(days=0, limit=NETWORKS)
        self._networks: dict[str, _Settling] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        seen = _cards(tables)
        if seen.is_empty():
            return
        addresses = seen["address"].unique()
        networks = pl.DataFrame(
            {"address": addresses, "network": pl.Series([self._places.of(one) for one in addresses], dtype=pl.String())}
        )
        seen = seen.join(networks, on="address", how="left", maintain_order="left").filter(
            pl.col("network").is_not_null()
        )
        place = seen.with_row_index("place")
        days = self._days.new(place.with_columns(key=pl.col("network").hash())).with_columns(card=pl.lit(value=False))
        cards = self._firsts.new(place.with_columns(key=joined_key(pl.col("mac"), pl.col("network"))))
        both = pl.concat([days, cards.with_columns(card=pl.lit(value=True))]).sort("place", "card")
        for row in both.iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        clock, network, address = row["clock"], row["network"], row["address"]
        settling = self._networks.get(network)
        if settling is None:
            if len(self._networks) >= NETWORKS:
                return
            settling = self._networks[network] = _Settling(first=clock)
        if not row["card"]:
            settling.days += 1
            return
        odd = self._settled(settling, clock) and not self._places.expected(address)
        settling.cards += 1
        settling.latest = clock
        if not odd or self._runs.full(address):
            return
        act = Act(
            clock=clock,
            began=row["began"],
            origin=row["origin"],
            record=row["record"],
            target=network,
            note=say("network card {card} seen for the first time in {network}", card=row["mac"], network=network),
        )
        run = self._runs.live(address, clock)
        if run is not None:
            run.add(act)
            return
        run = self._runs.open(address, act, ())
        run.facts[row["mac"]] += 1
        run.facts["cards"] = settling.cards - 1

    def _settled(self, settling: _Settling, clock: int) -> bool:
        tunables = self._detector
        if clock - settling.first < tunables.warm_up // MICROSECOND or settling.days < tunables.days:
            return False
        if self._places.mapped:
            return True
        return settling.cards >= tunables.cards and clock - settling.latest >= tunables.calm // MICROSECOND

    def _say(self, run: Run) -> Finding:
        cards = run.facts["cards"]
        card = next(name for name in run.facts if name != "cards")
        usual: Sentence = say(
            "Machines do not come and go there: {n} cards were known, and the map does not expect this one.", n=cards
        )
        if not self._places.mapped:
            usual = say("That network was calm: {n} cards were known, and no new one had come for days.", n=cards)
        what = say("It uses the network card {card}, which had not been seen there.", card=card)
        if _made_up(card):
            what = say(
                "It uses the network card {card}, which had not been seen there; that number was made up by the "
                "machine itself, as phones and some virtual machines do.",
                card=card,
            )
        found = run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            0.4 if self._places.mapped else 0.25,
            (
                say("{source} is a machine that was not there before", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )
        return replace(found, targets=())


def _cards(tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Give who uses which card: clock, began, origin, record, mac, address, in order."""
    columns = ("clock", "began", "origin", "record", "mac", "address")
    parts = []
    for place, kind in enumerate((Kind.ARP, Kind.DHCP, Kind.FLOW)):
        rows = tables.get(kind)
        if rows is None:
            continue
        if kind is Kind.DHCP:
            rows = rows.with_columns(address=pl.coalesce("assigned", "src"))
        elif rows["src_mac"].null_count() == rows.height:
            continue  # most sensors give no link address: nothing to sort
        else:
            rows = rows.filter("src_inside").with_columns(mac="src_mac", address="src")
        rows = rows.filter(pl.col("mac").is_not_null() & pl.col("address").is_not_null())
        rows = rows.select(*columns, kind=pl.lit(place), day=pl.col("clock") // DAY)
        parts.append(rows.unique(["mac", "address", "day"], keep="first", maintain_order=True))
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    seen = pl.concat(parts).drop("day").sort("clock", "origin", "record", "kind")
    seen = seen.with_columns(pl.col("mac").str.to_lowercase())
    return seen.filter(~pl.col("mac").is_in(_NO_CARD) & (pl.col("mac").str.len_chars() == len(_NO_CARD[0])))


def _made_up(card: str) -> bool:
    """Tell a locally administered link address (IEEE 802, the second bit of the first byte)."""
    try:
        return bool(int(card[:2], 16) & 2)
    except ValueError:
        return False


DETECTOR = RogueDevice()
