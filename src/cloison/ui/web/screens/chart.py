"""Carte: compartments, passages, leaks. A demonstration shows its story here."""

from fastapi import Response

from cloison.model.people import Right
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage
from cloison.ui.web.pages import pages_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/carte", name=say("Map"), order=20),)
router = guarded_router()


@router.get("/carte")
@allowed(Right.READ, reads="carte")
def chart(page: OnPage) -> Response:
    """Show compartments and leaks as tables."""
    story = pages_of(page)
    return page.told_by(story.chart) if story else page.render("no-map.html")
