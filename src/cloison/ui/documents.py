"""The JSON shapes that `--format json` prints, each with its version; docs/json.md explains them.

Every function gives plain dictionaries, lists, strings, numbers and None, ready for `json.dumps`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident
from cloison.model.leak import Leak, LeakReport
from cloison.model.mute import Mute
from cloison.model.plan import Alternative, Comparison, PlanParameters, Refinement, SealPlan
from cloison.model.reading import Refusal, Source
from cloison.model.rules import RuleSet
from cloison.seal.audit import Verdict
from cloison.ui.case_documents import VERSION, Document, incident_document, mute_document, suspicion_document, when
from cloison.ui.choices import advice, bought
from cloison.ui.languages import Translator

if TYPE_CHECKING:  # what they rest on takes half a second to load, and every command comes here
    from cloison.chart.proposal import Proposal
    from cloison.ops.story import Analysis, Story
    from cloison.store.lookback import LookBack


def analysis_document(analysis: "Analysis", words: Translator) -> Document:
    """`cloison analyze`: window, records, sources, refused, incidents, findings."""
    return {
        "version": VERSION,
        "window": {"start": when(analysis.window_start), "end": when(analysis.window_end)},
        "records": analysis.records,
        "late": analysis.late,
        "sources": [_source(source, words) for source in analysis.sources],
        "refused": [_refusal(refusal, words) for refusal in analysis.refusals],
        "rules": _rules(analysis.rules, words),
        "incidents": [incident_document(incident, words) for incident in analysis.incidents],
        "findings": findings_document(analysis.findings, analysis.sources, words, analysis.muted),
    }


def findings_document(
    findings: Sequence[Finding],
    sources: Sequence[Source] | Mapping[int, Source],
    words: Translator,
    muted: Mapping[FindingId, Mute] = MappingProxyType({}),
) -> list[Document]:
    """Findings, in the order given; evidence names its file, and a muted one says by which decision."""
    return [
        {
            "id": finding.id,
            "detector": finding.detector,
            "technique": finding.technique,
            "techniques": list(finding.techniques),
            "barrier": finding.barrier.value,
            "title": words.sentence(finding.title),
            "explanation": words.sentence(finding.explanation),
            "confidence": finding.confidence,
            "sources": list(finding.sources),
            "targets": list(finding.targets),
            "first_seen": when(finding.first_seen),
            "last_seen": when(finding.last_seen),
            "detected_at": when(finding.detected_at),
            "muted": mute_document(muted[finding.id]) if finding.id in muted else None,
            "evidence": [
                {"path": sources[item.origin].path, "record": item.record, "note": words.sentence(item.note)}
                for item in finding.evidence
            ],
        }
        for finding in findings
    ]


def search_document(found: "LookBack") -> Document:
    """`cloison search`: the time looked at, and each meeting with an indicator."""
    return {
        "version": VERSION,
        "window": {"start": when(found.since), "end": when(found.until)},
        "hours": found.hours,
        "found": found.found,
        "spoiled": list(found.spoiled),
        "hits": [
            {
                "indicator": hit.indicator.text,
                "kind": hit.indicator.kind.value,
                "sort": hit.sort,
                "name": hit.name,
                "src": hit.src,
                "dst": hit.dst,
                "services": list(hit.services),
                "records": hit.records,
                "first": when(hit.first),
                "last": when(hit.last),
            }
            for hit in found.hits
        ],
    }


def plan_document(plan: SealPlan, words: Translator) -> Document:
    """`cloison plan` (DESIGN section 9)."""
    buys = bought(plan)
    advised = advice(plan)
    return {
        "version": VERSION,
        "status": plan.status.value,
        "objective": plan.objective,
        "lower_bound": plan.lower_bound,
        "gap": plan.gap,
        "without_sealing": plan.without_sealing,
        "parameters": _parameters(plan.parameters),
        "actions": [
            {
                "conduit": action.conduit,
                "level": action.level.value,
                "enforced_by": action.enforced_by,
                "close_minutes": action.close_minutes,
            }
            for action in plan.actions
        ],
        "care": [
            {
                "service": care.service,
                "lost_if_nothing": care.lost_if_nothing,
                "lost_if_sealed": care.lost_if_sealed,
                "state": care.state.value,
            }
            for care in plan.care
        ],
        "records_exposed": {"if_nothing": plan.nothing.records, "if_sealed": plan.sealed.records},
        "alternatives": [
            {**_alternative(each), "buys": words.sentence(buys[each.name]) if each.name in buys else None}
            for each in plan.alternatives
        ],
        "few_choices": words.sentence(plan.few_choices) if plan.few_choices else None,
        "refinement": _refinement(plan.refinement) if plan.refinement else None,
        "advice": words.sentence(advised) if advised else None,
        "seconds": plan.seconds,
        "compared": _comparison(plan.compared) if plan.compared else None,
        "look_first": [
            {"zone": look.zone, "asset": look.asset, "suspicion": look.suspicion, "care_hours": look.care_hours}
            for look in plan.look_first
        ],
    }


def _refinement(refinement: Refinement) -> Document:
    return {
        "scenarios": refinement.scenarios,
        "objective": refinement.seen,
        "unseen_objective": refinement.unseen,
        "unseen_standard_error": refinement.unseen_standard_error,
        "agreed": refinement.agreed,
    }


def _comparison(compared: Comparison) -> Document:
    return {
        "kept": compared.kept,
        "earlier": compared.earlier,
        "best": compared.best,
        "moves": [
            {
                "conduits": list(move.conduits),
                "before": move.before.value,
                "after": move.after.value,
                "cost_of_leaving": move.cost_of_leaving,
            }
            for move in compared.moves
        ],
    }


def verdict_document(verdict: Verdict, words: Translator) -> Document:
    """`cloison check`: what a certificate is worth."""
    return {
        "version": VERSION,
        "true": not verdict.complaints,
        "complaints": [words.sentence(complaint) for complaint in verdict.complaints],
        "objective": float(verdict.objective),
        "without_sealing": float(verdict.without_sealing),
        "verified_bound": float(verdict.bound),
        "claimed_bound": float(verdict.claimed),
        "verified_best": verdict.proved,
        "boxes": verdict.boxes,
        "rows_left_out": verdict.left_out,
    }


def leaks_document(report: LeakReport, sources: Sequence[Source], words: Translator) -> Document:
    """Leaks by falling risk, and what could not be judged."""
    return {
        "leaks": [_leak(leak, sources, words) for leak in report.leaks],
        "unjudged": [
            {"what": words.sentence(item.what), "reason": words.sentence(item.reason), "records": item.records}
            for item in report.unjudged
        ],
    }


def map_document(hospital: Hospital, report: LeakReport, sources: Sequence[Source], words: Translator) -> Document:
    """`cloison map`: the map's entries, and its leaks."""
    return {
        "version": VERSION,
        "name": hospital.name,
        "zones": [
            {"id": zone.id, "name": zone.name, "kind": zone.kind.value, "patient_records": zone.patient_records}
            for zone in hospital.zones
        ],
        "assets": [{"id": asset.id, "zone": asset.zone, "role": asset.role} for asset in hospital.assets],
        "conduits": [
            {"id": conduit.id, "from": conduit.from_, "to": conduit.to, "closable": conduit.enforced_by is not None}
            for conduit in hospital.conduits
        ],
        "care_services": [{"id": service.id, "name": service.name} for service in hospital.care_services],
        **leaks_document(report, sources, words),
    }


def learning_document(proposal: "Proposal", sources: Sequence[Source], words: Translator) -> Document:
    """`cloison learn`: what was added, what contradicts the map, what was not seen."""
    return {
        "version": VERSION,
        "added": [
            {"entry": item.entry.value, "id": item.id, "what": words.sentence(item.what)} for item in proposal.added
        ],
        "conflicts": [
            {
                "entry": item.entry.value,
                "id": item.id,
                "what": words.sentence(item.what),
                "path": sources[item.evidence.origin].path if item.evidence else None,
                "record": item.evidence.record if item.evidence else None,
            }
            for item in proposal.conflicts
        ],
        "unseen": [{"entry": item.entry.value, "id": item.id, "last": when(item.last)} for item in proposal.unseen],
        "remarks": [words.sentence(remark) for remark in proposal.remarks],
    }


def story_document(story: "Story", words: Translator) -> Document:
    """`cloison demo --once`: incident, plan, map."""
    return {
        "version": VERSION,
        "drill": story.drill,
        "seconds": story.seconds,
        "records": story.analysis.records,
        "incident": _incident(story.incident, story.analysis, words),
        "plan": plan_document(story.plan, words) if story.plan else None,
        "earlier": {"moment": when(story.earlier.moment), "plan": plan_document(story.earlier.plan, words)}
        if story.earlier
        else None,
        "map": map_document(story.hospital, story.leaks, story.analysis.sources, words),
    }


def _incident(incident: Incident, analysis: "Analysis", words: Translator) -> Document:
    return {
        "opened_at": when(incident.opened_at),
        "first_act": when(incident.first_act),
        "findings": findings_document(
            [finding for finding in analysis.findings if finding.id in set(incident.findings)], analysis.sources, words
        ),
        "suspicion": suspicion_document(incident.suspicion, words),
    }


def _source(source: Source, words: Translator) -> Document:
    return {
        "path": source.path,
        "format": source.format,
        "records": source.records,
        "rejected": source.rejected,
        "unused": source.unused,
        "late": source.late,
        "remarks": [words.sentence(remark) for remark in source.remarks],
    }


def _rules(rules: RuleSet, words: Translator) -> Document:
    return {
        "looked_for": len(rules.rules) + len(rules.correlations),
        "refused": [
            {
                "file": refusal.file,
                "title": refusal.title,
                "reason": words.sentence(refusal.reason),
                "elsewhere": refusal.elsewhere,
            }
            for refusal in rules.refusals
        ],
    }


def _refusal(refusal: Refusal, words: Translator) -> Document:
    return {
        "path": refusal.path,
        "code": refusal.code,
        "reason": words.sentence(refusal.reason),
        "fix": words.sentence(refusal.fix),
    }


def _parameters(parameters: PlanParameters) -> Document:
    return {
        "suspicion": dict(parameters.suspicion),
        "horizon_hours": parameters.horizon_hours,
        "seal_hours": parameters.seal_hours,
        "scenarios": parameters.scenarios,
        "seed": parameters.seed,
        "record_weight": parameters.record_weight,
        "action_weight": parameters.action_weight,
        "time_limit_seconds": parameters.time_limit_seconds,
        "keep_open": list(parameters.keep_open),
        "shut": list(parameters.shut),
        "people": parameters.people,
    }


def _alternative(alternative: Alternative) -> Document:
    return {
        "name": alternative.name,
        "levels": {conduit: level.value for conduit, level in alternative.levels},
        "objective": alternative.weighing.objective,
        "care_hours_lost": alternative.weighing.care_hours,
        "records_exposed": alternative.weighing.records,
        "doors_moved": alternative.weighing.doors_moved,
        "sealing_care_hours": alternative.sealing_care_hours,
        "fresh_care_hours": alternative.fresh_care_hours,
        "fresh_standard_error": alternative.fresh_standard_error,
        "outages": [
            {"service": each.service, "degraded_hours": each.degraded_hours, "stopped_hours": each.stopped_hours}
            for each in alternative.outages
        ],
        "fresh_records_exposed": alternative.fresh_records,
        "minutes": alternative.minutes,
        "neighbour": alternative.neighbour,
        "on_front": alternative.on_front,
    }


def _leak(leak: Leak, sources: Sequence[Source], words: Translator) -> Document:
    return {
        "kind": leak.kind.value,
        "from": leak.from_,
        "to": leak.to,
        "care_per_hour": leak.care_per_hour,
        "records": leak.records,
        "explanation": words.sentence(leak.explanation),
        "hops": [
            {
                "from": hop.from_,
                "to": hop.to,
                "service": hop.service,
                "src": hop.src,
                "dst": hop.dst,
                "records": hop.records,
                "first": when(hop.first),
                "last": when(hop.last),
                "path": sources[hop.evidence.origin].path,
                "record": hop.evidence.record,
            }
            for hop in leak.hops
        ],
    }
