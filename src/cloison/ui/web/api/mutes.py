"""What people call normal: listed, added, taken back."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from cloison.errors import UnknownIdError
from cloison.model.case import CaseId
from cloison.model.mute import Scope
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.muting import mutes_kept, unmute
from cloison.ui.answers import Muted, Mutes
from cloison.ui.case_documents import mute_document, mutes_document
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.finding_page import keep_normal
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page
from cloison.words import say, verbatim

router = guarded_router()


@noun
class Normal:
    """An alert of a case (its id, or the beginning of it), why it is normal, until when, and how far this reaches."""

    finding: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Annotated[str, Field(max_length=500)]
    until: AwareDatetime
    scope: Scope = Scope.PAIR


@router.get("/mutes", summary="What people called normal", **AS_ASKED)
@allowed(Right.SETTINGS, reads="normal")
def mutes(page: OnPage) -> Told:
    """Give every decision, ended ones too."""
    kept = mutes_kept(page.console.home)
    return tell(page, Mutes(mutes=kept), lambda: mutes_document(kept))


@router.post("/mutes", summary="Call an alert normal, for a time", **AS_ASKED)
@allowed(Right.SETTINGS)
def mute(page: OnPage, normal: Normal) -> Told:
    """Keep the decision, and write it in the logbook; what is stronger or goes beyond it still shows."""
    case = _case_of(page, normal.finding)
    kept, again = keep_normal(page, case, normal.finding, scope=normal.scope, reason=normal.reason, until=normal.until)
    return tell(page, Muted(mute=kept, again=again), lambda: mute_document(kept))


@router.delete("/mutes/{mute}", summary="Take a decision back", **AS_ASKED)
@allowed(Right.SETTINGS)
def take_back(page: OnPage, mute: str) -> Told:
    """Have its alerts count again; `mute` is its id or the alert's, or the beginning of either."""
    gone = unmute(page.console.home, mute)
    return tell(page, gone, lambda: mute_document(gone))


def _case_of(page: Page, finding: str) -> CaseId:
    for case in desk_of(page.console).cases():
        if any(one.id.startswith(finding) for one in case.findings):
            return case.id
    raise UnknownIdError(
        say("no case has an alert {name}", name=verbatim(finding)),
        fix=say("take the id of an alert of a case: {command}", command="cloison case CASE"),
        where="finding",
    )
