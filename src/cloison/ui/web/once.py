"""What many viewers ask for at once is made once: fifty screens follow a case on a machine that also reads the logs."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar, cast

Made = TypeVar("Made")

KEPT = 64
"""Of the latest made: a few cases, languages, choices and sets of rights."""

GOOD_FOR = 5.0
"""Seconds: what a page says of the present (an approval that lapses) is never older, whatever else stands still."""


class _Slot:
    __slots__ = ("at", "lock", "made", "value")

    def __init__(self) -> None:
        self.lock = Lock()
        self.made = False
        self.at = 0.0
        self.value: Any = None


class Once:
    """Things made, by what they were made of."""

    def __init__(self, *, kept: int = KEPT, good_for: float = GOOD_FOR, clock: Callable[[], float] = monotonic) -> None:
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._lock = Lock()
        self._kept, self._good_for, self._clock = kept, good_for, clock

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what was made of a key, or make it; who comes meanwhile waits for the same one.

        Whatever `make` raises is raised, and nothing is kept.
        """
        with self._lock:
            slot = self._slots.get(key)
            if slot is None or (slot.made and self._clock() - slot.at > self._good_for):
                slot = self._slots[key] = _Slot()
            self._slots.move_to_end(key)
            while len(self._slots) > self._kept:
                self._slots.popitem(last=False)
        with slot.lock:
            if not slot.made:
                slot.value = make()
                slot.made, slot.at = True, self._clock()
            return cast("Made", slot.value)
