"""What makes one intrusion of two findings: a machine, a path, a master, and little time between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cloison.incident.hosts import Host, Hosts
from cloison.incident.suspicion import share_of
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital, ZoneId
from cloison.words import Sentence, say

FADE = timedelta(days=7)
"""Half-life of a link, and of an incident to which nothing new comes: an intruder is noticed after a median of five
days (Sophos, "Time keeps on slippin'", 2023), and a machine that was taken stays taken."""

NEAR = timedelta(hours=2)
"""Half-life of a link by nearness alone: two machines that a passage joins, both acting within the same hours."""

SAME, PATH, MASTER, VICTIM, DOOR = 1.0, 0.8, 0.8, 0.5, 0.3
"""Strength of each sort of link, before doubt and time: the first two after BackTracker (King and Chen, SOSP 2003) and
the attack threads of Valeur et al. (IEEE TDSC 2004), the third after BotMiner's shared command server (Gu et al.,
USENIX Security 2008). The figures are our own."""

MERELY_REACHED = 0.5
"""Part of PATH's strength where the technique does not by itself take the machine that it reaches."""

TAKES = 0.5
"""From this share of a finding's confidence on, its targets are more than looked at (see `share_of`)."""

TARGETS = 64
"""Targets of one finding that are followed; a finding names them in a fixed order."""


BEFORE = 64
"""Earlier findings on one machine that each is compared with: those of long ago are reached through later ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """A machine's part in a finding."""

    acts: bool
    taken: float


@dataclass(frozen=True, slots=True)
class Thread:
    """A finding, its machines found.

    Attributes:
        belief: probability that it is hostile.
        parts: key of a machine -> its part.
        hosts: the machines themselves, by key.
    """

    finding: Finding
    belief: float
    parts: dict[str, Part]
    hosts: dict[str, Host]


@dataclass(frozen=True, slots=True)
class Link:
    """Two findings that may be of one intrusion."""

    earlier: Thread
    later: Thread
    strength: float
    why: Sentence


def follow(finding: Finding, hosts: Hosts, belief: float) -> Thread:
    """Find a finding's machines."""
    parts: dict[str, Part] = {}
    found: dict[str, Host] = {}
    share = share_of(finding.technique)
    for name in finding.sources:
        host = hosts.find(name, acts=True)
        found[host.key], parts[host.key] = host, Part(acts=True, taken=1.0)
    for name in finding.targets[:TARGETS]:
        host = hosts.find(name)
        if host.key not in parts:
            found[host.key], parts[host.key] = host, Part(acts=False, taken=share)
    return Thread(finding=finding, belief=belief, parts=parts, hosts=found)


def links(threads: Iterable[Thread], least: float) -> list[Link]:
    """Give the links by a machine that two findings name, of strength `least` and above, the strongest first."""
    by_host: dict[str, list[Thread]] = defaultdict(list)
    ordered = sorted(threads, key=lambda thread: (thread.finding.first_seen, thread.finding.id))
    for thread in ordered:
        for key in thread.parts:
            by_host[key].append(thread)
    best: dict[tuple[str, str], Link] = {}
    for key in sorted(by_host):
        group = by_host[key]
        for place, later in enumerate(group):
            for earlier in group[max(place - BEFORE, 0) : place]:
                link = by_machine(earlier, later, key)
                pair = (earlier.finding.id, later.finding.id)
                if link.strength >= least and (pair not in best or link.strength > best[pair].strength):
                    best[pair] = link
    return sorted(best.values(), key=_order)


def by_machine(earlier: Thread, later: Thread, key: str) -> Link:
    """Weigh the link by one machine that both findings name."""
    first, second = earlier.parts[key], later.parts[key]
    host = earlier.hosts[key]
    name = host.name
    if first.acts and second.acts:
        strength, why = SAME, say("{host} acts in both", host=name)
    elif first.acts or second.acts:
        reached = second if first.acts else first
        strength = PATH * (1.0 if reached.taken >= TAKES else MERELY_REACHED if reached.taken else 0.0)
        why = say("{host} is reached, then acts", host=name)
        if first.acts:
            why = say("{host} acts, and is reached", host=name)
    elif not host.ours:
        strength, why = MASTER * (first.taken > 0) * (second.taken > 0), say("both call {host}", host=name)
    else:
        strength, why = VICTIM * min(first.taken, second.taken) / TAKES, say("both act on {host}", host=name)
    return Link(earlier, later, strength * _doubt(earlier, later) * faded(gap(earlier, later), FADE), why)


def near_links(threads: Iterable[Thread], hospital: Hospital | None, least: float) -> list[Link]:
    """Give the links by nearness: machines that act in one compartment, or across a passage, within hours.

    Each finding is compared with the latest earlier ones of each compartment that can reach its own.
    """
    if hospital is None:
        return []
    into: dict[ZoneId, list[ZoneId]] = {zone.id: [zone.id] for zone in hospital.zones}
    for conduit in hospital.conduits:
        into[conduit.to].append(conduit.from_)
    latest: dict[ZoneId, Thread] = {}
    found: list[Link] = []
    for thread in sorted(threads, key=lambda thread: (thread.finding.first_seen, thread.finding.id)):
        zones = {host.zone for key, host in thread.hosts.items() if thread.parts[key].acts and host.ours and host.zone}
        for zone in sorted(zones):
            for origin in dict.fromkeys(into[zone]):
                earlier = latest.get(origin)
                if earlier is not None and earlier is not thread:
                    strength = DOOR * _doubt(earlier, thread) * faded(gap(earlier, thread), NEAR)
                    if strength >= least:
                        found.append(Link(earlier, thread, strength, _near(origin, zone)))
            latest[zone] = thread
    return sorted(found, key=_order)


def _near(origin: ZoneId, zone: ZoneId) -> Sentence:
    if origin == zone:
        return say("both act in {zone} within hours", zone=zone)
    return say("{origin} opens onto {zone}, and both acted within hours", origin=origin, zone=zone)


def faded(age: timedelta, half_life: timedelta) -> float:
    """Give what is left after a time: 1 at once, one half after the half-life."""
    return float(0.5 ** (max(age, timedelta(0)) / half_life))


def _doubt(earlier: Thread, later: Thread) -> float:
    return earlier.belief * later.belief


def gap(earlier: Thread, later: Thread) -> timedelta:
    """Give the time between two findings; none where they overlap."""
    return max(
        later.finding.first_seen - earlier.finding.last_seen,
        earlier.finding.first_seen - later.finding.last_seen,
        timedelta(0),
    )


def _order(link: Link) -> tuple[float, datetime, str, str]:
    return -link.strength, link.later.finding.first_seen, link.earlier.finding.id, link.later.finding.id


class Groups:
    """Findings that are one, by union-find (Tarjan 1975)."""

    def __init__(self, names: Sequence[str]) -> None:
        self._parent = {name: name for name in names}

    def root(self, name: str) -> str:
        """Give the one that stands for its group."""
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, one: str, other: str) -> bool:
        """Make one group of two; tell whether they were apart."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
        return first != second
