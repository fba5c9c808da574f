"""`cloison seal` and `cloison reopen` on a server: the same words, decided in its cases, signed by its people."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cloison.model.crisis import Decision
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import DoorState, Step, Verdict
from cloison.ops.approving import backup_levels, read_levels
from cloison.ops.crisis_choices import BACKUPS
from cloison.ops.crisis_desk import View, digest
from cloison.ui.case_documents import VERSION
from cloison.ui.cli.options import Asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.cli.seal import NEEDS_ATTENTION, show_verdicts
from cloison.ui.remote.motion import case_where, choice_of, moved, open_views
from cloison.ui.remote.server import Server
from cloison.ui.remote.signing import signature
from cloison.words import Sentence, say

OPEN_ONE = "cloison case --doubt ID:p"


def seal_there(request: Asked, server: Server, *, plan: Path | None, person: str | None) -> Decision | None:
    """Approve the doors of a plan, or without one those of the backups, and wait until they have moved.

    Returns:
        How they ended; None: nothing moves until a second person approves.

    Raises:
        UnknownIdError: no open case offers just these doors.
        NotApprovedError: nobody is there to sign.
    """
    hospital = request.hospital()
    levels: Mapping[ConduitId, Level]
    if plan is None:
        levels, choice = backup_levels(hospital), BACKUPS
        view = _case(server, lambda _: True, say("the server has no open case"), _open_one())
    else:
        levels = read_levels(plan, hospital)
        offers_nothing = say(
            "doubt the same in a case, and approve what it offers: {command}, {then}",
            command=OPEN_ONE,
            then="cloison case CASE --approve optimal",
        )
        none_offers = say("no open case of the server offers just these doors")
        view = _case(server, lambda one: choice_of(one, levels) is not None, none_offers, offers_nothing)
        choice = choice_of(view, levels) or ""
    seen = digest(tuple(levels.items()))
    return approve_there(request, server, view, choice=choice, seen=seen, person=person)


def approve_there(
    request: Asked, server: Server, view: View, *, choice: str, seen: str, person: str | None
) -> Decision | None:
    """Sign a choice of a case, and wait until its doors have moved; see `seal_there`."""
    signed = signature(server, person, request.words)
    return moved(server, view, server.on_case(view.case.id, "approvals", {"choice": choice, "seen": seen, **signed}))


def open_there(request: Asked, server: Server, *, stage: int | None, person: str | None) -> Decision | None:
    """Open the doors of a stage, or all, and wait until they have moved; see `seal_there`."""
    none_shut = say("no open case of the server holds a door shut")
    view = _case(server, lambda one: bool(one.standing.shut_doors), none_shut, _see())
    signed = signature(server, person, request.words)
    return moved(server, view, server.on_case(view.case.id, "openings", {"stage": stage or 0, **signed}))


def resumed_there(server: Server) -> tuple[Step, tuple[Verdict, ...]] | None:
    """Finish or undo what was cut short, and say at which step it had been; None: nothing was."""
    view = next((one for one in open_views(server) if one.cut_short is not None and not one.case.drill), None)
    if view is None or view.cut_short is None:
        return None
    end = moved(server, view, server.on_case(view.case.id, "resumption"))
    return view.cut_short, end.verdicts if end is not None else ()


def told_there(server: Server, point: str) -> Decision | None:
    """Say that the doors of a point were shut by hand, in the case that waits for one."""
    view = _case(
        server,
        lambda one: any(verdict.state is DoorState.WAITING for verdict in one.standing.verdicts),
        say("no door waits for a person there"),
        _see(),
    )
    return moved(server, view, server.on_case(view.case.id, "by-hand", {"point": point}))


def show_moved(request: Asked, end: Decision | None) -> int:
    """Print how doors ended, or that a second person must approve."""
    words, screen = request.words, Screen()
    if end is None:
        if request.json:
            print_json({"version": VERSION, "approved": True, "moving": False, "doors": []})
        else:
            kept = say("Your approval is kept; nothing moves until another person approves too, within the hour.")
            screen.line(words.sentence(kept), style="bold")
        return NEEDS_ATTENTION
    code = show_verdicts(request, end.verdicts)
    if end.reason is not None and not request.json:
        screen.line(words.sentence(end.reason), style="bold")
    return code if end.reason is None else NEEDS_ATTENTION


def _case(server: Server, so: Callable[[View], bool], problem: Sentence, fix: Sentence) -> View:
    """Give the open case of which something holds; an exercise's is decided by its name: `cloison case`."""
    return case_where(server, lambda one: not one.case.drill and so(one), problem=problem, fix=fix)


def _see() -> Sentence:
    return say("see how they stand with {command}", command="cloison seal")


def _open_one() -> Sentence:
    return say("open one: {command}", command=OPEN_ONE)
