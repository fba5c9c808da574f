"""Who a program speaks for, and what changed."""

from dataclasses import asdict

from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ui.answers import Me
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage
from cloison.ui.web.session import TheConsole

router = guarded_router()


@noun
class Revisions:
    """How often each topic changed; a program that polls compares."""

    topics: dict[str, int]


@router.get("/me", summary="Who asks, and with which rights", **AS_ASKED)
@allowed(Right.READ)
def me(page: OnPage) -> Told:
    """Tell whom this token or session speaks for."""
    visitor = page.asking.visitor
    told = Me(
        name=visitor.name,
        login=visitor.person.login if visitor.person else "",
        role=visitor.person.role.value if visitor.person else "",
        rights=tuple(sorted(visitor.rights)),
    )
    return tell(page, told, lambda: asdict(told))


@router.get("/revisions", summary="What changed")
@allowed(Right.READ, background=True)
def revisions(console: TheConsole) -> Revisions:
    """Give the number of each topic that was ever written: cases, logbook, people, sensors, settings..."""
    return Revisions(topics=dict(sorted(console.database.revisions().items())))
