"""Exercises: which can be held, which were, how the barriers held."""

from typing import Annotated

from pydantic import Field

from cloison.model.drill import DrillId
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.crisis_drill import DRILL, begin_drill, offered, told_so_far
from cloison.store.drills import drills, load_drill
from cloison.ui.answers import Drills, offers
from cloison.ui.drills import drill_document
from cloison.ui.web.barriers import slices_of
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, LISTED_AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page

router = guarded_router()


@noun
class Wanted:
    """A scenario, and who approves beside whoever asks."""

    scenario: Annotated[str, Field(max_length=200)]
    second: Annotated[str, Field(max_length=200)]


@router.get("/scenarios", summary="The scenarios that can be played", **LISTED_AS_ASKED)
@allowed(Right.READ)
def scenarios(page: OnPage) -> Told:
    """Give their names and stories."""
    known, _ = offered(page.console.map_on_disk.hospital())
    return tell(
        page,
        offers(known),
        lambda: [{"id": one.id, "name": one.name, "story": one.story, "source": one.source} for one in known],
    )


@router.get("/drills", summary="The exercises that were held", **AS_ASKED)
@allowed(Right.READ, reads="exercices")
def held(page: OnPage) -> Told:
    """Give them, the latest first, whether one goes on, and what it told so far."""
    return _held(page)


@router.post("/drills", summary="Hold an exercise", status_code=202, **AS_ASKED)
@allowed(Right.PLAN)
def begin(page: OnPage, wanted: Wanted) -> Told:
    """Begin; no real device is touched."""
    console, name = page.console, page.asking.visitor.name
    desk = desk_of(console)
    begin_drill(desk, console.map, wanted.scenario, first=name, second=wanted.second, language=page.language)
    return _held(page)


@router.get("/drills/{drill}", summary="One exercise, and the hole measured in each barrier", **AS_ASKED)
@allowed(Right.READ, reads="exercices")
def drill(page: OnPage, drill: str) -> Told:
    """Give it whole."""
    one = load_drill(page.console.database, DrillId(drill))
    barriers = [
        {"barrier": each.barrier.value, "hole": each.hole, "measured": page.words.sentence(each.measured)}
        for each in slices_of(one)
    ]
    return tell(page, one, lambda: {**drill_document(one, page.words), "barriers": barriers})


def _held(page: Page) -> Told:
    console = page.console
    running, kept = desk_of(console).worker.busy(DRILL), drills(console.database)
    told = told_so_far(console.home)
    return tell(
        page,
        Drills(running=running, told=told, drills=kept),
        lambda: {"running": running, "told": told, "drills": [drill_document(one, page.words) for one in kept]},
    )
