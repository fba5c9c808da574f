"""Réglages, carte: bring a map, see every mistake by its line, what each version changed, take one up again."""

from typing import Annotated

from fastapi import File, Form, Response, UploadFile

from cloison.errors import CloisonError
from cloison.model.people import Right
from cloison.ops.map_import import bring_map, difference, take_up
from cloison.store.map_versions import versions
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import Sentence, say

TABS = (Place(address="/reglages/carte", name=say("Map"), order=30, right=Right.SETTINGS),)
router = guarded_router()

TABLES: dict[str, Sentence] = {
    "zones": say("compartments"),
    "assets": say("machines"),
    "enforcement_points": say("points of enforcement"),
    "conduits": say("passages"),
    "flows": say("flows"),
    "care_services": say("care services"),
}
MOST_FAULTS = 200


@router.get("/reglages/carte")
@allowed(Right.SETTINGS, reads="carte")
def map_page(page: OnPage) -> Response:
    """Show the map's versions, and bring another."""
    return _shown(page)


@router.post("/reglages/carte")
@allowed(Right.SETTINGS)
def bring(
    page: OnPage, *, file: Annotated[UploadFile | None, File()] = None, note: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Take a map; nothing changes when it holds one mistake."""
    console = page.console
    content = file.file.read() if file is not None else b""
    try:
        bring_map(console.database, console.map, content, note=note, by=acting(page), now=console.clock())
    except CloisonError as error:
        return _shown(page, error)
    return page.go("/reglages/carte", told="brought")


@router.get("/reglages/carte/{number}")
@allowed(Right.SETTINGS, reads="carte")
def version_page(page: OnPage, number: int) -> Response:
    """Show what a version changed."""
    changed, lines = difference(page.console.database, number)
    return page.render("map-version.html", number=number, changed=changed, lines=lines, tables=TABLES)


@router.post("/reglages/carte/{number}")
@allowed(Right.SETTINGS)
def again(page: OnPage, number: int) -> Response:
    """Take an earlier version up again."""
    console = page.console
    try:
        take_up(console.database, console.map, number, by=acting(page), now=console.clock())
    except CloisonError as error:
        return _shown(page, error)
    return page.go("/reglages/carte", told="brought")


def _shown(page: Page, fault: CloisonError | None = None) -> Response:
    console = page.console
    try:
        hospital, broken = console.map_on_disk.hospital(), None
    except CloisonError as error:
        hospital, broken = None, error
    return page.render(
        "map-import.html",
        status=status_of(fault) if fault else 200,
        fault=fault or broken,
        faults=getattr(fault or broken, "faults", ())[:MOST_FAULTS],
        hospital=hospital,
        versions=versions(console.database),
        tables=TABLES,
    )
