"""Soins: each activity, normal, degraded or stopped; its procedure, its paper; what comes back when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Form, Response

from cloison.errors import CloisonError
from cloison.model.hospital import Hospital
from cloison.model.people import Right
from cloison.model.plan import ServiceState
from cloison.ops.activities import kept
from cloison.ops.crisis_care import PROCEDURES, care_now, count, declare_state, set_procedure
from cloison.ui.vocabulary import STATES
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/soins", name=say("Care"), order=40, in_story=False),)
router = guarded_router()
Text = Annotated[str, Form(max_length=2000)]

HOURS, STEPS = 48.0, 24
"""Of the curve of care kept, and its points."""


@router.get("/soins")
@allowed(Right.READ, reads="soins")
def care_page(page: OnPage) -> Response:
    """Show how every care service goes."""
    return _shown(page)


@router.post("/soins/{service}")
@allowed(Right.LOGBOOK)
def declare(page: OnPage, service: str, *, state: Text = "", note: Text = "") -> Response:
    """Say how a care service goes, from there."""
    said = ServiceState(state) if state in set(ServiceState) else None
    desk, by = desk_of(page.console), acting(page)
    return _done(page, lambda hospital: declare_state(desk, hospital, service, state=said, note=note, by=by))


@router.post("/soins/{service}/formulaires")
@allowed(Right.LOGBOOK)
def forms(
    page: OnPage, service: str, *, name: Text = "", left: Annotated[int, Form()] = 0, place: Text = ""
) -> Response:
    """Count the paper forms of a care service."""
    desk, by = desk_of(page.console), acting(page)
    return _done(page, lambda hospital: count(desk, hospital, service, name=name, left=left, place=place, by=by))


@router.post("/soins/{service}/procedure")
@allowed(Right.LOGBOOK)
def procedure(page: OnPage, service: str, *, text: Text = "") -> Response:
    """Say what the people of a care service do without its systems."""
    desk, by = desk_of(page.console), acting(page)
    return _done(page, lambda hospital: set_procedure(desk, hospital, service, text=text, by=by))


def _done(page: Page, act: Callable[[Hospital], None]) -> Response:
    hospital = page.console.map_on_disk.hospital()
    if hospital is None:
        return page.go("/soins")
    try:
        act(hospital)
    except CloisonError as error:
        return _shown(page, error)
    return page.go("/soins", told="kept")


def _shown(page: Page, fault: CloisonError | None = None) -> Response:
    hospital = page.console.map_on_disk.hospital()
    if hospital is None:
        return page.render("no-map.html")
    now = page.console.clock()
    found = care_now(desk_of(page.console), hospital)
    course = kept(found, now=now, hours=HOURS, steps=STEPS)
    values: dict[str, Any] = {
        "activities": found,
        "not_normal": [each for each in found if each.state is not ServiceState.NORMAL],
        "procedures": PROCEDURES.of(page.console.database),
        "state_words": STATES,
        "course": [(now + timedelta(hours=hours), share) for hours, share in course],
        "least": min((share for _, share in course), default=1.0),
        "may_say": Right.LOGBOOK in page.asking.visitor.rights,
    }
    return page.render("care.html", status=status_of(fault) if fault else 200, fault=fault, **values)
