"""What a server gives to `cloison --server`: the program's own nouns, so that the same renderers print them."""

from collections.abc import Iterable
from datetime import datetime

from cloison.model.case import Case
from cloison.model.drill import Drill
from cloison.model.hospital import ConduitId
from cloison.model.leak import LeakReport
from cloison.model.logbook import Entry
from cloison.model.mute import Mute
from cloison.model.noun import noun
from cloison.model.reading import Source
from cloison.model.scenario import Scenario, ScenarioId
from cloison.model.sealing import Step, Verdict

NOUN = "application/vnd.cloison.noun+json"
"""Asked for in `Accept`: the answer is a noun, its sentences in no language yet, for a program of the same version."""

VERSION_HEADER = "Cloison-Version"
"""On every answer of the API to who may ask."""


@noun
class Me:
    """Whom a token or a session speaks for.

    Attributes:
        rights: what may be done with it.
    """

    name: str
    login: str
    role: str
    rights: tuple[str, ...]


@noun
class LeaksKnown:
    """The leaks in the traffic learned last, up to a moment, UTC; all None or empty: none was learned."""

    report: LeakReport | None
    sources: tuple[Source, ...]
    until: datetime | None


@noun
class Mutes:
    """What people called normal."""

    mutes: tuple[Mute, ...]


@noun
class Muted:
    """A decision just kept; `again`: it replaces an earlier one."""

    mute: Mute
    again: bool


@noun
class Standing:
    """How every door that is meant to be shut stands; `cut`: where an earlier seal was cut short."""

    cut: Step | None
    verdicts: tuple[Verdict, ...]


@noun
class Stages:
    """The doors that are shut, in the order of opening."""

    stages: tuple[tuple[ConduitId, ...], ...]


@noun
class Drills:
    """Exercises that were held, the latest first; `told`: what the one that goes on, or the last, said so far."""

    running: bool
    told: str
    drills: tuple[Drill, ...]


@noun
class Offer:
    """A scenario as it is offered; `seconds`: about how long it lasts at its usual speed."""

    id: ScenarioId
    name: str
    story: str
    source: str
    seconds: float


@noun
class Scenarios:
    """What can be played."""

    scenarios: tuple[Offer, ...]


@noun
class Cases:
    """Every case, the latest first."""

    cases: tuple[Case, ...]


@noun
class Entries:
    """Of the logbook."""

    entries: tuple[Entry, ...]


@noun
class Watched:
    """How many indicators are watched for."""

    count: int


def offers(scenarios: Iterable[Scenario]) -> Scenarios:
    """Tell of scenarios what is offered."""
    return Scenarios(
        scenarios=tuple(
            Offer(
                id=one.id,
                name=one.name,
                story=one.story,
                source=one.source,
                seconds=one.lasts.total_seconds() / one.speed,
            )
            for one in scenarios
        )
    )
