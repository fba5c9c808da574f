"""Files that people bring: read as `cloison analyze` does, then made cases."""

from typing import Annotated, Any

from fastapi import File, Query, UploadFile

from cloison.model.people import Right
from cloison.ops.crisis_reading import LATEST, READING, bring_logs
from cloison.ui.case_documents import VERSION, when
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page

router = guarded_router()


@router.get("/readings", summary="What became of the latest files brought")
@allowed(Right.SETTINGS, reads="sondes")
def latest(page: OnPage) -> dict[str, Any]:
    """Say whether some are being read, and what the latest gave."""
    return _latest(page)


@router.post("/readings", summary="Bring logs or captures", status_code=202)
@allowed(Right.SETTINGS)
def bring(
    page: OnPage,
    files: Annotated[list[UploadFile], File()],
    *,
    complete: Annotated[bool, Query(description="have the map take what they show and it lacks")] = False,
) -> dict[str, Any]:
    """Read them behind the answer; what they tell becomes cases, and the map where there is none."""
    console = page.console
    brought = [(one.filename or "", one.file) for one in files]
    desk = desk_of(console)
    bring_logs(desk, console.map, brought, render=page.words.sentence, by=acting(page), complete=complete)
    return _latest(page)


def _latest(page: Page) -> dict[str, Any]:
    found = LATEST.of(page.console.database)
    return {
        "version": VERSION,
        "reading": desk_of(page.console).worker.busy(READING),
        "at": when(found.at),
        "told": page.words.sentence(found.told) if found.told else None,
    }
