"""Doors in memory, and a seal that dies where it is told to."""

import os
import signal
from datetime import timedelta

from tests.enforce.wards import BOTH, SERVERS_TO_BACKUPS, hospital

from cloison.enforce.rules import rules_of
from cloison.model.hospital import Level
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.store.journal import Journal

ALL = {**BOTH, SERVERS_TO_BACKUPS: Level.CLOSED}


def ready(folder, address=None):
    """Give a map whose core is in memory and armed, what all doors ask, and means."""
    ward = hospital(address=address)
    means = Means(home=folder, patience=timedelta(seconds=0.05), listening=timedelta())
    arm(ward, means)
    return ward, rules_of(ALL, ward), means


def killed_at(number, act, *, after):
    """Run an act in another process that dies at its n-th line of the journal; False: it came to its end.

    Args:
        number: from 0.
        act: what to run.
        after: die once the line is on the disk; else just before.
    """
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    write, left = Journal.write, [number]

    def dying(journal, record):
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        write(journal, record)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    Journal.write = dying
    try:
        act()
    finally:
        os._exit(0)
