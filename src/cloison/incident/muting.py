"""Which findings a person's decision covers: what was called normal, and nothing stronger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cloison.incident.hosts import Hosts
from cloison.model.finding import Finding, FindingId
from cloison.model.mute import Mute, Scope, behaviour_of

CLASSES = (0.5, 0.8)
"""Confidences that part clues, alerts and strong alerts."""


def muted(findings: Iterable[Finding], mutes: Sequence[Mute], now: datetime, hosts: Hosts) -> Mapping[FindingId, Mute]:
    """Give the findings that are covered now, each with the decision that does, the longest-lived one.

    Args:
        findings: new or stored.
        mutes: every decision kept, ended ones too.
        now: the present.
        hosts: joins the names and addresses of one machine.
    """
    live = sorted((one for one in mutes if one.until > now), key=lambda one: (one.until, one.id), reverse=True)
    if not live:
        return {}
    covered: dict[FindingId, Mute] = {}
    for finding in findings:
        by = next((one for one in live if covers(one, finding, hosts)), None)
        if by is not None:
            covered[finding.id] = by
    return covered


def covers(mute: Mute, finding: Finding, hosts: Hosts) -> bool:
    """Tell whether a decision is about this: never a higher class of confidence, nor what its scope does not name."""
    if finding.detector != mute.detector or class_of(finding.confidence) > class_of(mute.confidence):
        return False
    if mute.scope is not Scope.DETECTOR and (
        finding.technique != mute.technique or behaviour_of(finding) != mute.behaviour
    ):
        return False
    if mute.scope is Scope.EVERYWHERE:
        return True
    same = _keys(finding.sources, hosts, acts=True) == _keys(mute.sources, hosts, acts=True)
    if mute.scope is Scope.PAIR or not finding.sources:
        # Without an actor the machine acted upon is all that names the host.
        return same and _keys(finding.targets, hosts) <= _keys(mute.targets, hosts)
    return same


def class_of(confidence: float) -> int:
    """Give 0 for a clue, 1 for an alert, 2 for a strong one."""
    return sum(confidence >= least for least in CLASSES)


def _keys(names: Iterable[str], hosts: Hosts, *, acts: bool = False) -> set[str]:
    return {hosts.find(name, acts=acts).key for name in names}
