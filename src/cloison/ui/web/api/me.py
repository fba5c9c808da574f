"""Who a program speaks for, and what changed."""

from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.session import TheConsole, WhoAsks

router = guarded_router()


@noun
class Me:
    """Who asks.

    Attributes:
        rights: what may be done with this token or session.
    """

    name: str
    login: str
    role: str
    rights: tuple[str, ...]


@noun
class Revisions:
    """How often each topic changed; a program that polls compares."""

    topics: dict[str, int]


@router.get("/me", summary="Who asks, and with which rights")
@allowed(Right.READ)
def me(asks: WhoAsks) -> Me:
    """Tell whom this token or session speaks for."""
    visitor = asks.visitor
    return Me(
        name=visitor.name,
        login=visitor.person.login if visitor.person else "",
        role=visitor.person.role.value if visitor.person else "",
        rights=tuple(sorted(visitor.rights)),
    )


@router.get("/revisions", summary="What changed")
@allowed(Right.READ, background=True)
def revisions(console: TheConsole) -> Revisions:
    """Give the number of each topic that was ever written: cases, logbook, people, sensors, settings..."""
    return Revisions(topics=dict(sorted(console.database.revisions().items())))
