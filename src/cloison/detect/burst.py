"""Acts that count only when there are enough of them within a short time."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import timedelta

from cloison.detect.run import Act

KEYS = 1 << 14
"""Keys followed at a time: the one met first is forgotten first, whatever the batches."""

KEPT = 256
"""Acts kept for a key, the latest ones."""


@dataclass(slots=True)
class Bursts:
    """The latest acts of each key, within a window of event time.

    Memory: about 200 bytes an act, at most `KEPT` acts for each of `KEYS` keys; in practice what the last window holds.

    Attributes:
        window: microseconds.
    """

    window: int
    recent: OrderedDict[Hashable, deque[Act]] = field(default_factory=OrderedDict)  # a dict forgets its first slowly

    def take(self, key: Hashable, act: Act) -> deque[Act]:
        """Add an act, and give those of its key within the window, the oldest first."""
        acts = self.recent.get(key)
        if acts is None:
            if len(self.recent) >= KEYS:
                self.recent.popitem(last=False)
            acts = self.recent[key] = deque(maxlen=KEPT)
        while acts and act.clock - acts[0].clock > self.window:
            acts.popleft()
        acts.append(act)
        return acts

    def latest(self, key: Hashable, clock: int) -> deque[Act]:
        """Give the acts of a key that are within the window at this moment."""
        acts = self.recent.get(key, deque())
        while acts and clock - acts[0].clock > self.window:
            acts.popleft()
        return acts

    def forget(self, key: Hashable) -> None:
        """Begin anew for a key."""
        self.recent.pop(key, None)


def microseconds(duration: timedelta) -> int:
    """Give a duration as clocks count."""
    return duration // timedelta(microseconds=1)
