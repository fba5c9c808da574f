"""Réglages: who is on call, when sessions lock, who read the map."""

from typing import Annotated, Any

from fastapi import Form, Query, Response

from cloison.errors import CloisonError
from cloison.model.people import Right
from cloison.ops.settings import set_locking, set_on_call
from cloison.store.reads import reads_kept
from cloison.store.settings import LOCKING, ON_CALL
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/reglages", name=say("Settings"), order=90, right=Right.SETTINGS, in_story=False),)
TABS = (
    Place(address="/reglages", name=say("General"), order=10, right=Right.SETTINGS),
    Place(address="/reglages/lectures", name=say("Readings"), order=90, right=Right.PEOPLE),
)
router = guarded_router()
Text = Annotated[str, Form()]
_READS_A_PAGE = 100


@router.get("/reglages")
@allowed(Right.SETTINGS)
def settings_page(page: OnPage) -> Response:
    """Show the settings."""
    return _shown(page)


@router.post("/reglages/astreinte")
@allowed(Right.SETTINGS, Right.LOGBOOK)
def on_call(page: OnPage, name: Text = "", telephone: Text = "") -> Response:
    """Say who is on call."""
    console, by = page.console, page.asking.visitor.name
    try:
        set_on_call(console.database, name, telephone, by=by, now=console.clock())
    except CloisonError as error:
        return _shown(page, error)
    return page.go("/reglages", told="kept")


@router.post("/reglages/verrou")
@allowed(Right.SETTINGS)
def locking(page: OnPage, idle_minutes: Text = "", session_hours: Text = "") -> Response:
    """Say when sessions lock and end."""
    console, by = page.console, page.asking.visitor.name
    try:
        set_locking(console.database, idle_minutes, session_hours, by=by, now=console.clock())
    except CloisonError as error:
        return _shown(page, error)
    return page.go("/reglages", told="kept")


@router.get("/reglages/lectures")
@allowed(Right.PEOPLE)
def reads_page(page: OnPage, before: Annotated[int | None, Query()] = None) -> Response:
    """Show who read what, the latest first."""
    found = reads_kept(page.console.database, most=_READS_A_PAGE, before=before)
    more = found[-1][0] if len(found) == _READS_A_PAGE else None
    return page.render("reads.html", reads=[read for _, read in found], more=more)


def _shown(page: Page, fault: CloisonError | None = None) -> Response:
    database = page.console.database
    values: dict[str, Any] = {"on_call": ON_CALL.of(database), "locking": LOCKING.of(database)}
    if fault is not None:
        return page.fault("settings.html", fault, status=status_of(fault), **values)
    return page.render("settings.html", fault=None, **values)
