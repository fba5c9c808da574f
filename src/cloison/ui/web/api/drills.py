"""Exercises: which can be held, which were, how the barriers held."""

from typing import Annotated, Any

from pydantic import Field

from cloison.model.drill import DrillId
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.crisis_drill import DRILL, begin_drill, offered
from cloison.store.drills import drills, load_drill
from cloison.ui.drills import drill_document
from cloison.ui.web.barriers import slices_of
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage

router = guarded_router()


@noun
class Wanted:
    """A scenario, and who approves beside whoever asks."""

    scenario: Annotated[str, Field(max_length=200)]
    second: Annotated[str, Field(max_length=200)]


@router.get("/scenarios", summary="The scenarios that can be played")
@allowed(Right.READ)
def scenarios(page: OnPage) -> list[dict[str, Any]]:
    """Give their names and stories."""
    known, _ = offered(page.console.map_on_disk.hospital())
    return [{"id": one.id, "name": one.name, "story": one.story, "source": one.source} for one in known]


@router.get("/drills", summary="The exercises that were held")
@allowed(Right.READ, reads="exercices")
def held(page: OnPage) -> dict[str, Any]:
    """Give them, the latest first, and whether one goes on."""
    return {
        "running": desk_of(page.console).worker.busy(DRILL),
        "drills": [drill_document(one, page.words) for one in drills(page.console.database)],
    }


@router.post("/drills", summary="Hold an exercise", status_code=202)
@allowed(Right.PLAN)
def begin(page: OnPage, wanted: Wanted) -> dict[str, Any]:
    """Begin; no real device is touched."""
    console, name = page.console, page.asking.visitor.name
    desk = desk_of(console)
    begin_drill(desk, console.map, wanted.scenario, first=name, second=wanted.second, language=page.language)
    return {"running": True}


@router.get("/drills/{drill}", summary="One exercise, and the hole measured in each barrier")
@allowed(Right.READ, reads="exercices")
def drill(page: OnPage, drill: str) -> dict[str, Any]:
    """Give it whole."""
    one = load_drill(page.console.database, DrillId(drill))
    barriers = [
        {"barrier": each.barrier.value, "hole": each.hole, "measured": page.words.sentence(each.measured)}
        for each in slices_of(one)
    ]
    return {**drill_document(one, page.words), "barriers": barriers}
