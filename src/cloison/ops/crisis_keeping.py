"""What Cloison does by itself while it serves: keep care doors shut, send notices; once a day, look at devices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from cloison.errors import CloisonError
from cloison.ops.crisis_desk import Desk
from cloison.ops.crisis_health import DOORS_HEALTH, look_at_doors
from cloison.ops.crisis_motion import keep_leases
from cloison.ops.notifying import Notifier, notifying
from cloison.store.reads import forget_reads
from cloison.words import Sentence

LOOK_EVERY = 30.0
"""Seconds: a lease lasts an hour, and is renewed from its half on."""

CHECK_DOORS_EVERY = timedelta(days=1)

KEEP_READS = timedelta(days=365)
"""Who read what is kept for a year at most: CNIL, deliberation 2021-122 on logs, six months to a year."""


def keep(desk: Desk) -> None:
    """Do what is due now; what fails is tried again the next time, and pages show it meanwhile."""
    try:
        hospital = desk.hospital()
        if hospital is None:
            return
        keep_leases(desk)
        last = DOORS_HEALTH.of(desk.database).at
        if last is None or desk.clock() - last > CHECK_DOORS_EVERY:
            look_at_doors(desk, hospital, by="Cloison")
            forget_reads(desk.database, before=desk.clock() - KEEP_READS)
    except CloisonError:
        return


@contextmanager
def keeping(desk: Desk, render: Callable[[Sentence], str], *, every: float = LOOK_EVERY) -> Iterator[None]:
    """Do it from time to time, until the block ends; then let doors that move come to their end.

    Args:
        desk: of the hospital.
        render: says notices in the language of those who are told: doors move and people guess without a watch too.
        every: seconds.
    """
    over = Event()
    notifier = Notifier(desk.database, lambda: notifying(desk.home, desk.database), render)

    def go_on() -> None:
        while not over.wait(every):
            keep(desk)

    threads = (
        Thread(target=go_on, name="crisis-keeping", daemon=True),
        Thread(target=notifier.run, args=(over,), name="notices", daemon=True),
    )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        desk.worker.stop()
