"""Find the habits: every module of `traffic.habits` holds one, under the name `HABIT`."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

import cloison.rehearse.range.traffic.habits
from cloison.rehearse.range.traffic.errand import Errand

if TYPE_CHECKING:  # the drawing is heavy, and the zones only do
    from cloison.rehearse.range.traffic.life import Life
    from cloison.rehearse.range.traffic.timetable import Draft


class Lived(Protocol):
    """What people or machines do: drawn before the life begins, done in the zone of who opens.

    Attributes:
        name: the module's.
        modules: Python modules of the `range` extra that doing it needs.
    """

    name: str
    modules: tuple[str, ...]

    def draw(self, draft: "Draft") -> None:
        """Add a life's errands."""
        ...

    def perform(self, life: "Life", errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """Do one.

        Args:
            life: the zone's.
            errand: what.
            items: those not acknowledged yet.

        Yields:
            Each item as the other end acknowledges it.

        Raises:
            OSError: the other end could not be reached, refused or went silent; the rest may be tried again.
        """
        ...


def known_habit(name: str) -> Lived:
    """Give one habit: its module bears its name. Doing one needs no other's libraries."""
    habit: Lived = import_module(f"{cloison.rehearse.range.traffic.habits.__name__}.{name}").HABIT
    return habit


@cache
def known_habits() -> Mapping[str, Lived]:
    """Give each habit by its name."""
    package = cloison.rehearse.range.traffic.habits
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    found: list[Lived] = [module.HABIT for module in modules]
    return {habit.name: habit for habit in sorted(found, key=lambda each: each.name)}
