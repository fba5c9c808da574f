"""Situation: the incident, and what to do. A demonstration shows its story here."""

from typing import Annotated

from fastapi import Form, Query, Response

from cloison.errors import CloisonError
from cloison.model.case import CaseId
from cloison.model.people import Right
from cloison.store.headline import headline
from cloison.ui.web.crisis_page import acting, show_calm, show_case
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage
from cloison.ui.web.pages import pages_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (
    Place(address="/", name=say("Situation"), order=10),
    Place(address="/passages", name=say("Doors"), order=15, live=False),
)
router = guarded_router()


@router.get("/")
@allowed(Right.READ, reads="situation")
def situation(page: OnPage, choix: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Show what is seen, where, and what to do: the case that is open, or how to open one."""
    story = pages_of(page)
    if story:
        return page.told_by(story.situation)
    incident = headline(page.console.database)
    if incident is not None and page.console.map_on_disk.hospital() is not None:
        return show_case(page, CaseId(incident.case), choice=choix)
    return show_calm(page, page.console.map_on_disk.hospital(), desk_of(page.console).cases(), None)


@router.post("/situation")
@allowed(Right.PLAN)
def open_case(
    page: OnPage,
    *,
    what: Annotated[str, Form(max_length=200)],
    chance: Annotated[float, Form(ge=0.0, le=1.0)],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Open a case because somebody doubts something."""
    desk = desk_of(page.console)
    try:
        case = desk.open_by_hand(what, chance, note, acting(page))
    except CloisonError as error:
        return show_calm(page, page.console.map_on_disk.hospital(), desk.cases(), error)
    return page.go(f"/situation/{case}", told="opened")


@router.get("/passages")
@allowed(Right.READ, reads="passages")
def passages(page: OnPage) -> Response:
    """Show the sheet of doors, to print."""
    story = pages_of(page)
    return page.told_by(story.passages) if story else page.go("/")
