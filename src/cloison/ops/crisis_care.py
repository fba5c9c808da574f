"""Care on the night: how each activity goes now, what people there say, which paper is left."""

from collections.abc import Mapping
from datetime import timedelta

from cloison.enforce.life import life_of
from cloison.errors import BadValueError, UnknownIdError
from cloison.model.case import Case, CaseId
from cloison.model.crisis import Declaration, Form
from cloison.model.hospital import CareServiceId, ConduitId, Hospital, Level, ZoneId
from cloison.model.logbook import Author, Draft
from cloison.model.plan import ServiceState
from cloison.model.sealing import Step
from cloison.ops import crisis
from cloison.ops.activities import Activity, Shut, activities
from cloison.ops.crisis import stand
from cloison.ops.crisis_desk import By, Desk
from cloison.spread.suspects import suspect as by_zone
from cloison.store.cases import load_case
from cloison.store.decisions import count_forms, decided, declare, declared, forms_counted
from cloison.store.headline import headline
from cloison.store.journal import records_now
from cloison.store.settings import Setting
from cloison.words import say

FORGOTTEN_AFTER = timedelta(days=30)
"""What was declared so long ago counts no more: nobody works a month in a state that nobody says again."""

LONGEST = 1000
MOST_FORMS = 100_000

PROCEDURES: Setting[dict[str, str]] = Setting("care-procedures", dict[str, str], usual={})
"""Care service -> what its people do without its systems, and where it is written."""


def care_now(desk: Desk, hospital: Hospital) -> tuple[Activity, ...]:
    """Tell how every care service goes: open case, doors, and what people say."""
    now = desk.clock()
    case = open_case(desk)
    suspicion: Mapping[ZoneId, float] = {}
    if case is not None:
        standing = stand(decided(desk.database, case.id))
        suspicion = dict(by_zone(hospital, crisis.doubts(hospital, case.incident.suspicion, standing)))
    return activities(
        hospital,
        shut_now(desk, case, hospital),
        suspicion,
        declared(desk.database, now - FORGOTTEN_AFTER),
        forms_counted(desk.database),
        now=now,
    )


def open_case(desk: Desk) -> Case | None:
    """Give the case that pages are about."""
    incident = headline(desk.database)
    return load_case(desk.database, CaseId(incident.case)) if incident else None


def shut_now(desk: Desk, case: Case | None, hospital: Hospital) -> Shut:
    """Read which doors are shut, since when, and for how long they were meant to be."""
    home = desk.means(case, hospital).home if case else desk.home
    records = records_now(home)
    life = life_of(records)
    levels: dict[ConduitId, Level] = {name: placed.door.level for name, placed in life.shut.items()}
    if not levels:
        return Shut()
    # The first line that confirmed one of them: a lease renewed later does not make care begin again.
    confirmed = [
        each.at for each in records if each.step is Step.CONFIRM and each.done and levels.keys() & set(each.doors)
    ]
    opened = [each.at for each in records if each.step is Step.OPEN and each.done and levels.keys() & set(each.doors)]
    since = min((at for at in confirmed if not opened or at > max(opened)), default=None)
    plan = stand(decided(desk.database, case.id)).plan if case else None
    hours = plan.parameters.seal_hours if plan else Shut().hours
    return Shut(levels=tuple(sorted(levels.items())), since=since, hours=hours)


def declare_state(
    desk: Desk, hospital: Hospital, service: str, *, state: ServiceState | None, note: str, by: By
) -> None:
    """Keep how a care service goes in the words of somebody there; None takes it back.

    Raises:
        UnknownIdError: the map has no such care service.
        BadValueError: the note is too long.
    """
    known = _service(hospital, service)
    said = " ".join(note.split())
    if len(said) > LONGEST:
        raise BadValueError(
            say("a note has {n} characters at most", n=LONGEST), fix=say("write one sentence"), where=service
        )
    told = {
        ServiceState.NORMAL: say("{person}: {service} goes as usual", person=by[1], service=known),
        ServiceState.DEGRADED: say("{person}: {service} is in degraded mode", person=by[1], service=known),
        ServiceState.STOPPED: say("{person}: {service} has stopped", person=by[1], service=known),
        None: say("{person} takes back what was said of {service}", person=by[1], service=known),
    }[state]
    if said:
        told = say("{what} ({note})", what=told, note=said)
    case = open_case(desk)
    entry = Draft(
        author=by[1],
        account=by[0],
        kind=Author.PERSON,
        text=told,
        case=case.id if case else "",
        drill=case.drill if case else False,
    )
    declaration = Declaration(service=CareServiceId(service), at=desk.clock(), person=by[1], state=state, note=said)
    declare(desk.database, declaration, entry)


def count(desk: Desk, hospital: Hospital, service: str, *, name: str, left: int, place: str, by: By) -> None:
    """Keep how many paper forms are left, and where; -1 takes the form off the list.

    Raises:
        UnknownIdError: the map has no such care service.
        BadValueError: the form has no name, or the count is none.
    """
    _service(hospital, service)
    name, place = " ".join(name.split()), " ".join(place.split())
    if not name or len(name) > 200 or len(place) > 200 or not -1 <= left <= MOST_FORMS:  # noqa: PLR2004
        raise BadValueError(
            say("a form has a name, a place and a count"),
            fix=say("write all three, in 200 characters each"),
            where=service,
        )
    form = Form(service=CareServiceId(service), name=name, count=left, place=place, at=desk.clock(), person=by[1])
    count_forms(desk.database, form)


def set_procedure(desk: Desk, hospital: Hospital, service: str, *, text: str, by: By) -> None:
    """Keep what the people of a care service do without its systems.

    Raises:
        UnknownIdError: the map has no such care service.
        BadValueError: the text is too long.
    """
    _service(hospital, service)
    if len(text) > LONGEST:
        raise BadValueError(
            say("a procedure has {n} characters at most", n=LONGEST),
            fix=say("say where the whole of it is kept, on paper"),
            where=service,
        )
    kept = PROCEDURES.of(desk.database)
    PROCEDURES.change(desk.database, {**kept, service: text.strip()}, by=by[1], now=desk.clock())


def _service(hospital: Hospital, service: str) -> str:
    name = next((known.name for known in hospital.care_services if known.id == service), None)
    if name is None:
        raise UnknownIdError(
            say("the map has no care service {name}", name=service), fix=say("choose one of the list"), where=service
        )
    return name
