"""Cases: doubt, plan, pin, approve, shut, open again, close."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from cloison.model.case import CaseId
from cloison.model.hospital import EnforcementPointId
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.bulletin import without_alerts
from cloison.ops.crisis_desk import Desk
from cloison.ops.crisis_lessons import lessons
from cloison.ops.crisis_motion import Signer, approve, open_doors, settle, take_up, tell_by_hand
from cloison.ops.muting import mutes_kept
from cloison.store.cases import load_case
from cloison.ui.answers import Cases
from cloison.ui.case_documents import when
from cloison.ui.case_views import case_document, case_findings, case_in_short, without_journal
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, LISTED_AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page

router = guarded_router()

Name = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=500)]
Chance = Annotated[float, Field(ge=0.0, le=1.0)]


@noun
class Doubt:
    """A machine or a compartment (its id), and how likely it is taken; 0: it was looked at and is healthy."""

    what: Name
    chance: Chance
    note: Words = ""


@noun
class Pin:
    """A door, and what a person wants whatever the plan: "open", "shut", "free"."""

    conduit: Name
    wish: Name


@noun
class Approval:
    """A choice of the plan, or "backups"; the digest of its doors as they were read; the password, again.

    A program adds a code of the second factor: see "Signatures" in docs/api.md.
    """

    choice: Name
    seen: Name
    secret: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=64)] = ""


@noun
class Opening:
    """A stage, 1 to 3, or 0 for all; the password, again, and for a program a code of the second factor."""

    secret: Annotated[str, Field(max_length=256)]
    code: Annotated[str, Field(max_length=64)] = ""
    stage: Annotated[int, Field(ge=0, le=3)] = 0


@noun
class ByHand:
    """The point whose doors a person has shut."""

    point: Name


@noun
class Closing:
    """What was found."""

    note: Words


@router.get("/cases", summary="Every case, the latest first", **LISTED_AS_ASKED)
@allowed(Right.READ, reads="situation")
def cases(page: OnPage) -> Told:
    """Give the cases in short."""
    found = tuple(without_alerts(case) for case in desk_of(page.console).cases())
    return tell(page, Cases(cases=found), lambda: [case_in_short(case, page.words) for case in found])


@router.post("/cases", summary="Open a case on a doubt", status_code=201, **AS_ASKED)
@allowed(Right.PLAN)
def open_case(page: OnPage, doubt: Doubt) -> Told:
    """Start the clock; nothing moves."""
    desk = desk_of(page.console)
    return _told(page, desk.open_by_hand(doubt.what, doubt.chance, doubt.note, acting(page)))


@router.get("/cases/{case}", summary="A case whole", **AS_ASKED)
@allowed(Right.READ, reads="situation")
def case(page: OnPage, case: str) -> Told:
    """Give what is suspected, the plan, the choices, who approved, and how each door is."""
    return _told(page, CaseId(case))


@router.post("/cases/{case}/doubts", summary="Doubt something more, less, or no more", **AS_ASKED)
@allowed(Right.PLAN)
def doubt(page: OnPage, case: str, doubt: Doubt) -> Told:
    """Change what people suspect; the approvals given are void."""
    return _done(page, case, lambda desk: desk.suspect(CaseId(case), doubt.what, doubt.chance, acting(page)))


@router.post("/cases/{case}/pins", summary="Keep a door open or shut, whatever the plan", **AS_ASKED)
@allowed(Right.PLAN)
def pin(page: OnPage, case: str, pin: Pin) -> Told:
    """Pin a door, or give it back to the plan; the approvals given are void."""
    return _done(page, case, lambda desk: desk.pin(CaseId(case), pin.conduit, pin.wish, acting(page)))


@router.post("/cases/{case}/plan", summary="Make the plan again", **AS_ASKED)
@allowed(Right.PLAN)
def plan(page: OnPage, case: str) -> Told:
    """Plan of what is suspected now, behind the answer: `planning` says whether it goes on."""
    return _done(page, case, lambda desk: desk.plan(CaseId(case)))


@router.post("/cases/{case}/approvals", summary="Approve doors; a person's password signs", **AS_ASKED)
@allowed(Right.APPROVE, signed=True)
def sign(page: OnPage, case: str, approval: Approval) -> Told:
    """Sign; when enough people did, the doors begin to move: `moving`."""
    return _done(page, case, lambda desk: approve(desk, CaseId(case), approval.choice, approval.seen, [_signer(page)]))


@router.delete("/cases/{case}/approvals", summary="Take back the approvals, before any door moves", **AS_ASKED)
@allowed(Right.APPROVE, Right.SEAL)  # a doubt or a pin would void them as well
def withdraw(page: OnPage, case: str) -> Told:
    """Void the approvals given."""
    return _done(page, case, lambda desk: desk.withdraw(CaseId(case), acting(page)))


@router.post("/cases/{case}/openings", summary="Open doors again; a person's password signs", **AS_ASKED)
@allowed(Right.SEAL, signed=True)
def open_again(page: OnPage, case: str, opening: Opening) -> Told:
    """Open a stage, or all."""
    return _done(page, case, lambda desk: open_doors(desk, CaseId(case), opening.stage or None, _signer(page)))


@router.post("/cases/{case}/resumption", summary="Finish or undo what was cut short", **AS_ASKED)
@allowed(Right.SEAL)
def resume(page: OnPage, case: str) -> Told:
    """Do what `cloison seal --resume` does."""
    return _done(page, case, lambda desk: take_up(desk, CaseId(case), acting(page)))


@router.post("/cases/{case}/by-hand", summary="Say that the doors of a point were shut by hand", **AS_ASKED)
@allowed(Right.SEAL)
def by_hand(page: OnPage, case: str, told: ByHand) -> Told:
    """Take a person's word."""
    return _done(
        page, case, lambda desk: tell_by_hand(desk, CaseId(case), EnforcementPointId(told.point), acting(page))
    )


@router.post("/cases/{case}/closing", summary="Close a case", **AS_ASKED)
@allowed(Right.PLAN)
def close(page: OnPage, case: str, closing: Closing) -> Told:
    """Say that it is over; refused while a door is shut."""
    return _done(page, case, lambda desk: desk.close(CaseId(case), closing.note, acting(page)))


@router.get("/cases/{case}/findings", summary="The alerts of a case, with their records")
@allowed(Right.READ, reads="situation")
def findings(page: OnPage, case: str) -> list[dict[str, Any]]:
    """Give each alert, why it was raised, and whether somebody calls it normal."""
    console = page.console
    found = load_case(console.database, CaseId(case))
    muted = {mute.finding: mute for mute in mutes_kept(console.home)}
    return case_findings(found, page.words.knowing(console.map_on_disk.hospital()), muted)


@router.get("/cases/{case}/lessons", summary="What a case teaches")
@allowed(Right.READ, reads="situation")
def retex(page: OnPage, case: str) -> dict[str, Any]:
    """Give its clock beside what hospitals set themselves."""
    view = desk_of(page.console).look(CaseId(case))
    found = lessons(view.case, view.decisions)
    return {
        "version": 1,
        "laps": [
            {
                "what": page.words.sentence(lap.what),
                "at": when(lap.at),
                "seconds": lap.took.total_seconds() if lap.took is not None else None,
                "aim_seconds": lap.wanted.total_seconds() if lap.wanted is not None else None,
            }
            for lap in found.laps
        ],
        "doors_shut": found.sealed,
        "doors_proved": found.proved,
        "care_lost_if_sealed": found.care_lost_if_sealed,
        "care_lost_if_nothing": found.care_lost_if_nothing,
    }


def _done(page: Page, case: str, act: Callable[[Desk], object]) -> Told:
    act(desk_of(page.console))
    return _told(page, CaseId(case))


def _told(page: Page, case: CaseId) -> Told:
    view = settle(desk_of(page.console), case)
    return tell(page, without_journal(view), lambda: case_document(view, page.words))


def _signer(page: Page) -> Signer:
    account, person = acting(page)
    return Signer(account=account, person=person, how=page.asking.signature)
