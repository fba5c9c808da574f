"""Exercises for people and programs: their words, and the JSON shape of `cloison drill`."""

from collections.abc import Mapping, Sequence

from cloison.model.drill import BARRIER_OF, Drill, Milestone, Moment
from cloison.model.finding import Barrier
from cloison.model.sealing import DoorState, Proof
from cloison.ui.case_documents import VERSION, Document, when
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

BARRIERS: Mapping[Barrier, Sentence] = {
    Barrier.ENTRY: say("entry"),
    Barrier.INFILTRATION: say("infiltration"),
    Barrier.SPREAD: say("spread"),
    Barrier.DEGRADED: say("degraded mode"),
    Barrier.RECOVERY: say("recovery"),
}

MILESTONES: Mapping[Milestone, Sentence] = {
    Milestone.BEGUN: say("the exercise begins"),
    Milestone.FIRST_ACT: say("first hostile act"),
    Milestone.FIRST_FINDING: say("first finding"),
    Milestone.INCIDENT: say("incident opened"),
    Milestone.PLAN: say("plan proposed"),
    Milestone.APPROVED: say("plan approved"),
    Milestone.SHUT: say("doors shut and tried"),
    Milestone.REOPENED: say("doors open again"),
    Milestone.OVER: say("the exercise is over"),
}


def lasting(seconds: float | None, words: Translator) -> str:
    """Write a duration: "4,2 s", "12 min", "3 h 20"."""
    if seconds is None:
        return "–"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{words.number(seconds, digits=1 if seconds < 10 else 0)}\u00a0s"  # noqa: PLR2004 - one digit is enough
    minutes = round(seconds / 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes}\u00a0min"
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02d}"


def stopwatch(drill: Drill, words: Translator) -> list[tuple[str, str, str, str]]:
    """Give the lines of the five barriers: barrier, what, when on the clock of the story, how long it took."""
    lines: list[tuple[str, str, str, str]] = []
    told: set[Barrier] = set()

    def add(barrier: Barrier, what: str, hour: str, took: str) -> None:
        lines.append(("" if barrier in told else words.sentence(BARRIERS[barrier]), what, hour, took))
        told.add(barrier)

    for milestone, barrier in BARRIER_OF.items():
        if milestone is Milestone.REOPENED:
            for what, took in _care_lines(drill, words):
                add(Barrier.DEGRADED, what, "", took)
        moment = drill.when(milestone)
        hour = words.hour(moment.story) if moment else "–"
        add(
            barrier,
            words.sentence(MILESTONES[milestone]),
            hour,
            _took(drill, milestone, words) if moment else words.translate("did not come to pass"),
        )
        if milestone is Milestone.SHUT and drill.verdicts:
            add(barrier, words.sentence(proved_in_short(drill)), "", _crossed(drill, words))
    return lines


def proved_in_short(drill: Drill) -> Sentence:
    """Say how many doors were shut and proved closed."""
    shut = [one for one in drill.verdicts if one.state is DoorState.SHUT]
    return say(
        "doors shut: {shut} of {doors}, of which proved closed: {proved}",
        shut=len(shut),
        doors=len(drill.verdicts),
        proved=sum(one.proof is Proof.CLOSED for one in shut),
    )


def false_alarms(drill: Drill) -> int:
    """Count the alerts that spoke of nobody's act, before people were asked to approve.

    Afterwards machines that knock at shut doors look like scanners, as do the probes.
    """
    asked = drill.when(Milestone.PLAN)
    return sum(one.alert and not one.hostile and (asked is None or one.told_at < asked.at) for one in drill.seen)


def drill_document(drill: Drill, words: Translator) -> Document:
    """`cloison drill --format json`."""
    decision = drill.decision
    return {
        "version": VERSION,
        "exercise": True,
        "id": drill.id,
        "scenario": drill.scenario,
        "name": drill.name,
        "hospital": drill.hospital,
        "where": drill.where,
        "speed": drill.speed,
        "moments": [
            {"milestone": one.milestone.value, "at": when(one.at), "story": when(one.story)} for one in drill.moments
        ],
        "seconds": {
            "first_act_to_finding_on_story": drill.story_seconds(Milestone.FIRST_ACT, Milestone.FIRST_FINDING),
            "first_act_to_incident_on_story": drill.story_seconds(Milestone.FIRST_ACT, Milestone.INCIDENT),
            "incident_to_plan": drill.real_seconds(Milestone.INCIDENT, Milestone.PLAN),
            "plan_to_approval": drill.real_seconds(Milestone.PLAN, Milestone.APPROVED),
            "approval_to_shut": drill.real_seconds(Milestone.APPROVED, Milestone.SHUT),
        },
        "hostile_acts": drill.deeds,
        "findings": [
            {
                "id": one.id,
                "detector": one.detector,
                "technique": one.technique,
                "title": words.sentence(one.title),
                "told_at": when(one.told_at),
                "detected_at": when(one.detected_at),
                "hostile": one.hostile,
                "alert": one.alert,
            }
            for one in drill.seen
        ],
        "false_alarms": false_alarms(drill),
        "decision": None
        if decision is None
        else {
            "doors": decision.doors,
            "at_lifeline": decision.at_lifeline,
            "care_lost_if_nothing": decision.care_lost_if_nothing,
            "care_lost_if_sealed": decision.care_lost_if_sealed,
            "first": decision.first,
            "second": decision.second,
            "approved_at_once": decision.at_once,
            "suspected_by_a_person": decision.suspected,
        },
        "doors": [
            {"conduit": one.conduit, "state": one.state.value, "proof": one.proof.value} for one in drill.verdicts
        ],
        "packets_through_shut_doors": drill.crossed,
        "care": [
            {
                "flow": one.flow,
                "vital": one.vital,
                "cut": one.cut,
                "sent": one.sent,
                "acknowledged": one.acknowledged,
                "lost": one.lost,
                "delayed": one.delayed,
                "slowest_seconds": one.slowest,
            }
            for one in drill.care
        ],
        "notes": [words.sentence(note) for note in drill.notes],
    }


def compared(first: Drill, second: Drill, words: Translator) -> list[tuple[str, str, str]]:
    """Give two exercises side by side: what, the first's, the second's."""
    pairs: Sequence[tuple[str, Milestone, Milestone, bool]] = (
        ("first hostile act to first finding (story)", Milestone.FIRST_ACT, Milestone.FIRST_FINDING, True),
        ("first hostile act to incident (story)", Milestone.FIRST_ACT, Milestone.INCIDENT, True),
        ("incident to plan", Milestone.INCIDENT, Milestone.PLAN, False),
        ("plan to approval", Milestone.PLAN, Milestone.APPROVED, False),
        ("approval to doors shut and tried", Milestone.APPROVED, Milestone.SHUT, False),
    )
    lines = []
    for name, earlier, later, story in pairs:
        times = [
            one.story_seconds(earlier, later) if story else one.real_seconds(earlier, later) for one in (first, second)
        ]
        lines.append((words.translate(name), *(lasting(time, words) for time in times)))
    counts = {
        "doors shut": lambda one: sum(door.state is DoorState.SHUT for door in one.verdicts),
        "doors proved closed": lambda one: sum(door.proof is Proof.CLOSED for door in one.verdicts),
        "vital messages lost": lambda one: sum(flow.lost for flow in one.care if flow.vital),
        "false alarms before the plan": false_alarms,
    }
    lines.extend(
        (words.translate(name), *(words.number(count(one)) for one in (first, second)))
        for name, count in counts.items()
    )
    return [(what, left, right) for what, left, right in lines]


def _care_lines(drill: Drill, words: Translator) -> list[tuple[str, str]]:
    kept = [one for one in drill.care if one.vital and not one.cut]
    cut = [one for one in drill.care if one.cut]
    lines = []
    if kept:
        told = say_many(
            "vital flows that the plan keeps: {n} message sent",
            "vital flows that the plan keeps: {n} messages sent",
            sum(one.sent for one in kept),
        )
        lost = say(
            "{lost} lost, {late} late",
            lost=sum(one.lost for one in kept),
            late=sum(one.delayed for one in kept),
        )
        lines.append((words.sentence(told), words.sentence(lost)))
    if cut:
        told = say_many(
            "flows that the plan stops: {n} message sent",
            "flows that the plan stops: {n} messages sent",
            sum(one.sent for one in cut),
        )
        lost = say(
            "{lost} lost, {late} late",
            lost=sum(one.lost for one in cut),
            late=sum(one.delayed for one in cut),
        )
        lines.append((words.sentence(told), words.sentence(lost)))
    return lines or [(words.translate("messages of care are counted in the range only"), "–")]


def _took(drill: Drill, milestone: Milestone, words: Translator) -> str:
    """Say how long it took; nothing where that has no sense."""
    at_once = drill.decision is not None and drill.decision.at_once
    told: Sentence | None = None
    match milestone:
        case Milestone.FIRST_FINDING | Milestone.INCIDENT:
            after = lasting(drill.story_seconds(Milestone.FIRST_ACT, milestone), words)
            told = say("{time} after the first act", time=after)
        case Milestone.PLAN if drill.decision is not None and drill.decision.suspected:
            after = lasting(drill.story_seconds(Milestone.FIRST_ACT, milestone), words)
            told = say("by a person who read the clues, {time} after the first act", time=after)
        case Milestone.PLAN:
            told = verbatim(lasting(drill.real_seconds(Milestone.INCIDENT, milestone), words))
        case Milestone.APPROVED if at_once:
            told = say("given with the command")
        case Milestone.APPROVED:
            told = verbatim(lasting(drill.real_seconds(Milestone.PLAN, milestone), words))
        case Milestone.SHUT:
            after = lasting(drill.real_seconds(Milestone.APPROVED, milestone), words)
            told = say("{time} after the approval", time=after)
        case Milestone.REOPENED:
            told = say("by stages, care first")
    return words.sentence(told) if told else ""


def _crossed(drill: Drill, words: Translator) -> str:
    if drill.crossed is None:
        return words.translate("what crossed afterwards was not counted")
    told = say_many("{n} packet crossed afterwards", "{n} packets crossed afterwards", drill.crossed)
    return words.sentence(told)


def spoken(moment: Moment, what: Sentence | None, words: Translator) -> str:
    """Say one moment as it comes to pass."""
    told = words.sentence(MILESTONES[moment.milestone])
    return f"{told}{words.translate(': ')}{words.sentence(what)}" if what else told
