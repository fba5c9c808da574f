"""What an exercise plays: an intrusion told step by step, with its clock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NewType, TypeAlias, Union

from cloison.model.noun import noun

ScenarioId = NewType("ScenarioId", str)

Parameter: TypeAlias = Union[bool, int, float, str, tuple[int, ...]]


@noun
class ScenarioStep:
    """One act of the intruder.

    Attributes:
        at: since the beginning, on the clock of the story.
        act: the name of an act.
        from_: the asset that it holds and acts from.
        to: an asset or a zone.
        parameters: the act's own, by name; each act declares its own.
    """

    at: timedelta
    act: str
    from_: str
    to: str
    parameters: Mapping[str, Parameter]


@noun
class Scenario:
    """An intrusion to rehearse.

    Attributes:
        id: the name of its file.
        name: in one line.
        story: what happens, and what it is modelled on, for the people of the exercise.
        source: where the facts come from.
        begins: hour of the day in the hospital, on the clock of the story.
        lasts: the exercise ends then, on the clock of the story.
        speed: how many times faster than the story it is meant to be played.
        steps: in time order.
    """

    id: ScenarioId
    name: str
    story: str
    source: str
    begins: timedelta
    lasts: timedelta
    speed: float
    steps: tuple[ScenarioStep, ...]
