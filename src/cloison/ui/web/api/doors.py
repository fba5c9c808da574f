"""Doors: how they stand, in which order they open, whether they could be shut tonight."""

from typing import Any

from cloison.enforce.life import life_of
from cloison.model.people import Right
from cloison.model.sealing import Rules
from cloison.ops.crisis_health import DOORS_HEALTH, DoorsHealth, look_at_doors
from cloison.ops.keeping import stages, state
from cloison.ops.moving import Means
from cloison.store.journal import records_now
from cloison.ui.answers import Stages, Standing
from cloison.ui.case_documents import VERSION, when
from cloison.ui.sealing import verdicts_document
from cloison.ui.web.api.chart import map_of
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage, Page

router = guarded_router()


@router.get("/doors", summary="How every door that is meant to be shut stands", **AS_ASKED)
@allowed(Right.SEAL, Right.SETTINGS, reads="portes")
def doors(page: OnPage) -> Told:
    """Compare what the journal says with what the devices hold, now; nothing is changed on any."""
    console = page.console
    cut, verdicts = state(Means(home=console.home, clock=console.clock))
    standing = Standing(cut=cut, verdicts=verdicts)
    return tell(page, standing, lambda: verdicts_document(verdicts, Rules(points=()), page.words, cut))


@router.get("/doors/stages", summary="The doors that are shut, in the order of opening", **AS_ASKED)
@allowed(Right.READ, reads="portes")
def in_stages(page: OnPage) -> Told:
    """Give three groups: from or to care; between others; from or to the outside and the backups."""
    groups = stages(map_of(page.console), life_of(records_now(page.console.home)))
    return tell(page, Stages(stages=groups), lambda: {"version": VERSION, "stages": [list(group) for group in groups]})


@router.get("/doors/health", summary="Whether doors could be shut tonight, as last looked at")
@allowed(Right.SETTINGS, Right.SEAL, reads="portes")
def health(page: OnPage) -> dict[str, Any]:
    """Give each point of enforcement; `at` is null when nobody looked yet."""
    return _health(DOORS_HEALTH.of(page.console.database), page)


@router.post("/doors/health", summary="Reach every device now")
@allowed(Right.SETTINGS, Right.SEAL)
def look(page: OnPage) -> dict[str, Any]:
    """Look whether each is armed, and still holds what is shut; nothing is changed on any."""
    console = page.console
    return _health(look_at_doors(desk_of(console), map_of(console), by=page.asking.visitor.name), page)


def _health(found: DoorsHealth, page: Page) -> dict[str, Any]:
    said = page.words.sentence
    return {
        "version": VERSION,
        "at": when(found.at),
        "points": [
            {
                "point": one.point.id,
                "driver": one.point.driver,
                "by_hand": one.by_hand,
                "armed": one.armed,
                "problem": said(one.problem) if one.problem else None,
                "doors": one.doors,
            }
            for one in found.points
        ],
        "drift": verdicts_document(found.drift, Rules(points=()), page.words)["doors"],
        "hindrance": said(found.hindrance) if found.hindrance else None,
    }
