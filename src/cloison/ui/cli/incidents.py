"""Incidents on the screen: the story first, the alerts beneath."""

from collections.abc import Mapping
from datetime import timedelta

from cloison.model.finding import Barrier
from cloison.model.incident import Incident, Step
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many

STEPS = 12
MACHINES = 8
"""One screen's worth; --format json gives all."""

BARRIERS: Mapping[Barrier, Sentence] = {
    Barrier.ENTRY: say("entry"),
    Barrier.INFILTRATION: say("infiltration"),
    Barrier.SPREAD: say("spread"),
    Barrier.DEGRADED: say("degraded mode"),
    Barrier.RECOVERY: say("recovery"),
}


def show_incident(screen: Screen, incident: Incident, words: Translator) -> None:
    """Print one incident: what, since when, on which machines, and step by step."""
    screen.line()
    if incident.title is not None:
        screen.line(words.sentence(incident.title), style="bold", indent=2)
    if incident.opened_at and incident.first_act:
        opened = say(
            "first alert (T0) on {moment}, {dwell}",
            moment=incident.opened_at,
            dwell=_dwell(incident.opened_at - incident.first_act),
        )
        screen.line(words.sentence(opened), indent=4)
    score = say("probability {score}; incident {id}", score=words.number(incident.score, 2), id=incident.id)
    screen.line(words.sentence(score), style="dim", indent=4)
    if incident.hosts:
        machines = ", ".join(incident.hosts[:MACHINES])
        more = len(incident.hosts) - MACHINES
        told = say("suspect machines: {machines}", machines=machines)
        if more > 0:
            told = say_many(
                "suspect machines: {machines} and {n} more", "suspect machines: {machines} and {n} more", more,
                machines=machines,
            )  # fmt: skip
        screen.line(words.sentence(told), indent=4)
    for step in incident.steps[:STEPS]:
        screen.line(f"{words.moment(step.at)}  {_step(step, words)}", indent=4)
    if len(incident.steps) > STEPS:
        more_steps = say("and {n} more (--format json lists them all)", n=len(incident.steps) - STEPS)
        screen.line(words.sentence(more_steps), indent=4)
    if incident.support:
        support = say_many("{n} clue supports it", "{n} clues support it", len(incident.support))
        screen.line(words.sentence(support), style="dim", indent=4)


def _step(step: Step, words: Translator) -> str:
    return f"{words.sentence(step.what)} [{step.technique}, {words.sentence(BARRIERS[step.barrier])}]"


def _dwell(span: timedelta) -> Sentence:
    if span < timedelta(minutes=1):
        return say("within a minute of the first act")
    if span < timedelta(hours=2):
        return say_many(
            "{n} minute after the first act", "{n} minutes after the first act", span // timedelta(minutes=1)
        )
    if span < timedelta(days=2):
        return say_many("{n} hour after the first act", "{n} hours after the first act", span // timedelta(hours=1))
    return say_many("{n} day after the first act", "{n} days after the first act", span.days)
