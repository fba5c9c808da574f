"""Care services: how each goes, what people there say, which paper is left."""

from typing import Annotated, Any

from pydantic import Field

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.model.plan import ServiceState
from cloison.ops.crisis_care import care_now, count, declare_state, set_procedure
from cloison.ui.case_views import activity_document
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.crisis_view import desk_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.words import say

router = guarded_router()


@noun
class Told:
    """How it goes, seen from there; without a state, what was said is taken back."""

    state: ServiceState | None = None
    note: Annotated[str, Field(max_length=2000)] = ""


@noun
class Paper:
    """How many forms are left, and where; -1: there is no such form any more."""

    name: Annotated[str, Field(max_length=400)]
    count: Annotated[int, Field(ge=-1, le=100_000)]
    place: Annotated[str, Field(max_length=400)] = ""


@noun
class Procedure:
    """What is done without systems, and where it is on paper."""

    text: Annotated[str, Field(max_length=2000)]


@router.get("/care", summary="How every care service goes")
@allowed(Right.READ, reads="soins")
def care(page: OnPage) -> list[dict[str, Any]]:
    """Give the care services, those that are worst off first."""
    return [activity_document(each) for each in care_now(desk_of(page.console), _map(page))]


@router.post("/care/{service}/state", summary="Say how a care service goes")
@allowed(Right.LOGBOOK)
def declare(page: OnPage, service: str, told: Told) -> list[dict[str, Any]]:
    """Keep what somebody there says; it counts before what doors and alerts say."""
    desk, by = desk_of(page.console), acting(page)
    declare_state(desk, _map(page), service, state=told.state, note=told.note, by=by)
    return care(page)


@router.post("/care/{service}/forms", summary="Count the paper forms of a care service")
@allowed(Right.LOGBOOK)
def forms(page: OnPage, service: str, paper: Paper) -> list[dict[str, Any]]:
    """Keep a count."""
    desk, by = desk_of(page.console), acting(page)
    count(desk, _map(page), service, name=paper.name, left=paper.count, place=paper.place, by=by)
    return care(page)


@router.put("/care/{service}/procedure", summary="Say what is done without systems")
@allowed(Right.LOGBOOK)
def procedure(page: OnPage, service: str, procedure: Procedure) -> list[dict[str, Any]]:
    """Keep a procedure."""
    set_procedure(desk_of(page.console), _map(page), service, text=procedure.text, by=acting(page))
    return care(page)


def _map(page: Page) -> Hospital:
    hospital = page.console.map_on_disk.hospital()
    if hospital is None:
        raise BadValueError(
            say("there is no map yet"), fix=say("import one, or let the traffic propose it"), where="hospital.toml"
        )
    return hospital
