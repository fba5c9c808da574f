"""How Cloison itself is, who is told of what, the paper kit."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from cloison.errors import MissingFileError
from cloison.model.notice import Notice, NoticeKind
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.bulletin import bulletin
from cloison.ops.kit import FILE, kit_file
from cloison.ops.notifying import NOTIFYING, Notifying, check_address
from cloison.store.notices import queue_notice
from cloison.ui.bulletins import bulletin_document
from cloison.ui.case_documents import VERSION
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page
from cloison.words import say

router = guarded_router()


@noun
class Ways:
    """Who is told: Apprise's addresses, which are never shown again, and the console's own as people reach it."""

    addresses: Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=50)]
    link: Annotated[str, Field(max_length=2000)] = ""
    keep: bool = False


@router.get("/status", summary="How Cloison itself is", **AS_ASKED)
@allowed(Right.PLAN, Right.SETTINGS, reads="sondes")
def status(page: OnPage) -> Told:
    """Give what is open, who is on call, each sensor, each point of enforcement, the latest notices, the kit's age."""
    console = page.console
    told = bulletin(console.home, console.database, console.map_on_disk.name(), now=console.clock())
    return tell(page, told, lambda: bulletin_document(told, page.words))


@router.get("/notices/ways", summary="How people are told")
@allowed(Right.SETTINGS)
def ways(page: OnPage) -> dict[str, Any]:
    """Give the sort of each address: the addresses themselves hold passwords."""
    return _ways(page)


@router.put("/notices/ways", summary="Say who is told")
@allowed(Right.SETTINGS)
def tell_whom(page: OnPage, ways: Ways) -> dict[str, Any]:
    """Replace the addresses, or with `keep` add to them."""
    console = page.console
    known = NOTIFYING.of(console.database)
    urls = tuple(dict.fromkeys(url.strip() for url in ways.addresses if url.strip()))
    for number, url in enumerate(urls, start=1):
        check_address(url, where=f"addresses:{number}")
    told = Notifying(urls=(*known.urls, *urls) if ways.keep else urls, link=ways.link.strip())
    NOTIFYING.change(console.database, told, by=page.asking.visitor.name, now=console.clock())
    return _ways(page)


@router.post("/notices/trial", summary="Send a notice that says that it is a trial", status_code=202)
@allowed(Right.SETTINGS)
def trial(page: OnPage) -> dict[str, Any]:
    """Queue it; what became of it is in `/status`."""
    text = say("trial: notices of Cloison come through")
    queue_notice(page.console.database, Notice(kind=NoticeKind.TRIAL, text=text), page.console.clock())
    return {"queued": True}


@router.get("/kit", summary="The paper kit, as it was last made", response_class=Response)
@allowed(Right.READ, reads="kit")
def kit(page: OnPage) -> Response:
    """Give the PDF."""
    try:
        content = kit_file(page.console.home).read_bytes()
    except OSError as error:
        raise MissingFileError(
            say("no paper kit was made yet"), fix=say("see {command}", command="cloison kit --help"), where=FILE
        ) from error
    return Response(content, media_type="application/pdf")


def _ways(page: Page) -> dict[str, Any]:
    told = NOTIFYING.of(page.console.database)
    return {"version": VERSION, "link": told.link, "ways": [url.partition("://")[0] for url in told.urls]}
