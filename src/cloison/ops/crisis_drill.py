"""An exercise begun from the console: the very command, in a process of its own, told line by line in a file."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from cloison.errors import BadScenarioError, BadValueError, NotApprovedError
from cloison.model.hospital import Hospital
from cloison.model.scenario import Scenario
from cloison.ops.crisis_desk import DRILLS, Desk
from cloison.ops.drill_entry import scenarios
from cloison.rehearse.shipped import shipped_map
from cloison.store.database import SETTING as DATABASE_SETTING
from cloison.store.database import Database
from cloison.store.drills import drills, save_drill
from cloison.store.hospital_file import load
from cloison.words import say

DRILL = "drill"
TOLD, HELD = "en-cours.txt", "en-cours.db"
LONGEST_NAME = 80
_PROGRAM = "from cloison.ui.cli.program import main; main()"
_SHOWN = 20_000
"""Characters of its end that a page shows."""


def offered(hospital: Hospital | None) -> tuple[tuple[Scenario, ...], bool]:
    """Give the scenarios that can be played, and whether on this hospital's map: else on the one that ships."""
    if hospital is not None:
        try:
            return scenarios(hospital), True
        except BadScenarioError:
            pass
    with shipped_map() as path:
        return scenarios(load(path)), False


def begin_drill(
    desk: Desk, map_file: Path, name: str, *, first: str, second: str, language: str, speed: float | None = None
) -> None:
    """Begin an exercise, unless one goes on.

    Args:
        desk: of the hospital.
        map_file: its map.
        name: the scenario's.
        first: who approves the plan, at once.
        second: who approves too.
        language: of what is told.
        speed: times faster than the story; None: the scenario's own.

    Raises:
        BadValueError: there is no such scenario, or an exercise goes on.
        NotApprovedError: nobody approves.
    """
    known, ours = offered(desk.hospital())
    if name not in {scenario.id for scenario in known}:
        raise BadValueError(say("there is no such scenario"), fix=say("choose one of the list"), where=name[:40])
    people = [" ".join(person.split()) for person in (first, second)]
    if any(not person or len(person) > LONGEST_NAME or person.startswith("-") for person in people):
        raise NotApprovedError(
            say("an exercise wants two people to approve, as on the night"),
            fix=say("write both names"),
            where="second",
        )
    words = [sys.executable, "-c", _PROGRAM, "--lang", language, "drill", name, "--home", str(desk.home)]
    words += ["--approve", people[0], "--second", people[1]]
    words += ["--map", str(map_file)] if ours else []
    words += ["--speed", str(speed)] if speed else []
    if not desk.worker.start(DRILL, lambda: hold(desk, words)):
        raise BadValueError(
            say("an exercise goes on"), fix=say("wait until it is over, then begin another"), where=name
        )


def told_so_far(home: Path) -> str:
    """Give what the exercise that goes on, or the last one, told; empty: none was begun here."""
    try:
        return (home / DRILLS / TOLD).read_text(encoding="utf-8", errors="replace")[-_SHOWN:]
    except FileNotFoundError:
        return ""


def hold(desk: Desk, words: Sequence[str]) -> None:
    """Run an exercise to its end, and keep in the console's database what it kept in one of its own.

    The exercise takes place without a network: a database on another machine cannot be reached from there.

    Args:
        desk: of the hospital.
        words: the command.

    Raises:
        DatabaseError: either database cannot be read or written.
    """
    folder = desk.home / DRILLS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{HELD}*"):
        left.unlink()
    address = f"sqlite:///{(folder / HELD).absolute()}"
    with (folder / TOLD).open("wb") as out:
        subprocess.run(  # noqa: S603 - our own program, a scenario of the list and two names
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", DATABASE_SETTING: address},
            check=False,
        )
    if (folder / HELD).is_file():
        with closing(Database(address)) as own:
            for drill in drills(own):
                save_drill(desk.database, drill)
