"""What a person may choose: the doors of each choice of a plan, and the "bouton rouge"."""

from collections.abc import Mapping

from cloison.errors import UnknownIdError
from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.plan import SealPlan
from cloison.ops.approving import backup_levels
from cloison.seal.front import OPTIMAL
from cloison.words import say

BACKUPS = "backups"
"""The choice that isolates the backups and nothing else: the "bouton rouge"."""


def levels_of(choice: str, plan: SealPlan | None, hospital: Hospital) -> tuple[tuple[ConduitId, Level], ...]:
    """Give the doors that a choice shuts.

    Raises:
        UnknownIdError: the plan has no such choice, or it shuts nothing.
    """
    levels = tuple(backup_levels(hospital).items()) if choice == BACKUPS else listed(plan).get(choice, ())
    if not levels:
        raise UnknownIdError(
            say("no choice called {name} shuts any door", name=choice),
            fix=say("look at the plan again: it may have changed"),
            where=choice,
        )
    return tuple(sorted(levels))


def listed(plan: SealPlan | None) -> Mapping[str, tuple[tuple[ConduitId, Level], ...]]:
    """Give the doors of each choice of a plan, itself among them when there was no time to weigh others."""
    if plan is None:
        return {}
    own = tuple((action.conduit, action.level) for action in plan.actions)
    return {each.name: each.levels for each in plan.alternatives} or {OPTIMAL: own}
