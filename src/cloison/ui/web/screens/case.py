"""A case: what is seen, the choices, the doors; doubt, pin, approve, shut, follow, open again, close."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Query, Response

from cloison.errors import CloisonError, NotAllowedError, SignInError
from cloison.model.case import CaseId
from cloison.model.finding import FindingId
from cloison.model.hospital import EnforcementPointId
from cloison.model.people import RIGHTS, Right
from cloison.ops.accounts import folded
from cloison.ops.crisis_desk import Desk, digest
from cloison.ops.crisis_motion import Signer, approve, open_doors, settle, take_up, tell_by_hand
from cloison.ops.factors import Factors
from cloison.store.accounts import person_of
from cloison.ui.vocabulary import LEVELS
from cloison.ui.web.crisis_page import acting, show_case, show_doors
from cloison.ui.web.crisis_view import desk_of, levels_shown, lines_of
from cloison.ui.web.finding_page import call_normal, show_finding
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.words import say

router = guarded_router()
Text = Annotated[str, Form(max_length=500)]
Secret = Annotated[str, Form(max_length=256)]
Name = Annotated[str, Form(max_length=200)]


@router.get("/situation/{case}")
@allowed(Right.READ, reads="situation")
def case_page(page: OnPage, case: str, choix: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Show a case."""
    return show_case(page, CaseId(case), choice=choix)


@router.get("/situation/{case}/portes")
@allowed(Right.READ, background=True)
def doors_part(
    page: OnPage,
    case: str,
    *,
    choix: Annotated[str, Query(max_length=40)] = "",
    lu: Annotated[int, Query(ge=0)] = 0,
    bouge: bool = False,
) -> Response:
    """Show the doors of a case alone, as they are now."""
    return show_doors(page, CaseId(case), choix, read=lu, moved=bouge)


@router.get("/situation/{case}/passages")
@allowed(Right.READ, reads="passages")
def sheet(page: OnPage, case: str, choix: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Show the sheet of doors of a choice, to print."""
    view = settle(desk_of(page.console), CaseId(case))
    lines = lines_of(view, levels_shown(view, choix))
    return page.render("case-sheet.html", case=view.case, lines=lines, level_words=LEVELS)


@router.get("/situation/{case}/alerte/{finding}")
@allowed(Right.READ, reads="situation")
def finding_page(page: OnPage, case: str, finding: str) -> Response:
    """Show one alert with its records."""
    return show_finding(page, CaseId(case), FindingId(finding))


@router.post("/situation/{case}/alerte/{finding}/normal")
@allowed(Right.SETTINGS)
def mute(page: OnPage, case: str, finding: str, *, scope: Name, reason: Text, until: Name) -> Response:
    """Call an alert normal, for a time."""
    try:
        call_normal(page, CaseId(case), FindingId(finding), scope=scope, reason=reason, until=until)
    except CloisonError as error:
        return show_finding(page, CaseId(case), FindingId(finding), fault=error, reason=reason)
    return page.go(f"/situation/{case}/alerte/{finding}", told="muted")


@router.post("/situation/{case}/doute")
@allowed(Right.PLAN)
def doubt(page: OnPage, case: str, what: Name, chance: Annotated[float, Form(ge=0.0, le=1.0)]) -> Response:
    """Doubt a machine or a compartment, or say that it was looked at and is healthy."""
    return _done(page, case, lambda desk: desk.suspect(CaseId(case), what, chance, acting(page)), "suspect")


@router.post("/situation/{case}/porte")
@allowed(Right.PLAN)
def pin(page: OnPage, case: str, conduit: Name, wish: Name) -> Response:
    """Keep a door open or shut whatever the plan, or give it back."""
    return _done(page, case, lambda desk: desk.pin(CaseId(case), conduit, wish, acting(page)), "pinned")


@router.post("/situation/{case}/plan")
@allowed(Right.PLAN)
def plan(page: OnPage, case: str) -> Response:
    """Make the plan again, of what is suspected now."""
    return _done(page, case, lambda desk: desk.plan(CaseId(case)), "planning")


@router.post("/situation/{case}/approuver")
@allowed(Right.APPROVE, signed=True)
def sign(
    page: OnPage,
    case: str,
    *,
    choice: Name,
    seen: Name,
    second_login: Name = "",
    second_secret: Secret = "",
    second_code: Name = "",
) -> Response:
    """Approve doors, alone or with a second person at the same page; when that is enough they move."""
    try:
        signers = [] if _signed_already(page, CaseId(case), choice, seen) and second_login.strip() else [_signer(page)]
        if second_login.strip():
            signers.append(_second(page, second_login, second_secret, second_code))
        moving = approve(desk_of(page.console), CaseId(case), choice, seen, signers)
    except CloisonError as error:
        return show_case(page, CaseId(case), choice=choice, fault=error, status=status_of(error))
    told = "told=moving#doors" if moving else "told=one-approval"
    return page.go(f"/situation/{case}?choix={quote(choice)}&{told}")


@router.post("/situation/{case}/retirer")
@allowed(Right.APPROVE)
def withdraw(page: OnPage, case: str) -> Response:
    """Take back the approvals given, before any door moves."""
    return _done(page, case, lambda desk: desk.withdraw(CaseId(case), acting(page)), "withdrawn")


@router.post("/situation/{case}/rouvrir")
@allowed(Right.SEAL, signed=True)
def open_again(page: OnPage, case: str, stage: Annotated[int, Form(ge=0, le=3)] = 0) -> Response:
    """Open the doors of a stage again; 0: all of them, at once."""
    return _done(page, case, lambda desk: open_doors(desk, CaseId(case), stage or None, _signer(page)), "moving")


@router.post("/situation/{case}/reprendre")
@allowed(Right.SEAL)
def resume(page: OnPage, case: str) -> Response:
    """Finish or undo what was cut short."""
    return _done(page, case, lambda desk: take_up(desk, CaseId(case), acting(page)), "moving")


@router.post("/situation/{case}/fait")
@allowed(Right.SEAL)
def by_hand(page: OnPage, case: str, point: Name) -> Response:
    """Take a person's word that the doors of a point are shut."""
    return _done(
        page, case, lambda desk: tell_by_hand(desk, CaseId(case), EnforcementPointId(point), acting(page)), "moving"
    )


@router.post("/situation/{case}/clore")
@allowed(Right.PLAN)
def close(page: OnPage, case: str, note: Text = "") -> Response:
    """Say that the case is over."""
    return _done(page, case, lambda desk: desk.close(CaseId(case), note, acting(page)), "closed")


def _done(page: Page, case: str, act: Callable[[Desk], object], told: str) -> Response:
    try:
        act(desk_of(page.console))
    except CloisonError as error:
        return show_case(page, CaseId(case), fault=error, status=status_of(error))
    return page.go(f"/situation/{case}", told=told)


def _signed_already(page: Page, case: CaseId, choice: str, seen: str) -> bool:
    """Tell whether who asks approved these very doors before: then only the second person's signature is wanted."""
    proposal = desk_of(page.console).look(case).standing.proposal
    if proposal is None or proposal.choice != choice or digest(proposal.levels) != seen:
        return False
    return acting(page)[0] in {approval.account for approval in proposal.approvals}


def _signer(page: Page) -> Signer:
    account, person = acting(page)
    return Signer(account=account, person=person, how=page.asking.signature)


def _second(page: Page, login: str, secret: str, code: str) -> Signer:
    """Recognise the second person, at the page of the first: password and code, as at a sign-in of their own.

    Raises:
        SignInError, TooManyAttemptsError: the login, the password or the code is wrong.
        NotAllowedError: this person may not approve.
    """
    console = page.console
    person = person_of(console.database, login=folded(login))
    if console.entrance is None or person is None or not person.active:
        raise SignInError(
            say("the second person was not recognised"), fix=say("check the login and the password"), where=login
        )
    how = console.entrance.prove(person, secret, page.asking.client, now=console.clock())
    if Right.APPROVE not in RIGHTS[person.role]:
        raise NotAllowedError(
            say("{person} may not approve a plan", person=person.name),
            fix=say("ask someone on call, the security officer or the crisis director"),
            where=login,
        )
    factors = Factors(console.database, console.entrance.key, person)
    now = console.clock()
    shown = console.entrance.guessed(person, page.asking.client, lambda: factors.check_code(code, now=now), now=now)
    return Signer(account=person.id, person=person.name, how=f"{how}, {shown}")
