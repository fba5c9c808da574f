"""Judging a recording: does a finding name the right machine, the right family, at the right time?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from evaluation import families
from evaluation.runs import Found, Outcome
from evaluation.scenarios import Label, Scenario

SLACK = timedelta(seconds=1)
"""Labels give whole seconds."""

ALERT = 0.5
"""Below this confidence a finding is a clue: it is listed, and never opens an incident by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a scenario.

    Attributes:
        strict: found, the technique's parent being one of the label's.
        near: found, neighbouring families counted too.
        chief: strictly found by the first of a finding's techniques, the others left aside.
        alerted: strictly found by an alert, clues left aside.
        reason: why it is a miss; empty when strictly found.
        delay: from the start of the recording's (or attack's) window to the first right alarm; None on a miss or
            when the label has no clock. An upper bound where the window is the whole recording.
        own_delay: from the first act in the finding itself to the alarm: a lower bound.
        families: labelled parents that a finding named.
    """

    scenario: Scenario
    strict: bool
    near: bool
    chief: bool
    alerted: bool
    reason: str
    delay: timedelta | None
    own_delay: timedelta | None
    families: frozenset[str]


def judge(scenario: Scenario, outcomes: Mapping[str, Outcome]) -> Verdict:
    """Judge a scenario: one that several sensors recorded is found only if each recording suffices."""
    parts = [_judge(scenario, recording.label, outcomes[recording.name]) for recording in scenario.recordings]
    worst = next((part for part in parts if not part.strict), parts[0])
    delays = [part.delay for part in parts if part.delay is not None]
    own = [part.own_delay for part in parts if part.own_delay is not None]
    return Verdict(
        scenario=scenario,
        strict=all(part.strict for part in parts),
        near=all(part.near for part in parts),
        chief=all(part.chief for part in parts),
        alerted=all(part.alerted for part in parts),
        reason=worst.reason,
        delay=max(delays, default=None),
        own_delay=max(own, default=None),
        families=frozenset.intersection(*(part.families for part in parts)),
    )


def _judge(scenario: Scenario, label: Label, outcome: Outcome) -> Verdict:
    placed = [found for found in outcome.findings if names_host(found, label, outcome.aliases)]
    timed = [found for found in placed if overlaps(found, label)]
    strict = [found for found in timed if names_family(found, label)]
    near = [found for found in timed if any(families.near(one, label.techniques) for one in found.techniques)]
    first = min(strict, key=lambda found: found.detected_at, default=None)
    return Verdict(
        scenario=scenario,
        strict=bool(strict),
        near=bool(near),
        chief=any(families.same(found.technique, label.techniques) for found in timed),
        alerted=any(found.confidence >= ALERT for found in strict),
        reason="" if strict else _reason(label, outcome, placed, timed),
        delay=first.detected_at - label.start if first and label.start else None,
        own_delay=first.detected_at - first.first_seen if first else None,
        families=frozenset(families.parent(one) for found in strict for one in found.techniques),
    )


def _reason(label: Label, outcome: Outcome, placed: Sequence[Found], timed: Sequence[Found]) -> str:
    if outcome.error:
        return outcome.error
    if not outcome.findings:
        return f"nothing found in {outcome.records:,} records"
    if timed:
        return "right machine, other family: " + _list(timed)
    if placed:
        return "right machine, outside the window: " + _list(placed)
    right = [found for found in outcome.findings if names_family(found, label)]
    return ("right family, other machine: " if right else "other machine and family: ") + _list(
        right or outcome.findings
    )


def _list(findings: Sequence[Found]) -> str:
    return ", ".join(sorted({f"{found.detector} {found.technique}" for found in findings})[:4])


def names_family(found: Found, label: Label) -> bool:
    """Tell whether one of a finding's techniques has the parent of one of the label's."""
    return any(families.same(one, label.techniques) for one in found.techniques)


def names_host(found: Found, label: Label, aliases: Mapping[str, str]) -> bool:
    """Tell whether a finding names a labelled machine; any will do when the label names none."""
    if not label.hosts:
        return True
    return any(is_one_of(name, label.hosts, aliases) for name in (*found.sources, *found.targets))


def is_one_of(name: str, hosts: Sequence[str], aliases: Mapping[str, str]) -> bool:
    """Compare by address, by network, or by name without its domain; `aliases` join a machine's names."""
    mine = {plain(name), aliases.get(plain(name), plain(name))}
    for host in hosts:
        if "/" in host:
            if _within(name, host):
                return True
        elif not mine.isdisjoint({plain(host), aliases.get(plain(host), plain(host))}):
            return True
    return False


def plain(name: str) -> str:
    """Give an address as it is written canonically, or a name in lower case without its domain or final $."""
    try:
        return str(ip_address(name))
    except ValueError:
        return name.casefold().partition(".")[0].rstrip("$")


def _within(name: str, network: str) -> bool:
    try:
        return ip_address(name) in ip_network(network)
    except ValueError:
        return False


def overlaps(found: Found, label: Label) -> bool:
    """Tell whether a finding's acts meet the label's window."""
    if label.start is None or label.end is None:
        return True
    return found.first_seen <= label.end + SLACK and found.last_seen >= label.start - SLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    """A finding on what nobody called hostile."""

    where: str
    found: Found


def false_alarms(scenario: Scenario, outcomes: Mapping[str, Outcome]) -> list[FalseAlarm]:
    """List the findings of a recording that its label contradicts.

    In benign recordings, all. In recordings of ordinary machines attacked from the internet (the label names victims,
    and no attacker of the inside), those whose actor is such a victim: nothing says that it attacked anybody.
    """
    return [
        FalseAlarm(where=recording.name, found=found)
        for recording in scenario.recordings
        for found in outcomes[recording.name].findings
        if _contradicted(found, recording.label, outcomes[recording.name])
    ]


def _contradicted(found: Found, label: Label, outcome: Outcome) -> bool:
    if label.verdict == "benign":
        return True
    return _attacked_from_outside(label) and _accuses_victim(found, label, outcome)


def quiet_hours(scenario: Scenario) -> bool:
    """Tell whether the scenario's hours count as benign hours of its inside machines."""
    return scenario.label.verdict == "benign" or _attacked_from_outside(scenario.label)


def _attacked_from_outside(label: Label) -> bool:
    return label.verdict == "mixed" and bool(label.victims) and not any(map(_private, label.attackers))


def _private(name: str) -> bool:
    try:
        return ip_network(name).is_private
    except ValueError:
        return True


def _accuses_victim(found: Found, label: Label, outcome: Outcome) -> bool:
    return any(is_one_of(name, label.victims, outcome.aliases) for name in found.sources)


def is_true(found: Found, label: Label, outcome: Outcome) -> bool | None:
    """Tell whether a finding is right, for calibration; None where the label cannot say.

    On malicious recordings a finding is right when it names a labelled machine in the window: the machine is in an
    intruder's hands, whatever act gave it away. On mixed ones only the labelled families prove anything.
    """
    if label.verdict == "benign":
        return False
    if label.verdict == "unlabelled" or not label.techniques:
        return None
    right = names_host(found, label, outcome.aliases) and overlaps(found, label)
    if right and families.near(found.technique, label.techniques):
        return True
    if label.verdict == "malicious":
        return right
    return False if _attacked_from_outside(label) and _accuses_victim(found, label, outcome) else None
