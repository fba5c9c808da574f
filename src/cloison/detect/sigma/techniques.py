"""What a rule's tags say in ATT&CK's terms, and the barrier that it watches."""

import re
from collections.abc import Iterable, Mapping

from cloison.model.finding import Barrier

RENUMBERED: Mapping[str, str] = {
    "T1685": "T1562.001",
    "T1685.001": "T1562.002",
    "T1685.005": "T1070.001",
    "T1686": "T1562.004",
    "T1686.003": "T1562.004",
    "T1689": "T1562.010",
}
"""Techniques that later editions of ATT&CK number anew -> the number by which every other tool still knows them."""

BARRIERS: Mapping[str, Barrier] = {
    "initial-access": Barrier.ENTRY,
    "reconnaissance": Barrier.ENTRY,
    "lateral-movement": Barrier.SPREAD,
    "impact": Barrier.DEGRADED,
}
"""Tactic -> barrier; every other one is infiltration."""

TYPICAL: Mapping[str, str] = {
    "initial-access": "T1190",
    "execution": "T1059",
    "persistence": "T1543",
    "privilege-escalation": "T1068",
    "stealth": "T1036",
    "defense-evasion": "T1036",
    "defense-impairment": "T1562",
    "credential-access": "T1003",
    "discovery": "T1082",
    "lateral-movement": "T1021",
    "collection": "T1005",
    "command-and-control": "T1071",
    "exfiltration": "T1041",
    "impact": "T1486",
}
"""Tactic -> the technique named when the author tagged none."""

ANY = "T1059"
"""Where there is no tag at all: most host rules are about a program that runs."""

INHIBITS_RECOVERY = "T1490"

_TECHNIQUE = re.compile(r"t\d{4}(\.\d{3})?")


def techniques_in(tags: Iterable[str]) -> tuple[str, ...]:
    """Give the ATT&CK ids among tags such as "t1021.002", in order, by their usual numbers."""
    named = [tag.upper() for tag in tags if _TECHNIQUE.fullmatch(tag)]
    return tuple(dict.fromkeys(_usual(one) for one in named))


def tactics_in(tags: Iterable[str]) -> tuple[str, ...]:
    """Give the tactics among tags such as "lateral-movement"."""
    return tuple(tag for tag in tags if tag in TYPICAL or tag in BARRIERS)


def chief_technique(techniques: tuple[str, ...], tactics: tuple[str, ...]) -> str:
    """Give the one technique by which a match is told."""
    if techniques:
        return techniques[0]
    return next((TYPICAL[tactic] for tactic in tactics if tactic in TYPICAL), ANY)


def barrier_of(techniques: tuple[str, ...], tactics: tuple[str, ...]) -> Barrier:
    """Give the barrier that a rule watches."""
    if INHIBITS_RECOVERY in techniques:
        return Barrier.RECOVERY
    found = {BARRIERS.get(tactic, Barrier.INFILTRATION) for tactic in tactics}
    order = (Barrier.DEGRADED, Barrier.SPREAD, Barrier.INFILTRATION, Barrier.ENTRY)
    return next((barrier for barrier in order if barrier in found), Barrier.INFILTRATION)


def _usual(technique: str) -> str:
    parent = technique.partition(".")[0]
    return RENUMBERED.get(technique) or RENUMBERED.get(parent) or technique
