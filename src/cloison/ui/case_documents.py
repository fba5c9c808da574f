"""The JSON of incidents, suspicion and mutes, and what every shape shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from cloison.model.incident import Incident, Suspicion
from cloison.model.mute import Mute
from cloison.ui.languages import Translator

Document: TypeAlias = dict[str, Any]

VERSION = 1


def incident_document(incident: Incident, words: Translator) -> Document:
    """An incident: its machines, its steps, what joins its alerts, what it makes suspect."""
    dwell = incident.opened_at - incident.first_act if incident.opened_at and incident.first_act else None
    return {
        "id": incident.id,
        "title": words.sentence(incident.title) if incident.title else None,
        "opened_at": when(incident.opened_at),
        "first_act": when(incident.first_act),
        "last_act": when(incident.last_act),
        "dwell_seconds": dwell.total_seconds() if dwell is not None else None,
        "score": incident.score,
        "hosts": list(incident.hosts),
        "findings": list(incident.findings),
        "support": list(incident.support),
        "steps": [
            {
                "at": when(step.at),
                "noticed_at": when(step.noticed_at),
                "finding": step.finding,
                "technique": step.technique,
                "barrier": step.barrier.value,
                "sources": list(step.sources),
                "targets": list(step.targets),
                "what": words.sentence(step.what),
            }
            for step in incident.steps
        ],
        "joins": [
            {
                "earlier": join.earlier,
                "later": join.later,
                "strength": join.strength,
                "why": words.sentence(join.why),
            }
            for join in incident.joins
        ],
        "suspicion": suspicion_document(incident.suspicion, words),
    }


def suspicion_document(suspicion: Suspicion, words: Translator) -> Document:
    """Suspected assets with their ledgers, and zones."""
    return {
        "assets": [
            {
                "asset": item.asset,
                "address": item.address,
                "zone": item.zone,
                "probability": item.probability,
                "ledger": [
                    {
                        "finding": charge.finding,
                        "part": charge.part,
                        "weight": charge.weight,
                        "reason": words.sentence(charge.reason),
                    }
                    for charge in item.ledger
                ],
            }
            for item in suspicion.assets
        ],
        "zones": dict(suspicion.zones),
    }


def mute_document(mute: Mute) -> Document:
    """What a person called normal."""
    return {
        "id": mute.id,
        "finding": mute.finding,
        "scope": mute.scope.value,
        "detector": mute.detector,
        "technique": mute.technique,
        "sources": list(mute.sources),
        "targets": list(mute.targets),
        "reason": mute.reason,
        "since": when(mute.since),
        "until": when(mute.until),
    }


def mutes_document(mutes: Sequence[Mute]) -> Document:
    """`cloison mute --list`."""
    return {"version": VERSION, "mutes": [mute_document(one) for one in mutes]}


def when(moment: datetime | None) -> str | None:
    """Write a moment in UTC, or null."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
