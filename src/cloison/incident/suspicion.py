"""How likely each asset is compromised, and the ledger that says so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from cloison.incident.hosts import Hosts
from cloison.model.finding import Finding
from cloison.model.hospital import AssetId, Hospital, ZoneId
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


def weigh(
    findings: Iterable[Finding],
    hospital: Hospital | None,
    *,
    hosts: Hosts | None = None,
    belief: Callable[[Finding], float] | None = None,
) -> Suspicion:
    """Weigh findings into a probability for each asset and zone.

    A finding's source bears its confidence, its targets a share of it that depends on the technique
    (`TARGET_SHARES`). An asset's charges combine as independent causes, 1 - Π(1 - weight) (noisy-or,
    Pearl 1988); several charges by one detector in the same part are not independent, and only the
    strongest counts. Addresses outside the hospital are never suspected, but for a supplier's that the
    map knows: their machines are somebody else's to judge, and the internet is always hostile.

    Args:
        findings: in any order.
        hospital: None: every address stands for itself.
        hosts: joins the names and addresses of one machine; by default what the map says.
        belief: probability that a finding is hostile; by default its confidence.

    Returns:
        Assets by falling probability; zones, 1 - Π(1 - q[a]), in the map's order.
    """
    places = hosts or Hosts(hospital)
    believe = belief or (lambda finding: finding.confidence)
    cases: dict[str, _Case] = {}
    for finding in sorted(findings, key=lambda finding: (finding.detected_at, finding.id)):
        for name in finding.sources:
            _charge(cases, places, finding, name, part="source", weight=believe(finding))
        for name in finding.targets:
            weight = believe(finding) * share_of(finding.technique)
            _charge(cases, places, finding, name, part="target", weight=weight)
    assets = tuple(sorted(map(_settled, cases.values()), key=lambda item: (-item.probability, item.address)))
    return Suspicion(assets=assets, zones=_zones(assets, hospital))


def share_of(technique: str) -> float:
    """Give the part of a finding's confidence that its targets bear."""
    return TARGET_SHARES.get(technique.partition(".")[0], OTHER_TARGETS)


def _charge(cases: dict[str, _Case], places: Hosts, finding: Finding, name: str, *, part: str, weight: float) -> None:
    if weight < LEAST:
        return
    host = places.find(name, acts=part == "source")
    if not host.ours:
        return
    case = cases.setdefault(host.key, _Case(asset=host.asset, zone=host.zone, address=name))
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
