"""Exercices: hold one, follow it, read it afterwards as five slices, put two side by side."""

from typing import Annotated

from fastapi import Form, Query, Response

from cloison.errors import CloisonError
from cloison.model.drill import DrillId, Milestone
from cloison.model.people import Right
from cloison.ops.crisis_drill import DRILL, begin_drill, offered, told_so_far
from cloison.store.drills import drills, load_drill
from cloison.ui.drills import BARRIERS, compared, false_alarms, lasting, stopwatch
from cloison.ui.web.barriers import slices_of
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/exercices", name=say("Exercises"), order=50, in_story=False),)
router = guarded_router()
Name = Annotated[str, Form(max_length=200)]
Chosen = Annotated[str, Query(max_length=80)]


@router.get("/exercices")
@allowed(Right.READ, reads="exercices")
def drills_page(page: OnPage) -> Response:
    """Show the exercises that were held, and begin one."""
    return _shown(page)


@router.post("/exercices")
@allowed(Right.PLAN)
def begin(page: OnPage, *, scenario: Name = "", second: Name = "") -> Response:
    """Hold an exercise."""
    console = page.console
    try:
        begin_drill(
            desk_of(console),
            console.map,
            scenario,
            first=page.asking.visitor.name,
            second=second,
            language=page.language,
        )
    except CloisonError as error:
        return _shown(page, error, second=second)
    return page.go("/exercices", told="begun")


@router.get("/exercices/comparer")
@allowed(Right.READ, reads="exercices")
def compare_page(page: OnPage, a: Chosen = "", b: Chosen = "") -> Response:
    """Put two exercises side by side."""
    pair = [load_drill(page.console.database, DrillId(name)) for name in (a, b)]
    return page.render("drills-compared.html", pair=pair, lines=compared(pair[0], pair[1], page.words))


@router.get("/exercices/deroulement")
@allowed(Right.READ, background=True)
def told_part(page: OnPage) -> Response:
    """Show what the exercise that goes on has told, alone."""
    return page.render("drill-told.html", told=told_so_far(page.console.home), running=_running(page))


@router.get("/exercices/{drill}")
@allowed(Right.READ, reads="exercices")
def drill_page(page: OnPage, drill: str) -> Response:
    """Show an exercise: its five barriers, its stopwatch, what it noticed."""
    held = load_drill(page.console.database, DrillId(drill))
    return page.render(
        "drill.html",
        drill=held,
        slices=slices_of(held),
        barriers=BARRIERS,
        lines=stopwatch(held, page.words),
        wrong=false_alarms(held),
    )


def _running(page: Page) -> bool:
    return desk_of(page.console).worker.busy(DRILL)


def _shown(page: Page, fault: CloisonError | None = None, *, second: str = "") -> Response:
    console = page.console
    known, ours = offered(console.map_on_disk.hospital())
    held = drills(console.database)
    return page.render(
        "drills.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        scenarios=known,
        ours=ours,
        second=second,
        running=_running(page),
        told=told_so_far(console.home),
        rows=[
            (
                one,
                lasting(one.story_seconds(Milestone.FIRST_ACT, Milestone.FIRST_FINDING), page.words),
                lasting(one.real_seconds(Milestone.APPROVED, Milestone.SHUT), page.words),
                false_alarms(one),
            )
            for one in held
        ],
        may_hold=Right.PLAN in page.asking.visitor.rights,
    )
