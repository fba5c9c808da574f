"""Reading ahead: the next pieces are parsed while the present one is judged."""

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

AHEAD = 8
"""Pieces that wait at most: enough to keep both sides busy, few enough to bound memory."""

_PATIENCE = 0.1


def read_ahead(pieces: Iterable[T], ahead: int = AHEAD) -> Iterator[T]:
    """Give the pieces in their own order, taken from their maker by another thread.

    What the maker raises is raised here, after the pieces that came before it. When this is closed early, the
    maker is asked for nothing more.
    """
    waiting: Queue[tuple[T] | BaseException | None] = Queue(ahead)
    stop = Event()

    def put(item: tuple[T] | BaseException | None) -> None:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=_PATIENCE)
            except Full:
                continue
            return

    def make() -> None:
        try:
            for piece in pieces:
                put((piece,))
                if stop.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - raised again on the other side
            put(error)

    maker = Thread(target=make, name="read-ahead", daemon=True)
    maker.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        stop.set()
        maker.join()
