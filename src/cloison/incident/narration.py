"""An incident in words: its title, its machines, its steps."""

from collections.abc import Sequence

from cloison.incident.hosts import Hosts
from cloison.model.finding import Finding
from cloison.model.incident import Step, Suspicion
from cloison.words import Sentence, say, say_many

SUSPECT = 0.3
"""From this probability on a machine is called suspect in a title; lesser ones are in the ledger."""

IMPLICATED = 0.15
"""Part of the most suspect machine's probability from which another is named beside it: more than being called."""

NAMED = 8
"""Targets that a step names."""


def entitle(alerts: Sequence[Finding], suspicion: Suspicion, hosts: Hosts) -> Sentence:
    """Tell an intrusion in one line.

    Args:
        alerts: in time order, not empty.
        suspicion: what they make suspect.
        hosts: names people know.
    """
    first = min(alerts, key=lambda finding: (finding.first_seen, finding.id))
    actors = [hosts.find(name, acts=True) for name in first.sources]
    origin = next((host for host in actors if host.ours), None)
    suspects = [item for item in suspicion.assets if item.probability >= SUSPECT]
    if origin is None:
        return say("Attack from {host}", host=actors[0].name if actors else "?")
    if len(suspects) > 1:
        return say_many(
            "Intrusion spreading from {host}: {n} suspect machine",
            "Intrusion spreading from {host}: {n} suspect machines",
            len(suspects),
            host=origin.name,
        )
    return say("Suspicious acts of {host}", host=origin.name)


def involved(suspicion: Suspicion, hosts: Hosts) -> tuple[str, ...]:
    """Name the suspected machines, the most suspect first; those far less suspect than it are in the ledger."""
    least = IMPLICATED * max((item.probability for item in suspicion.assets), default=0.0)
    suspects = [item for item in suspicion.assets if item.probability >= least]
    return tuple(dict.fromkeys(hosts.find(item.address, acts=True).name for item in suspects))


def steps(alerts: Sequence[Finding], hosts: Hosts) -> tuple[Step, ...]:
    """Tell the story by the start of each act."""
    return tuple(
        Step(
            finding=finding.id,
            at=finding.first_seen,
            noticed_at=finding.detected_at,
            technique=finding.technique,
            barrier=finding.barrier,
            sources=tuple(dict.fromkeys(hosts.find(name, acts=True).name for name in finding.sources)),
            targets=tuple(dict.fromkeys(hosts.find(name).name for name in finding.targets[:NAMED])),
            what=finding.title,
        )
        for finding in sorted(alerts, key=lambda item: (item.first_seen, item.detected_at, item.id))
    )
