"""`cloison seal` and `cloison reopen` on a server: the same words, decided in its cases, signed by its people."""

from collections.abc import Mapping
from pathlib import Path

from cloison.errors import UnknownIdError
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import DoorState, Verdict
from cloison.ops.approving import backup_levels, read_levels
from cloison.ops.crisis_choices import BACKUPS
from cloison.ops.crisis_desk import View, digest
from cloison.ui.cli.options import Asked
from cloison.ui.remote.motion import case_where, choice_of, moved
from cloison.ui.remote.server import Server
from cloison.ui.remote.signing import signature
from cloison.words import Sentence, say

OPEN_ONE = "cloison case --doubt ID:p"


def seal_there(request: Asked, server: Server, *, plan: Path | None, person: str | None) -> tuple[Verdict, ...]:
    """Approve the doors of a plan, or without one those of the backups, and wait until they have moved.

    Raises:
        UnknownIdError: no open case offers just these doors.
        NotApprovedError: nobody is there to sign, or a second person must.
    """
    hospital = request.hospital()
    levels: Mapping[ConduitId, Level]
    if plan is None:
        levels, none_open = backup_levels(hospital), say("the server has no open case")
        view = case_where(server, lambda one: not one.case.drill, problem=none_open, fix=_open_one())
        choice = BACKUPS
    else:
        levels = read_levels(plan, hospital)
        view = case_where(
            server,
            lambda one: choice_of(one, levels) is not None,
            problem=say("no open case of the server offers just these doors"),
            fix=say(
                "doubt the same in a case, and approve what it offers: {command}, {then}",
                command=OPEN_ONE,
                then="cloison case CASE --approve optimal",
            ),
        )
        choice = choice_of(view, levels) or ""
    return approve_there(
        request, server, view, choice=choice, seen=digest(tuple(sorted(levels.items()))), person=person
    )


def approve_there(
    request: Asked, server: Server, view: View, *, choice: str, seen: str, person: str | None
) -> tuple[Verdict, ...]:
    """Sign a choice of a case, and wait until its doors have moved; errors as `seal_there`."""
    signed = signature(server, person, request.words)
    after = server.on_case(view.case.id, "approvals", {"choice": choice, "seen": seen, **signed})
    return moved(server, view, after).verdicts


def open_there(request: Asked, server: Server, *, stage: int | None, person: str | None) -> tuple[Verdict, ...]:
    """Open the doors of a stage, or all, and wait until they have moved; errors as `seal_there`."""
    view = case_where(
        server,
        lambda one: bool(one.standing.shut_doors),
        problem=say("no open case of the server holds a door shut"),
        fix=say("see how they stand with {command}", command="cloison seal"),
    )
    signed = signature(server, person, request.words)
    after = server.on_case(view.case.id, "openings", {"stage": stage or 0, **signed})
    return moved(server, view, after).verdicts


def resumed_there(server: Server) -> tuple[View, tuple[Verdict, ...]] | None:
    """Finish or undo what was cut short; None: nothing was."""
    nothing: Sentence = say("nothing was cut short")
    try:
        view = case_where(server, lambda one: one.cut_short is not None, problem=nothing, fix=nothing)
    except UnknownIdError:
        return None
    after = server.on_case(view.case.id, "resumption")
    return view, moved(server, view, after).verdicts


def told_there(server: Server, point: str) -> tuple[Verdict, ...]:
    """Say that the doors of a point were shut by hand, in the case that waits for it."""
    view = case_where(
        server,
        lambda one: any(verdict.state is DoorState.WAITING for verdict in one.standing.verdicts),
        problem=say("no door waits for a person there"),
        fix=say("see how the doors stand with {command}", command="cloison seal"),
    )
    after = server.on_case(view.case.id, "by-hand", {"point": point})
    return moved(server, view, after).verdicts


def _open_one() -> Sentence:
    return say("open one: {command}", command=OPEN_ONE)
