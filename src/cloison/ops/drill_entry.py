"""The way into an exercise: which scenario, and around which process the range is built."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from cloison.errors import RangeError, UnknownIdError
from cloison.model.hospital import Hospital
from cloison.model.scenario import Scenario
from cloison.rehearse.intruder.act import known_acts
from cloison.rehearse.range.entering import NEEDED, SENSING, fresh, hindrance, surroundings
from cloison.rehearse.range.furnishing import known_parts
from cloison.store.scenario_file import Vocabulary, load_scenario
from cloison.words import say

INSIDE = "CLOISON_DRILL"
"""Set in the environment of the process that builds the range around itself: the end of a pipe from its starter."""

DEFAULT = "nuit-rancongiciel"

_ORPHAN = 3

_PROGRAM = "from cloison.ui.cli.program import main; main()"


def scenarios(hospital: Hospital) -> tuple[Scenario, ...]:
    """Give the scenarios that ship, by name of their file.

    Raises:
        BadScenarioError: one names what the map does not have.
    """
    with as_file(files("cloison.rehearse") / "scenarios") as folder:
        return tuple(load_scenario(path, _vocabulary(hospital)) for path in sorted(folder.glob("*.toml")))


def find_scenario(name: str, hospital: Hospital) -> Scenario:
    """Give a scenario that ships, or that of a file.

    Raises:
        UnknownIdError: none ships under this name, and there is no such file.
        MissingFileError, BadScenarioError: see `load_scenario`.
    """
    if name.endswith(".toml"):
        return load_scenario(Path(name), _vocabulary(hospital))
    with as_file(files("cloison.rehearse") / "scenarios") as folder:
        known = sorted(path.stem for path in folder.glob("*.toml"))
        if name in known:
            return load_scenario(folder / f"{name}.toml", _vocabulary(hospital))
    raise UnknownIdError(
        say("there is no such scenario"),
        fix=say("name a file, or one of: {names}", names=", ".join(known)),
        where=name,
    )


def hold_inside(arguments: Sequence[str], *, before: Callable[[], None] = lambda: None) -> int:
    """Run `cloison` with these arguments alone in new namespaces, where it builds a range around itself.

    Args:
        arguments: of the command line.
        before: called once it is known that a range can be built here.

    Returns:
        Its exit code.

    Raises:
        RangeError: no range can be built here, or what lives in it is not installed.
    """
    refusal = hindrance((*NEEDED, *SENSING)) or _lacking()
    if refusal:
        raise refusal
    before()
    words = fresh([sys.executable, "-c", _PROGRAM, *arguments])
    near, far = os.pipe()
    surrounded = {**surroundings(), INSIDE: str(near)}
    running = subprocess.Popen(words, env=surrounded, pass_fds=(near,))  # noqa: S603 - our own program
    os.close(near)
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:  # the terminal told it too: it ends what it built
            continue
        finally:
            if running.poll() is not None:
                os.close(far)


def end_with_starter(near: int) -> None:
    """Have this process, and so the whole range, end when whoever started it is gone, even killed outright."""

    def wait() -> None:
        while os.read(near, 1):
            pass
        os._exit(_ORPHAN)

    Thread(target=wait, daemon=True).start()


def _lacking() -> RangeError | None:
    """Tell what the range's servers or the intruder lack here; None: nothing."""
    modules = sorted({name for part in known_parts().values() for name in part.modules} | {"paramiko"})
    absent = [name for name in modules if find_spec(name) is None]
    if not absent:
        return None
    return RangeError(
        say("the range needs {missing}", missing=", ".join(absent)),
        fix=say("run: {command}", command="pip install 'cloison[range]'"),
        where=absent[0],
    )


def _vocabulary(hospital: Hospital) -> Vocabulary:
    return Vocabulary(
        acts=known_acts(),
        assets=frozenset(str(asset.id) for asset in hospital.assets),
        zones=frozenset(str(zone.id) for zone in hospital.zones),
    )
