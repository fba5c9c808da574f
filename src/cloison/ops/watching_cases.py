"""From findings to cases: what is new for people, written down once, in the database and in the logbook.

An incident keeps its case as long as they share an alert, even when an earlier alert joins it and gives it another
first finding: people's decisions hang on the case's name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cloison.incident.hosts import Hosts
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident
from cloison.model.logbook import Author, Draft
from cloison.model.mute import Mute
from cloison.model.notice import Notice
from cloison.model.noun import noun
from cloison.ops.analysis import judged
from cloison.store import logbook, notices
from cloison.store.cases import TOPIC, cases, put_case
from cloison.store.database import Database
from cloison.words import Sentence, say, say_many

SUSPECT = 0.5
"""Probability from which a machine counts as suspect in what people are told."""


@noun
class Change:
    """What became of a case.

    Attributes:
        case: as it is now.
        opened: it is new, or open again.
        hosts: machines that were not suspect before, as people know them.
        alerts: alerts that are new.
        told: the change in a sentence, without the map's details: it may leave the hospital.
        entry: the change in a sentence, for the logbook.
    """

    case: Case
    opened: bool
    hosts: tuple[str, ...]
    alerts: tuple[FindingId, ...]
    told: Sentence
    entry: Sentence


def follow_up(
    database: Database,
    findings: Sequence[Finding],
    *,
    places: Mapping[int, str],
    hospital: Hospital | None,
    hosts: Hosts,
    mutes: Sequence[Mute],
    last: datetime | None,
    now: datetime,
    drill: bool = False,
    notify: Callable[["Change"], Notice | None] = lambda _: None,
) -> tuple[Change, ...]:
    """Bring the cases up to date with all that was found so far.

    Done again after a crash with the same findings, it changes nothing more.

    Args:
        database: where the cases are.
        findings: all of them, told and new.
        places: origin -> file, for the records that they quote.
        hospital: the map.
        hosts: the names and addresses of each machine.
        mutes: what a person called normal.
        last: the last moment read.
        now: the present.
        drill: all of this is an exercise.
        notify: says what is sent to people of a change; it is queued in the same transaction.

    Returns:
        What changed for people, new cases first.

    Raises:
        DatabaseError, BadValueError: the cases cannot be read or written.
    """
    _, incidents = judged(findings, hospital, hosts, mutes, last=last, now=now)
    known = {finding.id: finding for finding in findings}
    before = [case for case in cases(database) if case.status is not CaseStatus.MERGED and case.drill == drill]
    changes: list[Change] = []
    with database.write(TOPIC, logbook.TOPIC, notices.TOPIC) as connection:
        for incident in sorted(incidents, key=lambda one: (one.opened_at or now, one.id)):
            theirs = [case for case in before if _shared(case, incident)]
            fresh, change = _one(incident, theirs, known, places, now=now, drill=drill)
            if theirs and fresh == theirs[0]:
                continue
            put_case(connection, fresh)
            for other in theirs[1:]:
                put_case(connection, _merged(other, fresh.id, now))
                before.remove(other)
            if change is not None:
                author = Draft(author="watch", kind=Author.MACHINE, text=change.entry, case=fresh.id, drill=drill)
                logbook.put_entry(connection, author, now)
                notice = notify(change)
                if notice is not None:
                    notices.put_notice(connection, notice, now)
                changes.append(change)
    return tuple(sorted(changes, key=lambda change: not change.opened))


def _shared(case: Case, incident: Incident) -> bool:
    return not set(case.incident.findings).isdisjoint(incident.findings)


def _one(
    incident: Incident,
    theirs: Sequence[Case],
    known: Mapping[FindingId, Finding],
    places: Mapping[int, str],
    *,
    now: datetime,
    drill: bool,
) -> tuple[Case, Change | None]:
    """Give the case of an incident as it is now, and what that changes for people."""
    findings = tuple(known[name] for name in (*incident.findings, *incident.support))
    origins = sorted({item.origin for finding in findings for item in finding.evidence})
    case = theirs[0] if theirs else None
    alerts = tuple(name for name in incident.findings if case is None or name not in case.incident.findings)
    # A case that a person closed opens again by a new alert alone.
    opened = case is None or (case.status is CaseStatus.CLOSED and bool(alerts))
    suspects = _suspects(incident)
    hosts = tuple(name for name in suspects if case is None or name not in _suspects(case.incident))
    fresh = Case(
        # The same records may be an exercise's and the real thing's: never one case.
        id=case.id if case else CaseId(f"exercice-{incident.id}" if drill else incident.id),
        incident=incident,
        findings=findings,
        places=tuple((origin, places[origin]) for origin in origins if origin in places),
        status=CaseStatus.OPEN if opened or case is None else case.status,
        opened_at=case.opened_at if case else now,
        changed_at=now,
        closed_at=None if opened or case is None else case.closed_at,
        drill=drill,
        opened_by=case.opened_by if case else "watch",
    )
    if case is not None and _same(case, fresh):
        return case, None
    if not (opened or alerts or hosts):
        return fresh, None
    told, entry = _sentences(fresh, opened=opened, hosts=len(hosts), alerts=len(alerts))
    return fresh, Change(case=fresh, opened=opened, hosts=hosts, alerts=alerts, told=told, entry=entry)


def _sentences(case: Case, *, opened: bool, hosts: int, alerts: int) -> tuple[Sentence, Sentence]:
    if opened:
        count = len(_suspects(case.incident))
        told = say_many(
            "probable intrusion: {n} suspect machine (case {case})",
            "probable intrusion: {n} suspect machines (case {case})",
            count,
            case=case.id,
        )
        return told, say("case opened: {title}", title=case.incident.title or told)
    if hosts:
        more = say_many(
            "case {case}: {n} more suspect machine", "case {case}: {n} more suspect machines", hosts, case=case.id
        )
        return more, more
    grown = say_many("case {case}: {n} more alert", "case {case}: {n} more alerts", alerts, case=case.id)
    return grown, grown


def _suspects(incident: Incident) -> tuple[str, ...]:
    return tuple(one.asset or one.address for one in incident.suspicion.assets if one.probability >= SUSPECT)


def _same(before: Case, after: Case) -> bool:
    """Tell whether nothing changed that a page shows; the fading of a score alone is not written down."""
    return (
        before.findings == after.findings
        and before.incident.findings == after.incident.findings
        and before.status == after.status
        and before.places == after.places
    )


def _merged(case: Case, into: CaseId, now: datetime) -> Case:
    return replace(case, status=CaseStatus.MERGED, merged_into=into, closed_at=now, changed_at=now)
