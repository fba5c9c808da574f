"""The JSON of a case as people work on it: its plan, its choices, its doors, who approved."""

from collections.abc import Mapping
from dataclasses import replace

from cloison.enforce.life import life_of
from cloison.model.case import Case
from cloison.model.crisis import Decision
from cloison.model.finding import FindingId
from cloison.model.mute import Mute
from cloison.model.reading import Source
from cloison.ops.activities import Activity
from cloison.ops.crisis_choices import listed
from cloison.ops.crisis_desk import View, digest
from cloison.ui.case_documents import VERSION, Document, incident_document, when
from cloison.ui.documents import findings_document, plan_document
from cloison.ui.languages import Translator


def case_in_short(case: Case, words: Translator) -> Document:
    """One line of the list of cases."""
    return {
        "id": case.id,
        "status": case.status.value,
        "exercise": case.drill,
        "title": words.sentence(case.incident.title) if case.incident.title else None,
        "opened_at": when(case.opened_at),
        "closed_at": when(case.closed_at),
        "opened_by": case.opened_by,
    }


def case_document(view: View, words: Translator) -> Document:
    """A case whole: what is suspected, what may be chosen, how each door is."""
    standing = view.standing
    verdicts = {verdict.conduit: verdict for verdict in standing.verdicts}
    return {
        "version": VERSION,
        **case_in_short(view.case, words),
        "incident": incident_document(view.case.incident, words),
        "suspicion": dict(view.suspicion),
        "keep_open": list(standing.keep_open),
        "shut": list(standing.shut),
        "planning": view.planning,
        "stale": view.stale or standing.outdated,
        "plan": plan_document(standing.plan, words) if standing.plan else None,
        "choices": [
            {"name": name, "seen": digest(levels), "doors": {conduit: level.value for conduit, level in levels}}
            for name, levels in listed(standing.plan).items()
        ],
        "approvals": [
            {"person": each.person, "at": when(each.at), "how": each.how, "choice": standing.proposal.choice}
            for each in (standing.proposal.approvals if standing.proposal else ())
            if standing.proposal
        ],
        "moving": view.moving,
        "cut_short_at": view.cut_short.value if view.cut_short else None,
        "doors": [
            {
                "conduit": door.conduit,
                "progress": door.progress.value,
                "since": when(door.since),
                "proof": door.proof.value if door.proof else None,
                "evidence": [words.sentence(sentence) for sentence in verdicts[door.conduit].evidence]
                if door.conduit in verdicts
                else [],
            }
            for door in view.doors.values()
        ],
        "decisions": [_decision(each) for each in view.decisions],
    }


def case_findings(case: Case, words: Translator, muted: Mapping[FindingId, Mute]) -> list[Document]:
    """The alerts of a case, with the files and lines of their records."""
    places = dict(case.places)
    origins = {item.origin for finding in case.findings for item in finding.evidence}
    sources = {origin: Source(path=places.get(origin, "?"), format="") for origin in origins}
    return findings_document(case.findings, sources, words, muted)


def without_journal(view: View) -> View:
    """Give what is told of a case to a program: the devices' journal and the plans made before are left out."""
    decisions = tuple(replace(each, plan=None) for each in view.decisions)
    return replace(view, decisions=decisions, records=(), life=life_of(()), run=None)


def activity_document(activity: Activity) -> Document:
    """How one care service goes."""
    declared = activity.declared
    return {
        "service": activity.service.id,
        "name": activity.service.name,
        "state": activity.state.value,
        "cause": activity.cause.value,
        "since": when(activity.since),
        "stops_at": when(activity.stops_at),
        "back_at": when(activity.back_at),
        "rebuild_rank": activity.rank,
        "threatened": activity.threatened,
        "declared": {"by": declared.person, "at": when(declared.at), "note": declared.note} if declared else None,
        "forms": [
            {"name": form.name, "count": form.count, "place": form.place, "counted_at": when(form.at)}
            for form in activity.forms
        ],
    }


def _decision(decision: Decision) -> Document:
    return {
        "number": decision.number,
        "at": when(decision.at),
        "kind": decision.kind.value,
        "person": decision.person,
        "how": decision.how,
        "choice": decision.choice,
        "motion": decision.motion.value if decision.motion else None,
        "stage": decision.stage,
        "note": decision.note,
    }
