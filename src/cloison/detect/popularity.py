"""How surprising a first link is, by what a host's compartment and the whole network usually choose."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import comb, exp, factorial, log

Item = tuple[str, int]
"""A service: address, port."""


@dataclass(slots=True)
class Popularity:
    """How often each service was chosen, when a host of some group made a link that it had never made.

    Attributes:
        chosen: service -> how many hosts chose it.
        reached: how many services were chosen once or more, twice or more...
        links: how many choices.
        first: clock of the first.
    """

    first: int
    chosen: dict[Item, int] = field(default_factory=dict)
    reached: list[int] = field(default_factory=list)
    links: int = 0

    def surprise(self, item: Item) -> float:
        """Give the chance that the next choice is a service at most as popular as this one.

        The chance of a service never chosen is the share of those chosen once (Good 1953, after Turing), which
        supposes no law of popularity.
        """
        unseen = self.at_most(1) + 1
        return min(1.0, (unseen + self.at_most(self.chosen.get(item, 0))) / (self.links + 1))

    def at_most(self, popularity: int) -> int:
        """Count the choices of services that were chosen so many times or less."""
        above = self.reached[popularity] if popularity < len(self.reached) else 0
        return sum(self.reached[:popularity]) - popularity * above

    def choose(self, item: Item, *, room: bool) -> None:
        """Count a choice; without room, services never chosen before are counted in no place."""
        before = self.chosen.get(item, 0)
        if not before and not room:
            return
        self.chosen[item] = before + 1
        if before == len(self.reached):
            self.reached.append(0)
        self.reached[before] += 1
        self.links += 1

    def favourites(self, how_many: int) -> list[Item]:
        """Give the services chosen most, then by address."""
        return sorted(self.chosen, key=lambda item: (-self.chosen[item], item))[:how_many]


def together(surprises: Sequence[float], level: float) -> float:
    """Give the chance that as many independent choices would surprise as much, counting those below a level only.

    Source: Zaykin, Zhivotovsky, Westfall, Weir, "Truncated product method for combining P-values", Genetic
    Epidemiology 22, 2002, equation 2; Fisher's method when `level` is 1.
    """
    low = [one for one in surprises if one <= level]
    if not low:
        return 1.0
    logarithm = sum(log(one) for one in low)
    count, chance = len(surprises), 0.0
    for k in range(1, count + 1):
        floor = k * log(level)
        if logarithm > floor:
            inner = exp(floor)
        else:
            inner = exp(logarithm) * sum((floor - logarithm) ** s / factorial(s) for s in range(k))
        chance += comb(count, k) * (1 - level) ** (count - k) * inner
    return min(1.0, chance)
