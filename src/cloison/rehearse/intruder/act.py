"""What an act of the rehearsed intruder is: one file in `acts/`, found by walking the package."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import ClassVar, Protocol

from cloison.model.finding import Technique
from cloison.rehearse.intruder import acts
from cloison.rehearse.intruder.stage import Stage


class Act(Protocol):
    """One sort of act. Its fields are the parameters that a scenario may give.

    Attributes:
        NAME: what a scenario calls it.
        TECHNIQUE: ATT&CK id of what it imitates.
        HOSTILE: False for what a user does without meaning harm: the clock of detection does not start there.
    """

    NAME: ClassVar[str]
    TECHNIQUE: ClassVar[Technique]
    HOSTILE: ClassVar[bool]

    def perform(self, stage: Stage) -> None:
        """Do it, against the targets of the stage, telling each to the truth before it is touched."""
        ...


@cache
def known_acts() -> Mapping[str, type[Act]]:
    """Give every act, by name."""
    found: dict[str, type[Act]] = {}
    for one in pkgutil.iter_modules(acts.__path__):
        act: type[Act] = importlib.import_module(f"{acts.__name__}.{one.name}").ACT
        found[act.NAME] = act
    return found
