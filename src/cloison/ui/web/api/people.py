"""Accounts, tokens, and who read the map. Accounts are made by people, on the page: a token has no such right."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.tokens import end_token
from cloison.store.accounts import everyone
from cloison.store.reads import reads_kept
from cloison.store.tokens import tokens_kept
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.session import TheConsole, WhoAsks

router = guarded_router()


@noun
class Account:
    """One account."""

    id: str
    login: str
    name: str
    role: str
    active: bool
    wall: bool


@noun
class OwnToken:
    """One token of the person who asks."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@noun
class Reading:
    """One reading of the map.

    Attributes:
        number: for `before`.
    """

    number: int
    at: datetime
    who: str
    what: str
    address: str


@router.get("/people", summary="All accounts")
@allowed(Right.PEOPLE)
def people(console: TheConsole) -> list[Account]:
    """Give every account, closed ones too."""
    return [
        Account(id=one.id, login=one.login, name=one.name, role=one.role.value, active=one.active, wall=one.wall)
        for one in everyone(console.database)
    ]


@router.get("/tokens", summary="One's own tokens")
@allowed(Right.READ)
def tokens(console: TheConsole, asks: WhoAsks) -> list[OwnToken]:
    """Give the tokens of the person who asks; what they send is kept nowhere."""
    return [
        OwnToken(
            id=one.id,
            name=one.name,
            scopes=tuple(sorted(one.scopes)),
            created_at=one.created_at,
            ends_at=one.ends_at,
            used_at=one.used_at,
            revoked_at=one.revoked_at,
        )
        for one in tokens_kept(console.database, asks.person.id)
    ]


@router.delete("/tokens/{token}", status_code=204, summary="End a token of one's own")
@allowed(Right.READ)
def stop_token(console: TheConsole, asks: WhoAsks, token: str) -> None:
    """End a token before its time; a program may end its own."""
    end_token(console.database, token, asks.person, now=console.clock())


@router.get("/reads", summary="Who read the map")
@allowed(Right.PEOPLE)
def reads(
    console: TheConsole,
    before: Annotated[int | None, Query(ge=0, le=2**62, description="Only those of a smaller number.")] = None,
    most: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 200,
) -> list[Reading]:
    """Give the readings, the latest first."""
    return [
        Reading(number=number, at=read.at, who=read.who, what=read.what, address=read.address)
        for number, read in reads_kept(console.database, most=most, before=before)
    ]
