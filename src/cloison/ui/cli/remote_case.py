"""What a person decides about a case of a server."""

from dataclasses import dataclass

from cloison.errors import BadValueError, ServerError, UnknownIdError
from cloison.model.case import CaseId
from cloison.ops.approving import backup_levels
from cloison.ops.crisis_choices import BACKUPS, listed
from cloison.ops.crisis_desk import View, digest
from cloison.ops.responding import read_suspects
from cloison.ui.cli.options import Asked
from cloison.ui.cli.remote_seal import OPEN_ONE, approve_there, show_moved
from cloison.ui.remote.motion import wait
from cloison.ui.remote.server import Server
from cloison.words import say, verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One decision: the first that is there.

    Attributes:
        doubt: "ID:p".
        pin: (passage, "open", "shut" or "free").
    """

    doubt: str | None = None
    note: str = ""
    pin: tuple[str, str] | None = None
    plan: bool = False
    withdraw: bool = False
    close: bool = False


def decide(server: Server, name: CaseId | None, wish: Wish) -> View:
    """Decide, and give the case as it is then; a plan that is asked for is waited for.

    Raises:
        BadValueError, UnknownIdError: see `cloison.ops.crisis`; or nothing is doubted that a plan could be made of.
        ServerError: no plan was made.
    """
    if wish.doubt is not None:
        what, chance = _doubted(server, wish.doubt)
        if name is None:
            return server.open_case(what, chance, wish.note)
        return server.on_case(name, "doubts", {"what": what, "chance": chance, "note": wish.note})
    assert name is not None  # noqa: S101 - `case` asks for it
    if wish.pin is not None:
        return server.on_case(name, "pins", {"conduit": wish.pin[0], "wish": wish.pin[1]})
    if wish.plan:
        return _planned(server, name)
    if wish.withdraw:
        return server.on_case(name, "approvals", method="DELETE")
    return server.on_case(name, "closing", {"note": wish.note})


def approve(request: Asked, server: Server, name: CaseId, choice: str) -> int:
    """Sign a choice of a case, wait until its doors are still, and show how each ended.

    Raises:
        UnknownIdError: the plan offers no such choice.
        NotApprovedError: nobody is there to sign.
    """
    view = server.case(name)
    offers = {**listed(view.standing.plan), BACKUPS: tuple(backup_levels(view.hospital).items())}
    levels = offers.get(choice, ())
    if not levels:
        raise UnknownIdError(
            say("no choice called {name} shuts any door", name=verbatim(choice)),
            fix=say("choose one of {known}", known=", ".join(name for name, theirs in offers.items() if theirs)),
            where=name,
        )
    return show_moved(request, approve_there(request, server, view, choice=choice, seen=digest(levels), person=None))


def _planned(server: Server, name: CaseId) -> View:
    if not server.on_case(name, "plan").suspicion:
        raise BadValueError(
            say("nothing is suspected"), fix=say("doubt something first: {command}", command=OPEN_ONE), where=name
        )
    view = wait(server, name, lambda one: not one.planning)
    if view.standing.plan is None or view.standing.outdated:
        raise ServerError(
            say("no plan was made"), fix=say("see the case on the server's own page"), where=f"{server.name} {name}"
        )
    return view


def _doubted(server: Server, text: str) -> tuple[str, float]:
    what, _, chance = text.rpartition(":")
    if what and chance.strip() in {"0", "0.0"}:
        return what, 0.0  # it was looked at, and is healthy
    ((name, probability),) = read_suspects([text], server.hospital())
    return name, probability
