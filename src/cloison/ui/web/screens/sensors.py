"""Réglages: the eyes (sensors), the hands (doors), what was called normal, and who is told."""

from typing import Annotated, Any

from fastapi import File, Form, Response, UploadFile

from cloison.errors import CloisonError
from cloison.model.notice import Notice, NoticeKind, NoticeStatus
from cloison.model.people import Right
from cloison.ops.crisis_health import DOORS_HEALTH, look_at_doors
from cloison.ops.crisis_reading import LATEST, READING, bring_logs, unread
from cloison.ops.muting import mutes_kept, unmute
from cloison.ops.notifying import NOTIFYING, Notifying, check_address
from cloison.store.notices import notices, queue_notice
from cloison.store.sensors import sensors
from cloison.ui.sealing import STATES as DOOR_STATES
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.finding_page import SCOPES
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import Sentence, say

TABS = (
    Place(address="/reglages/sondes", name=say("Sensors"), order=40, right=Right.SETTINGS),
    Place(address="/reglages/portes", name=say("Doors"), order=50, right=Right.SETTINGS),
    Place(address="/reglages/normal", name=say("Called normal"), order=60, right=Right.SETTINGS),
    Place(address="/reglages/avis", name=say("Notices"), order=70, right=Right.SETTINGS),
)
router = guarded_router()
Text = Annotated[str, Form(max_length=8000)]

NOTICES: dict[NoticeStatus, Sentence] = {
    NoticeStatus.WAITING: say("waiting"),
    NoticeStatus.SENT: say("sent"),
    NoticeStatus.JOINED: say("told by a later one"),
    NoticeStatus.GIVEN_UP: say("given up"),
}


@router.get("/reglages/sondes")
@allowed(Right.SETTINGS, reads="sondes")
def sensors_page(page: OnPage) -> Response:
    """Show how each sensor is, and bring files that no sensor wrote."""
    return _sensors(page)


@router.post("/reglages/sondes")
@allowed(Right.SETTINGS)
def bring(
    page: OnPage, *, files: Annotated[list[UploadFile] | None, File()] = None, complete: Annotated[bool, Form()] = False
) -> Response:
    """Read logs or captures behind the page; what they tell becomes cases, and the map where there is none."""
    console = page.console
    brought = [(one.filename or "", one.file) for one in files or ()]
    try:
        bring_logs(
            desk_of(console),
            console.map,
            brought,
            render=page.words.sentence,
            by=acting(page),
            complete=complete,
        )
    except CloisonError as error:
        return _sensors(page, error)
    return page.go("/reglages/sondes", told="reading")


@router.get("/reglages/portes")
@allowed(Right.SETTINGS, reads="portes")
def doors_page(page: OnPage) -> Response:
    """Show whether doors could be shut tonight."""
    return _doors(page)


@router.post("/reglages/portes")
@allowed(Right.SETTINGS, Right.SEAL)
def look(page: OnPage) -> Response:
    """Reach every device now; nothing is changed on any."""
    console = page.console
    hospital = console.map_on_disk.hospital()
    if hospital is not None:
        look_at_doors(desk_of(console), hospital, by=page.asking.visitor.name)
    return page.go("/reglages/portes", told="looked")


@router.get("/reglages/normal")
@allowed(Right.SETTINGS, reads="normal")
def mutes_page(page: OnPage) -> Response:
    """Show what people called normal."""
    return _mutes(page)


@router.post("/reglages/normal/retirer")
@allowed(Right.SETTINGS)
def take_back(page: OnPage, mute: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Take a decision back: its alerts count again."""
    try:
        unmute(page.console.home, mute)
    except CloisonError as error:
        return _mutes(page, error)
    return page.go("/reglages/normal", told="taken-back")


@router.get("/reglages/avis")
@allowed(Right.SETTINGS)
def notices_page(page: OnPage) -> Response:
    """Show who is told, and what became of the latest notices."""
    return _notices(page)


@router.post("/reglages/avis")
@allowed(Right.SETTINGS)
def tell_whom(page: OnPage, *, link: Text = "", addresses: Text = "", keep: bool = False) -> Response:
    """Say who is told; addresses hold passwords, and are never shown again."""
    console = page.console
    known = NOTIFYING.of(console.database)
    urls = tuple(dict.fromkeys(line.strip() for line in addresses.splitlines() if line.strip()))
    try:
        for number, url in enumerate(urls, start=1):
            check_address(url, where=f"addresses:{number}")
        told = Notifying(urls=(*known.urls, *urls) if keep else urls, link=link.strip())
        NOTIFYING.change(console.database, told, by=page.asking.visitor.name, now=console.clock())
    except CloisonError as error:
        return _notices(page, error)
    return page.go("/reglages/avis", told="kept")


@router.post("/reglages/avis/essai")
@allowed(Right.SETTINGS)
def trial(page: OnPage) -> Response:
    """Send a notice that says that it is a trial."""
    text = say("trial: notices of Cloison come through")
    queue_notice(page.console.database, Notice(kind=NoticeKind.TRIAL, text=text), page.console.clock())
    return page.go("/reglages/avis", told="trial")


def _sensors(page: Page, fault: CloisonError | None = None) -> Response:
    console = page.console
    found = sensors(console.database)
    return page.render(
        "sensors.html",
        status=status_of(fault) if fault else 200,
        fault=fault or unread(desk_of(console)),
        sensors=found,
        quiet=[one for one in found if one.quiet],
        reading=desk_of(console).worker.busy(READING),
        latest=LATEST.of(console.database),
        mapped=console.map.is_file(),
    )


def _doors(page: Page) -> Response:
    health = DOORS_HEALTH.of(page.console.database)
    return page.render(
        "doors-health.html", health=health, hospital=page.console.map_on_disk.hospital(), states=DOOR_STATES
    )


def _mutes(page: Page, fault: CloisonError | None = None) -> Response:
    now = page.console.clock()
    kept = sorted(mutes_kept(page.console.home), key=lambda mute: (mute.until <= now, mute.until))
    values: dict[str, Any] = {"mutes": kept, "moment": now, "scopes": SCOPES}
    return page.render("mutes.html", status=status_of(fault) if fault else 200, fault=fault, **values)


def _notices(page: Page, fault: CloisonError | None = None) -> Response:
    told = NOTIFYING.of(page.console.database)
    return page.render(
        "notices.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        link=told.link,
        # An address holds a password: only how it goes is told.
        ways=[url.partition("://")[0] for url in told.urls],
        notices=notices(page.console.database, limit=30),
        statuses=NOTICES,
    )
