"""Live one zone's life, inside it: `python -m cloison.rehearse.range.traffic.living SETTING ZONE FOLDER BEGAN`."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from cloison.rehearse.range.setting import Setting
from cloison.rehearse.range.traffic.catalogue import known_habit
from cloison.rehearse.range.traffic.errand import Errand, read_errands
from cloison.rehearse.range.traffic.ledger import Ledger
from cloison.rehearse.range.traffic.life import Life

PATIENCE = 60.0
"""Seconds for which a sender of care tries again before it gives up."""

_HANDS = 8
"""Errands of one flow done at a time."""

_TIDY = 2.0
"""Seconds between two looks for idle connections."""

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0
"""Seconds between two tries: doubled each time, up to the longest."""


def live(life: Life, errands: Iterable[Errand], ledger: Ledger, *, began: float, stop: threading.Event) -> None:
    """Do each errand at its time; returns when all are done or given up, or soon after `stop`.

    Args:
        life: the zone's.
        errands: in order of time.
        ledger: where it is counted.
        began: Unix time of the life's beginning.
        stop: set: nothing new is begun, and nothing is tried again.
    """
    over = threading.Event()
    tidying = threading.Thread(target=_tidy, args=(life, over))
    tidying.start()
    hands: dict[str, ThreadPoolExecutor] = {}
    for errand in errands:
        due = began + errand.at
        if stop.wait(max(0.0, due - time.time())):
            break
        # Each flow has hands of its own: one that is cut never holds another up.
        group = errand.flow or errand.conduit
        if group not in hands:
            hands[group] = ThreadPoolExecutor(_HANDS)
        hands[group].submit(run, life, errand, ledger, due=due, stop=stop)
    for each in hands.values():
        each.shutdown()
    over.set()
    tidying.join()
    life.close()


def run(life: Life, errand: Errand, ledger: Ledger, *, due: float, stop: threading.Event) -> None:
    """Do one errand, and again while items of a declared flow are not acknowledged and there is patience.

    Args:
        life: the zone's.
        errand: what to do.
        ledger: where it is counted.
        due: Unix time at which it should begin; patience runs from then.
        stop: set: it is not tried again, and what is under way is no loss.
    """
    if stop.is_set():
        return
    habit = known_habit(errand.habit)
    left = list(range(errand.items))
    for item in left:
        ledger.sent(errand, item)
    wait = _FIRST_WAIT
    while time.time() < due + PATIENCE:
        try:
            for item in habit.perform(life, errand, tuple(left)):
                ledger.acknowledged(errand, item, time.time() - due)
                left.remove(item)
        except Exception as error:  # noqa: BLE001 - whatever a peer or a library does, the zone lives on
            sys.stderr.write(f"{errand.habit} {errand.source} {errand.target}: {error!r}\n")
        if not left or not errand.flow or stop.wait(wait):
            break
        wait = min(2 * wait, _LONGEST_WAIT)
        for item in left:
            ledger.retried(errand, item)
    for item in left if not stop.is_set() else ():
        ledger.lost(errand, item)


def _tidy(life: Life, over: threading.Event) -> None:
    while not over.wait(_TIDY):
        life.tidy()


def main(argv: list[str]) -> None:
    """Live until the last errand is done, or until told to end."""
    setting, zone, folder, began = argv
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    path = Path(folder) / f"{zone}.jsonl"
    life = Life(Setting.load(Path(setting)), zone, resolves=(Path(folder) / f"{zone}.resolves").exists())
    # Libraries that several hands import at once are found half made.
    for habit in {errand.habit for errand in read_errands(path)}:
        for module in known_habit(habit).modules:
            import_module(module)
    with Ledger(Path(folder)) as ledger:
        live(life, read_errands(path), ledger, began=float(began), stop=stop)
    # Libraries keep threads of their own.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
