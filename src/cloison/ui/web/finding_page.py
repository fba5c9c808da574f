"""One alert: its sentence, its records, and what to do when it is normal."""

from datetime import UTC, date, datetime, time, timedelta

from fastapi import Response

from cloison.errors import BadValueError, CloisonError, UnknownIdError
from cloison.model.case import CaseId
from cloison.model.finding import FindingId
from cloison.model.logbook import Author, Draft
from cloison.model.mute import Mute, Scope
from cloison.model.people import Right
from cloison.ops.muting import mute_finding, mutes_kept
from cloison.store.cases import load_case
from cloison.store.logbook import write
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.page import Page
from cloison.ui.web.speech import Speech
from cloison.words import Sentence, say

MOST_RECORDS = 200
USUAL_MUTE = timedelta(days=90)

SCOPES: dict[Scope, Sentence] = {
    Scope.PAIR: say("the same behaviour, by the same machines, on the same targets"),
    Scope.HOST: say("the same behaviour, by the same machines, on any target"),
    Scope.DETECTOR: say("anything that the same detector says of the same machines"),
    Scope.EVERYWHERE: say("the same behaviour, by anyone"),
}


def show_finding(
    page: Page, name: CaseId, finding: FindingId, *, fault: CloisonError | None = None, reason: str = ""
) -> Response:
    """Answer with an alert's page.

    Raises:
        UnknownIdError: the case has no such alert.
    """
    console = page.console
    case = load_case(console.database, name)
    found = next((each for each in case.findings if each.id == finding), None)
    if found is None:
        raise UnknownIdError(
            say("this case has no such alert"), fix=say("look at the list of its alerts"), where=finding[:40]
        )
    hospital = console.map_on_disk.hospital()
    return page.render(
        "finding.html",
        status=422 if fault else 200,
        fault=fault,
        named=Speech(page.words.knowing(hospital)),
        case=case,
        finding=found,
        places=dict(case.places),
        most=MOST_RECORDS,
        muted=[mute for mute in mutes_kept(console.home) if mute.finding == found.id],
        scopes=SCOPES,
        until=(console.clock() + USUAL_MUTE).date().isoformat(),
        reason=reason,
        may_mute=Right.SETTINGS in page.asking.visitor.rights,
    )


def call_normal(page: Page, name: CaseId, finding: FindingId, *, scope: str, reason: str, until: str) -> None:
    """Keep a person's decision that an alert is normal, and write it in the logbook.

    Raises:
        UnknownIdError, BadValueError, UnwritableFileError: see `cloison.ops.muting.mute_finding`.
    """
    try:
        chosen, day = Scope(scope), datetime.combine(date.fromisoformat(until), time(12), UTC)
    except ValueError as error:
        raise BadValueError(
            say("this scope or this day cannot be read"),
            fix=say("choose one of the scopes, and write the day as in {example}", example="2026-12-31"),
            where=until[:40],
        ) from error
    keep_normal(page, name, finding, scope=chosen, reason=reason, until=day)


def keep_normal(
    page: Page, name: CaseId, finding: str, *, scope: Scope, reason: str, until: datetime
) -> tuple[Mute, bool]:
    """Keep a decision about an alert of a case, by its id or the beginning of it, and write it in the logbook.

    Returns:
        See `cloison.ops.muting.mute_finding`; errors likewise.
    """
    console = page.console
    case = load_case(console.database, name)
    kept, again = mute_finding(console.home, finding, case.findings, scope=scope, reason=reason, until=until)
    account, person = acting(page)
    said = say(
        "{person} calls an alert normal until {until}: {title} ({reason})",
        person=person,
        until=kept.until,
        title=next(each.title for each in case.findings if each.id == kept.finding),
        reason=kept.reason,
    )
    entry = Draft(author=person, account=account, kind=Author.PERSON, text=said, case=case.id, drill=case.drill)
    write(console.database, entry, console.clock())
    return kept, again
