"""Incidents: findings in time order, joined when they are one intrusion, and what they make suspect."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from cloison.incident.belief import ALERT, believe
from cloison.incident.clues import together
from cloison.incident.hosts import Hosts
from cloison.incident.links import FADE, Groups, Link, Thread, faded, follow, links, near_links
from cloison.incident.narration import entitle, involved, steps
from cloison.incident.suspicion import weigh
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident, IncidentId, Join

JOINED = 0.2
"""Strength from which two alerts are one intrusion: the same machine a fortnight apart, or two that a passage joins
within half an hour, both at confidence 0.9."""

SUPPORTS = 0.05
"""Strength from which a clue speaks of an incident."""


def open_incident(
    findings: Sequence[Finding],
    hospital: Hospital | None,
    *,
    hosts: Hosts | None = None,
    muted: Collection[FindingId] = (),
) -> Incident:
    """Open one incident for all that was found.

    T0 is the first alert, or the first clue when there is none: before it nobody would have been called. Where doors
    are decided, all findings of one analysis are taken as one intrusion: on the night, two at once are rarer than one
    that moves, and a door kept open on the belief that they are unrelated cannot be taken back.
    """
    belief = believe(muted)
    ordered = sorted(findings, key=lambda finding: (finding.detected_at, finding.id))
    calling = [finding for finding in ordered if belief(finding) >= ALERT] or ordered
    return Incident(
        opened_at=calling[0].detected_at if calling else None,
        first_act=min((finding.first_seen for finding in ordered), default=None),
        last_act=max((finding.last_seen for finding in ordered), default=None),
        findings=tuple(finding.id for finding in ordered),
        suspicion=weigh(ordered, hospital, hosts=hosts, belief=belief),
    )


def open_incidents(
    findings: Sequence[Finding],
    hospital: Hospital | None,
    now: datetime,
    *,
    hosts: Hosts | None = None,
    muted: Collection[FindingId] = (),
) -> tuple[Incident, ...]:
    """Open one incident for each intrusion.

    Alerts (belief of `ALERT` and above) are joined when a machine, a path, a master or a passage links them
    strongly enough for the time between them (`cloison.incident.links`); joining is transitive. A clue or a muted
    finding alone opens nothing: it supports the incident to which its best link leads, if one does. Clues that are
    enough together (`cloison.incident.clues`) count as alerts. The order of findings changes nothing.

    Args:
        findings: of any number of readings.
        hospital: None: passages join nothing.
        now: the present, or the last moment read: an incident to which nothing new came loses half its
            suspicion in each `FADE`.
        hosts: joins the names and addresses of one machine; by default what the map says.
        muted: findings that a person called normal.

    Returns:
        The most probable first.
    """
    known = hosts or Hosts(hospital)
    belief = believe(muted)
    threads = [follow(finding, known, belief(finding)) for finding in findings]
    enough = together(thread for thread in threads if thread.belief < ALERT)
    calling = {thread.finding.id for link in enough for thread in (link.earlier, link.later)}
    alerts = {one.finding.id: one for one in threads if one.belief >= ALERT or one.finding.id in calling}
    groups = Groups(sorted(alerts))
    possible = [*enough, *links(alerts.values(), JOINED), *near_links(alerts.values(), hospital, JOINED)]
    why = [link for link in possible if groups.join(link.earlier.finding.id, link.later.finding.id)]
    members: dict[str, list[Thread]] = defaultdict(list)
    for name, thread in sorted(alerts.items()):
        members[groups.root(name)].append(thread)
    support = _supporters(threads, alerts, groups)
    reasons: dict[str, list[Link]] = defaultdict(list)
    for link in why:
        reasons[groups.root(link.earlier.finding.id)].append(link)
    incidents = [
        _incident(
            group, support.get(root, []), reasons.get(root, []), hospital=hospital, hosts=known, now=now, muted=muted
        )
        for root, group in members.items()
    ]
    return tuple(sorted(incidents, key=lambda incident: (-incident.score, incident.opened_at or now, incident.id)))


def _supporters(
    threads: Sequence[Thread], alerts: Mapping[FindingId, Thread], groups: Groups
) -> dict[str, list[Finding]]:
    """Give, for each group, the clues whose best link leads there."""
    clues = {thread.finding.id for thread in threads if thread.finding.id not in alerts}
    if not clues or not alerts:
        return {}
    chosen: dict[FindingId, str] = {}
    found = {thread.finding.id: thread.finding for thread in threads}
    # The strongest come first, so the first link of a clue to an alert is its best.
    for link in links(threads, SUPPORTS):
        pair = (link.earlier.finding.id, link.later.finding.id)
        for clue, alert in (pair, pair[::-1]):
            if clue in clues and alert in alerts:
                chosen.setdefault(clue, groups.root(alert))
    support: dict[str, list[Finding]] = defaultdict(list)
    for clue, root in chosen.items():
        support[root].append(found[clue])
    return support


def _incident(
    group: Sequence[Thread],
    clues: Sequence[Finding],
    why: Sequence[Link],
    *,
    hospital: Hospital | None,
    hosts: Hosts,
    now: datetime,
    muted: Collection[FindingId],
) -> Incident:
    alerts = sorted((thread.finding for thread in group), key=lambda item: (item.detected_at, item.id))
    support = sorted(clues, key=lambda item: (item.detected_at, item.id))
    every = [*alerts, *support]
    last_act = max(finding.last_seen for finding in every)
    belief, left = believe(muted), faded(now - last_act, FADE)
    suspicion = weigh(every, hospital, hosts=hosts, belief=lambda finding: belief(finding) * left)
    # An attack from outside on us accuses nobody of ours yet: the alert itself is what is believed.
    attacked = max(thread.belief for thread in group) * left
    return Incident(
        opened_at=alerts[0].detected_at,
        first_act=min(finding.first_seen for finding in alerts),
        findings=tuple(finding.id for finding in alerts),
        suspicion=suspicion,
        id=IncidentId(sha256(f"incident|{alerts[0].id}".encode()).hexdigest()[:12]),
        title=entitle(alerts, suspicion, hosts),
        last_act=last_act,
        score=max([attacked, *(item.probability for item in suspicion.assets)]),
        hosts=involved(suspicion, hosts),
        support=tuple(finding.id for finding in support),
        steps=steps(alerts, hosts),
        joins=tuple(
            Join(earlier=link.earlier.finding.id, later=link.later.finding.id, strength=link.strength, why=link.why)
            for link in sorted(why, key=lambda link: (link.later.finding.first_seen, link.later.finding.id))
        ),
    )
