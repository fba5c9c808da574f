"""How likely each asset is compromised, and the ledger that says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding
from cloison.model.hospital import AssetId, Hospital, ZoneId, ZoneKind
from cloison.model.incident import AssetSuspicion, Charge, Suspicion
from cloison.words import Sentence, say

TARGET_SHARES: Mapping[str, float] = {
    # Whoever takes an administration session on a machine most often holds it afterwards: the share of
    # sessions that gave the intruder control is our own estimate, one in two.
    "T1021": 0.5,
    "T1047": 0.5,
    "T1053": 0.5,
    "T1569": 0.5,
    # Being looked at is not being taken; most of what a scan looks at does not even exist.
    "T1046": 0.0,
    "T1018": 0.0,
}
"""ATT&CK technique -> part of a finding's confidence that its targets bear; sub-techniques follow their parent."""

OTHER_TARGETS = 0.1
LEAST = 0.005
"""A weight below this is left out: it would fill the ledger with nothing."""


@dataclass(slots=True)
class _Case:
    asset: AssetId | None
    zone: ZoneId | None
    address: str
    charges: list[tuple[str, Charge]] = field(default_factory=list)


def weigh(findings: Iterable[Finding], hospital: Hospital | None) -> Suspicion:
    """Weigh findings into a probability for each asset and zone.

    A finding's source bears its confidence, its targets a share of it that depends on the technique
    (`TARGET_SHARES`). An asset's charges combine as independent causes, 1 - Π(1 - weight) (noisy-or,
    Pearl 1988); several charges by one detector in the same part are not independent, and only the
    strongest counts. Addresses outside the hospital are never suspected, but for a supplier's that the
    map knows: their machines are somebody else's to judge, and the internet is always hostile.

    Args:
        findings: in any order.
        hospital: None: every address stands for itself.

    Returns:
        Assets by falling probability; zones, 1 - Π(1 - q[a]), in the map's order.
    """
    places = _Places(hospital)
    cases: dict[str, _Case] = {}
    for finding in sorted(findings, key=lambda finding: (finding.detected_at, finding.id)):
        for name in finding.sources:
            _charge(cases, places, finding, name, part="source", share=1.0)
        for name in finding.targets:
            _charge(cases, places, finding, name, part="target", share=share_of(finding.technique))
    assets = tuple(sorted(map(_settled, cases.values()), key=lambda item: (-item.probability, item.address)))
    return Suspicion(assets=assets, zones=_zones(assets, hospital))


def share_of(technique: str) -> float:
    """Give the part of a finding's confidence that its targets bear."""
    return TARGET_SHARES.get(technique.partition(".")[0], OTHER_TARGETS)


def _charge(
    cases: dict[str, _Case], places: "_Places", finding: Finding, name: str, *, part: str, share: float
) -> None:
    weight = finding.confidence * share
    if weight < LEAST:
        return
    zone, asset, ours = places.find(name)
    if not ours:
        return
    case = cases.setdefault(asset or name, _Case(asset=asset, zone=zone, address=name))
    charge = Charge(finding=finding.id, part=part, weight=weight, reason=_reason(finding, part))
    case.charges.append((f"{finding.detector}/{part}", charge))


def _reason(finding: Finding, part: str) -> Sentence:
    if part == "source":
        return finding.title
    return say("reached by {source}: {title}", source=", ".join(finding.sources), title=finding.title)


def _settled(case: _Case) -> AssetSuspicion:
    strongest: dict[str, Charge] = {}
    for cause, charge in case.charges:
        if cause not in strongest or charge.weight > strongest[cause].weight:
            strongest[cause] = charge
    ledger = tuple(strongest.values())
    return AssetSuspicion(
        asset=case.asset,
        address=case.address,
        zone=case.zone,
        probability=1.0 - prod(1.0 - charge.weight for charge in ledger),
        ledger=ledger,
    )


def _zones(assets: Sequence[AssetSuspicion], hospital: Hospital | None) -> tuple[tuple[ZoneId, float], ...]:
    innocent: dict[ZoneId, float] = {}
    for item in assets:
        if item.zone is not None:
            innocent[item.zone] = innocent.get(item.zone, 1.0) * (1.0 - item.probability)
    order = [zone.id for zone in hospital.zones] if hospital else []
    return tuple((zone, 1.0 - innocent[zone]) for zone in order if zone in innocent)


class _Places:
    """Where a finding's host lives: by address, else by an asset's id or name."""

    def __init__(self, hospital: Hospital | None) -> None:
        self._book = AddressBook(hospital)
        self._internet = {zone.id for zone in (hospital.zones if hospital else ()) if zone.kind is ZoneKind.INTERNET}
        self._named = {
            key.casefold(): (asset.zone, asset.id)
            for asset in (hospital.assets if hospital else ())
            for key in (asset.name, asset.id)
        }

    def find(self, name: str) -> tuple[ZoneId | None, AssetId | None, bool]:
        """Give zone, asset, and whether it can be suspected."""
        if name.casefold() in self._named:
            zone, asset = self._named[name.casefold()]
            return zone, asset, zone not in self._internet
        place, thing, inside = self._book.locate(name)
        return place, thing, inside or (place is not None and place not in self._internet)
