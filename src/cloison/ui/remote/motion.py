"""Doors that a server moves: which case is meant, the request, the wait for the end."""

import time
from collections.abc import Callable, Mapping, Sequence

from cloison.errors import ServerError, UnknownIdError
from cloison.model.case import CaseId, CaseStatus
from cloison.model.crisis import Decision, DecisionKind
from cloison.model.hospital import ConduitId, Level
from cloison.ops.crisis_choices import listed
from cloison.ops.crisis_desk import View, digest
from cloison.ui.remote.server import Server
from cloison.words import Sentence, say

LONGEST = 900.0
"""Seconds of waiting: doors go on without us."""
_FIRST_PAUSE, _PAUSE = 0.2, 2.0


def open_views(server: Server) -> tuple[View, ...]:
    """Give the open cases whole, the latest first."""
    return tuple(server.case(case.id) for case in server.cases().cases if case.status is CaseStatus.OPEN)


def case_where(server: Server, so: Callable[[View], bool], *, problem: Sentence, fix: Sentence) -> View:
    """Give the latest open case of which something holds.

    Raises:
        UnknownIdError: there is none.
    """
    found = next((view for view in open_views(server) if so(view)), None)
    if found is None:
        raise UnknownIdError(problem, fix=fix, where=server.name)
    return found


def choice_of(view: View, levels: Mapping[ConduitId, Level]) -> str | None:
    """Name the choice of a case that shuts just these doors."""
    wanted = digest(tuple(levels.items()))
    return next((name for name, theirs in listed(view.standing.plan).items() if digest(theirs) == wanted), None)


def wait(server: Server, name: CaseId, over: Callable[[View], bool]) -> View:
    """Look at a case until something of it is over.

    Raises:
        ServerError: it is not within a quarter of an hour.
    """
    ends, pause = time.monotonic() + LONGEST, _FIRST_PAUSE
    while not over(view := server.case(name)):
        if time.monotonic() > ends:
            raise ServerError(
                say("it goes on there, and this program stops waiting"),
                fix=say("see {command}", command=f"cloison case {name}"),
                where=server.name,
            )
        time.sleep(pause)
        pause = min(2 * pause, _PAUSE)
    return view


def moved(server: Server, before: View, after: View) -> Decision | None:
    """Wait until the doors that were asked to move are still, and give the line that says how they ended.

    Args:
        server: that moves them.
        before: the case as it was.
        after: as the request's answer has it.

    Returns:
        None: nothing moves, the approval is kept until a second person approves.

    Raises:
        ServerError: they did not move as asked, with the server's reason.
    """
    if not any(each.kind is DecisionKind.MOVE for each in _since(before, after.decisions)):
        return None
    still = wait(server, after.case.id, lambda view: view.standing.moving is None and not view.moving)
    ends = [each for each in _since(before, still.decisions) if each.kind is DecisionKind.MOVED]
    if not ends or (ends[-1].reason is not None and not ends[-1].verdicts):
        reason = ends[-1].reason if ends and ends[-1].reason else say("no end was written")
        raise ServerError(
            say("the doors did not move as asked: {reason}", reason=reason),
            fix=say("see how they stand with {command}", command="cloison seal"),
            where=f"{server.name} {after.case.id}",
        )
    return ends[-1]


def _since(before: View, decisions: Sequence[Decision]) -> list[Decision]:
    return [each for each in decisions if each.number > before.standing.last]
