"""Situation: the incident, and what to do. A demonstration shows its story here."""

from fastapi import Response

from cloison.model.people import Right
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
def situation(page: OnPage) -> Response:
    """Show what is seen, where, and what to do."""
    story = pages_of(page)
    return page.told_by(story.situation) if story else page.render("no-incident.html")


@router.get("/passages")
@allowed(Right.READ, reads="passages")
def passages(page: OnPage) -> Response:
    """Show the sheet of doors, to print."""
    story = pages_of(page)
    return page.told_by(story.passages) if story else page.go("/")
