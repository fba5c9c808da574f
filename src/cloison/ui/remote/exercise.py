"""An exercise that a server holds: begun, followed line by line, read when it is over."""

import sys
import time

from cloison.errors import ServerError
from cloison.model.drill import Drill
from cloison.ui.cli.screen import clean
from cloison.ui.remote.server import Server
from cloison.words import say, verbatim

LONGEST = 3 * 3600.0
"""Seconds: the slowest scenario at its usual speed, its range built and taken apart."""
_PAUSE = 2.0
_LAST = 300


def hold_there(server: Server, scenario: str, second: str) -> Drill:
    """Hold an exercise on a server, telling on the error stream what it tells, and give what it kept.

    Args:
        server: that holds it, in its own range.
        scenario: one of its list.
        second: who approves beside the token's person.

    Raises:
        BadValueError, NotApprovedError: see `cloison.ops.crisis_drill.begin_drill`.
        ServerError: it kept nothing, or does not end.
    """
    before = {one.id for one in server.drills().drills}
    ends, seen = time.monotonic() + LONGEST, 0
    now = server.begin_drill(scenario, second)
    while now.running:
        if time.monotonic() > ends:
            raise ServerError(
                say("it goes on there, and this program stops waiting"),
                fix=say("see {command}", command="cloison drill --list"),
                where=server.name,
            )
        time.sleep(_PAUSE)
        now = server.drills()
        lines = now.told.splitlines()
        for line in lines[seen:]:
            sys.stderr.write(clean(line) + "\n")
        seen = max(seen, len(lines))
    held = [one for one in now.drills if one.id not in before]
    if not held:
        raise ServerError(
            say("the exercise ended without a result: {last}", last=verbatim(now.told.strip()[-_LAST:])),
            fix=say("see the page of exercises on the server"),
            where=server.name,
        )
    return held[0]
