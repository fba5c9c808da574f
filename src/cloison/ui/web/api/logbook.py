"""The logbook: read, write, correct, check."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from cloison.model.logbook import Author
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.logbook import PAGE, add, as_documents, everything, find
from cloison.store.logbook import check
from cloison.ui.answers import Entries
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, LISTED_AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage

router = guarded_router()


@noun
class Line:
    """What somebody has to say; `corrects` names the entry that was wrong."""

    text: Annotated[str, Field(max_length=10_000)]
    corrects: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


@router.get("/logbook", summary="Entries, newest first", **LISTED_AS_ASKED)
@allowed(Right.READ, reads="main-courante")
def entries(
    page: OnPage,
    *,
    case: Annotated[str, Query(max_length=40)] = "",
    text: Annotated[str, Query(max_length=200)] = "",
    by: Literal["", "machine", "person"] = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
) -> Told:
    """Give entries, filtered; `before` continues from the last number of the page before."""
    told = page.say.sentence
    kind = Author(by) if by else None
    found = find(page.console.database, told, text=text, case=case, kind=kind, before=before, limit=limit)
    return tell(page, Entries(entries=found), lambda: as_documents(found, told))


@router.get("/logbook/whole", summary="The whole logbook, oldest first", **LISTED_AS_ASKED)
@allowed(Right.READ, reads="main-courante")
def whole(page: OnPage, case: Annotated[str, Query(max_length=40)] = "") -> Told:
    """Give every entry, or those of a case, to take away."""
    found = everything(page.console.database, case=case)
    return tell(page, Entries(entries=found), lambda: as_documents(found, page.say.sentence))


@router.post("/logbook", summary="Write an entry", status_code=201, **AS_ASKED)
@allowed(Right.LOGBOOK)
def write(page: OnPage, line: Line) -> Told:
    """Write; when this answers, a power cut does not lose it."""
    account, person = acting(page)
    entry = add(
        page.console.database,
        line.text,
        account=account,
        person=person,
        now=page.console.clock(),
        refers_to=line.corrects,
    )
    return tell(page, Entries(entries=(entry,)), lambda: as_documents([entry], page.say.sentence)[0])


@router.get("/logbook/chain", summary="Check that nothing was altered", **AS_ASKED)
@allowed(Right.READ, reads="main-courante")
def chain(page: OnPage) -> Told:
    """Compute every hash again."""
    found = check(page.console.database)
    return tell(page, found, lambda: {"entries": found.entries, "broken_at": found.broken_at, "hash": found.hash})
