"""How much the rehearsed intruder may do before it stops by itself."""

from collections.abc import Callable
from time import monotonic

from cloison.model.noun import noun


class SpentError(Exception):
    """A bound is reached: the act ends here."""


@noun
class Bounds:
    """Hard bounds of one act; no scenario can raise them.

    Attributes:
        seconds: real time.
        connections: opened or tried.
        bytes_: sent and received.
    """

    seconds: float = 1_800.0
    connections: int = 20_000
    bytes_: int = 512 * 2**20


class Purse:
    """What is left of the bounds, while an act goes on."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = monotonic) -> None:
        """Start the clock."""
        self._clock = clock
        self._until = clock() + bounds.seconds
        self._connections = bounds.connections
        self._bytes = bounds.bytes_

    @property
    def seconds_left(self) -> float:
        """Real time that is left.

        Raises:
            SpentError: none.
        """
        left = self._until - self._clock()
        if left <= 0:
            raise SpentError
        return left

    def connect(self) -> None:
        """Count one connection, before it is tried.

        Raises:
            SpentError: none is left.
        """
        _ = self.seconds_left
        if self._connections <= 0:
            raise SpentError
        self._connections -= 1

    def carry(self, size: int) -> None:
        """Count bytes, before they are sent or once they are received.

        Raises:
            SpentError: there were fewer left.
        """
        _ = self.seconds_left
        if size > self._bytes:
            raise SpentError
        self._bytes -= size
