"""The map: read, replaced, its versions, its leaks."""

from typing import Annotated, Any

from fastapi import Body, Query, Response

from cloison.errors import MissingFileError
from cloison.model.hospital import Hospital
from cloison.model.leak import LeakReport
from cloison.model.people import Right
from cloison.ops.charting import leaks_learned
from cloison.ops.map_import import bring_map, difference, take_up
from cloison.store.hospital_file import write_text
from cloison.store.map_versions import versions
from cloison.ui.answers import LeaksKnown
from cloison.ui.case_documents import VERSION, when
from cloison.ui.documents import leaks_document, map_document
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.session import TheConsole
from cloison.words import say

router = guarded_router()
TOML = "application/toml"


@router.get(
    "/map",
    summary="The map, as its file",
    response_class=Response,
    responses={200: {"content": {TOML: {"schema": {"type": "string"}}}}},
)
@allowed(Right.READ, reads="api/map")
def chart(console: TheConsole) -> Response:
    """Give the whole map as `hospital.toml` holds it."""
    return Response(write_text(map_of(console), None), media_type=TOML)


@router.put("/map", summary="Replace the map by another", **AS_ASKED)
@allowed(Right.SETTINGS)
def bring(
    page: OnPage,
    content: Annotated[bytes, Body(media_type=TOML)],
    note: Annotated[str, Query(max_length=200)] = "",
) -> Told:
    """Take a map as its file; nothing changes when it holds one mistake, and all of them are told."""
    console = page.console
    hospital = bring_map(console.database, console.map, content, note=note, by=acting(page), now=console.clock())
    return tell(page, hospital, lambda: _in_short(hospital, page))


@router.get("/map/leaks", summary="The leaks in the traffic learned last", **AS_ASKED)
@allowed(Right.READ, reads="api/map/leaks")
def leaks(page: OnPage) -> Told:
    """Give what `cloison map` lists, without the map; `until` is the last moment that was read, null: none was."""
    console = page.console
    report, sources, until = leaks_learned(map_of(console), console.map, console.home) or (None, (), None)
    known = LeaksKnown(report=report, sources=sources, until=until)
    return tell(
        page,
        known,
        lambda: {
            "version": VERSION,
            "until": when(until),
            **leaks_document(report or LeakReport(leaks=(), unjudged=()), sources, page.words),
        },
    )


@router.get("/map/versions", summary="The map's versions, the latest first")
@allowed(Right.SETTINGS, reads="carte")
def kept(console: TheConsole) -> list[dict[str, Any]]:
    """Give who brought each, when and why."""
    return [
        {"number": one.number, "at": when(one.at), "by": one.by, "note": one.note, "digest": one.digest}
        for one in versions(console.database)
    ]


@router.get("/map/versions/{number}", summary="What a version of the map changed")
@allowed(Right.SETTINGS, reads="carte")
def version(console: TheConsole, number: int) -> dict[str, Any]:
    """Give what it changed in the one before it, by entries and line by line."""
    changed, lines = difference(console.database, number)
    return {
        "number": number,
        "changes": [
            {"table": one.table, "added": one.added, "removed": one.removed, "changed": one.changed} for one in changed
        ],
        "lines": lines,
    }


@router.post("/map/versions/{number}", summary="Take an earlier version of the map up again")
@allowed(Right.SETTINGS)
def again(page: OnPage, number: int) -> dict[str, Any]:
    """Put it in the map's place, as a new version."""
    console = page.console
    hospital = take_up(console.database, console.map, number, by=acting(page), now=console.clock())
    return _in_short(hospital, page)


def map_of(console: Console) -> Hospital:
    """Give a console's map.

    Raises:
        MissingFileError: there is none yet.
        BadMapError: it holds mistakes.
    """
    hospital = console.map_on_disk.hospital()
    if hospital is None:
        raise MissingFileError(
            say("there is no map yet"),
            fix=say(
                "import one on the page of settings, or let traffic propose it: {command}", command="cloison learn"
            ),
            where=console.map.name,
        )
    return hospital


def _in_short(hospital: Hospital, page: Page) -> dict[str, Any]:
    return map_document(hospital, LeakReport(leaks=(), unjudged=()), (), page.words)
