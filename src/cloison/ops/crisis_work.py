"""What goes on behind the pages: one thread that moves doors, one that plans; a page asks whether they are busy."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread

from cloison.errors import CloisonError
from cloison.store.database import Database
from cloison.store.journal import journal_size

DOORS = "doors"
"""Doors are moved one approval at a time, whatever their case; also the topic that their pages follow."""

LOOK_EVERY = 0.3
"""Seconds between two looks at the journal while doors move."""


class Worker:
    """Runs work that outlasts the request that asked for it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="crisis")
        self._doing: dict[str, Future[None]] = {}
        self._lock = Lock()

    def start(self, what: str, act: Callable[[], None]) -> bool:
        """Begin, unless the same is being done; False: it is."""
        with self._lock:
            known = self._doing.get(what)
            if known is not None and not known.done():
                return False
            self._doing[what] = self._pool.submit(act)
            return True

    def busy(self, what: str) -> bool:
        """Tell whether this is being done now."""
        known = self._doing.get(what)
        return known is not None and not known.done()

    def problem(self, what: str) -> BaseException | None:
        """Give what went wrong the last time that this was done; None: nothing, or it is being done."""
        known = self._doing.get(what)
        return known.exception() if known is not None and known.done() else None

    def finish(self, what: str) -> None:
        """Wait for the end of it, and raise what it raised."""
        known = self._doing.get(what)
        if known is not None:
            known.result()

    def stop(self) -> None:
        """Let what was asked come to its end, and take nothing more: a polite stop leaves no seal half-way."""
        self._pool.shutdown(wait=True)


@contextmanager
def told_as_written(database: Database, home: Path) -> Iterator[None]:
    """Tell open pages that doors changed each time their journal grows, while the block lasts."""
    over, known = Event(), journal_size(home)

    def look() -> None:
        nonlocal known
        while not over.wait(LOOK_EVERY):
            size = journal_size(home)
            if size != known:
                known = size
                with suppress(CloisonError), database.write(DOORS):
                    pass

    looking = Thread(target=look, name="crisis-doors", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
