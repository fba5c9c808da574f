"""The map as it is looked at: places that are opened, the passages between them, and what a search finds."""

from typing import Annotated, Any

from fastapi import Query as Asked

from cloison.errors import MissingFileError
from cloison.model.people import Right
from cloison.ui.web.carte import Carte
from cloison.ui.web.carte_graph import graph_of
from cloison.ui.web.carte_query import LONGEST, MOST_OPEN, Query
from cloison.ui.web.carte_source import known_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage
from cloison.words import say

router = guarded_router()


@router.get("/map/places", summary="Places of the map, opened one inside another, and the passages between them")
@allowed(Right.READ, reads="api/map/places")
def places(
    page: OnPage,
    opened: Annotated[list[str] | None, Asked(description="ids of places whose inside is asked for")] = None,
    find: Annotated[str, Asked(description="part of a name, an id or an address")] = "",
    at: Annotated[int | None, Asked(ge=0, le=99_999, description="step of the time that was seen, from 0")] = None,
) -> dict[str, Any]:
    """Give what the Carte shows: `places`, `ties`, `ties_left`, what was `found`, and the time that was seen."""
    known = known_of(page.console)
    if known is None:
        raise MissingFileError(
            say("there is no map yet"),
            fix=say(
                "import one on the page of settings, or let traffic propose it: {command}", command="cloison learn"
            ),
            where=page.console.map.name,
        )
    asked = tuple(key for key in (opened or ())[-MOST_OPEN:] if len(key) <= LONGEST)
    query = Query(opened=asked if opened is not None else None, find=find[:LONGEST].strip(), at=at)
    carte = Carte(known.grounds, known.overview, query, page.say)
    overview = known.overview
    keys, count = known.grounds.lookup.find(query.find, MOST_OPEN)
    return {
        **graph_of(carte),
        "ties_left": carte.outlook.ties_left,
        "found": [{"id": key, "around": known.grounds.atlas.around(key)} for key in keys],
        "found_count": count,
        "steps": carte.last_step,
        "since": overview.since.isoformat() if overview.since else None,
        "until": overview.until.isoformat() if overview.until else None,
    }
