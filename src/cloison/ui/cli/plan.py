"""`cloison plan`: the best doors to close, and the proof."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cloison.errors import BadValueError
from cloison.model.hospital import EnforcementPoint, Hospital, Level
from cloison.model.incident import Suspicion
from cloison.model.plan import Action, Answer, Comparison, PlanParameters, SealPlan, ServiceState, Status
from cloison.ui.choices import advice, bought, where_first, why_none
from cloison.ui.cli.options import Asked, Form, Lang, MapFile, asked, someone_looks
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.documents import plan_document
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import CHOICES, LEVELS, STATES
from cloison.words import Sentence, say, say_many

NEEDS_ATTENTION = 1

_DEFAULTS = PlanParameters(suspicion=())


def plan(
    context: typer.Context,
    *,
    suspect: Annotated[
        list[str] | None,
        typer.Option("--suspect", metavar="ID[:p]", help="A suspected zone, asset or address, and its probability."),
    ] = None,
    traffic: Annotated[
        list[Path] | None, typer.Option("--traffic", metavar="PATH", help="Logs whose alerts say what is suspected.")
    ] = None,
    horizon: Annotated[float, typer.Option(min=0.0, help="How far to look ahead, in hours.")] = _DEFAULTS.horizon_hours,
    seal_hours: Annotated[
        float, typer.Option(min=0.0, help="How long the doors are meant to stay shut, in hours.")
    ] = _DEFAULTS.seal_hours,
    scenarios: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many ways the attack may go.")
    ] = _DEFAULTS.scenarios,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the scenarios.")] = _DEFAULTS.seed,
    record_weight: Annotated[
        float, typer.Option(min=0.0, help="Care-hours that one exposed patient record weighs.")
    ] = _DEFAULTS.record_weight,
    action_weight: Annotated[
        float, typer.Option(min=0.0, help="Care-hours that moving one door weighs.")
    ] = _DEFAULTS.action_weight,
    time_limit: Annotated[
        float, typer.Option(min=0.1, help="Seconds for the whole; the best plan found is given then.")
    ] = _DEFAULTS.time_limit_seconds,
    keep_open: Annotated[
        list[str] | None, typer.Option("--keep-open", metavar="ID", help="A passage or a door that must stay open.")
    ] = None,
    shut: Annotated[
        list[str] | None, typer.Option("--shut", metavar="ID", help="A passage or a door that must not stay open.")
    ] = None,
    people: Annotated[
        int, typer.Option(min=1, max=1_000, help="People on call, for the doors that a person moves.")
    ] = _DEFAULTS.people,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="FILE", help="An earlier plan (JSON): kept while it is good enough."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", metavar="FILE", help="Write there what `check` needs.")
    ] = None,
    map_file: MapFile = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Say which doors to close so that the attack stops and care goes on, and prove it. Nothing is applied.

    Example: cloison plan --suspect administration:0.7 --suspect pacs
    """
    del lang
    from cloison.ops.responding import (  # noqa: PLC0415 - the solver takes half a second to load
        make_plan,
        read_suspects,
        suspected_zones,
    )

    request = asked(context, map_file=map_file, form=form)
    hospital = request.hospital()
    suspects = read_suspects(suspect or [], hospital)
    seen = _suspicion(request, hospital, traffic) if traffic else None
    if not traffic and not suspect:
        raise BadValueError(
            say("nothing is suspected"),
            fix=say("name a zone, an asset or an address with --suspect ID[:p], or logs with --traffic PATH"),
            where="cloison plan",
        )
    with answers(request.words) as on_answer:
        best = make_plan(
            hospital,
            PlanParameters(
                suspicion=suspected_zones(hospital, suspects, seen),
                horizon_hours=horizon,
                seal_hours=seal_hours,
                scenarios=scenarios,
                seed=seed,
                record_weight=record_weight,
                action_weight=action_weight,
                time_limit_seconds=time_limit,
                keep_open=tuple(keep_open or ()),
                shut=tuple(shut or ()),
                people=people,
            ),
            on_answer=on_answer,
            certificate=certificate,
            previous=previous,
            suspects=(*suspects, *((str(each.asset), each.probability) for each in seen.assets if each.asset))
            if seen
            else suspects,
        )
    if request.json:
        print_json(plan_document(best, request.words))
    else:
        show_plan(Screen(), best, hospital, request.words)
    kept = best.compared is not None and best.compared.kept
    return 0 if kept or best.status is Status.OPTIMAL else NEEDS_ATTENTION


def _suspicion(request: Asked, hospital: Hospital, traffic: Sequence[Path]) -> Suspicion:
    """Say what the alerts of these logs make suspect."""
    from cloison.incident.incident import open_incident  # noqa: PLC0415 - none of it is needed without logs
    from cloison.ops.analysis import analyze  # noqa: PLC0415
    from cloison.ops.muting import mutes_kept  # noqa: PLC0415

    with progress(request.words.translate("Reading")) as on_progress:
        mutes = request.server.mutes() if request.server else mutes_kept(request.home)
        found = analyze(traffic, hospital, mutes=mutes, on_progress=on_progress)
    return open_incident(found.findings, hospital, hosts=found.hosts, muted=found.muted).suspicion


@contextmanager
def answers(words: Translator) -> Iterator[Callable[[Answer, float], None]]:
    """Show the plan getting better on one line of the error stream, when a person looks."""
    if not someone_looks():
        yield lambda _answer, _seconds: None
        return
    console = Console(stderr=True)

    def show(answer: Answer, seconds: float) -> None:
        line = say(
            "{seconds} s: {n} passages to shut, {lost} care-hours in all, at most {gap} % from the best",
            seconds=round(seconds, 1),
            n=len(answer.levels),
            lost=round(answer.objective, 1),
            gap=round(100.0 * answer.gap, 1),
        )
        status.update(words.sentence(line))

    with console.status(words.translate("Planning")) as status:
        yield show


def show_plan(screen: Screen, best: SealPlan, hospital: Hospital, words: Translator) -> None:
    """Print the doors, what they cost and save, and how sure that is."""
    screen.heading(words.sentence(say_many("{n} passage to shut", "{n} passages to shut", len(best.actions))))
    if reason := why_none(best, hospital):
        screen.line(words.sentence(reason))
    for point in hospital.enforcement_points:
        theirs = [action for action in best.actions if action.enforced_by == point.id]
        if theirs:
            _show_point(screen, point, theirs, words)
    screen.line()
    lost = say(
        "Care-hours lost: {sealed} (if nothing is done: {nothing})",
        sealed=round(best.sealed.care_hours, 1),
        nothing=round(best.nothing.care_hours, 1),
    )
    exposed = say(
        "Patient records exposed: {sealed} (if nothing is done: {nothing})",
        sealed=round(best.sealed.records),
        nothing=round(best.nothing.records),
    )
    screen.line(words.sentence(lost), style="bold")
    screen.line(words.sentence(exposed))
    screen.line(words.sentence(proof(best)))
    if advised := advice(best):
        screen.line(words.sentence(advised))
    if best.compared:
        _show_moves(screen, best.compared, words)
    if best.look_first:
        first = best.look_first[0]
        screen.line(words.sentence(where_first(first, hospital)))
    rows = [
        [
            next(service.name for service in hospital.care_services if service.id == care.service),
            words.sentence(STATES[care.state]),
            words.number(care.lost_if_sealed, 1),
            words.number(care.lost_if_nothing, 1),
        ]
        for care in best.care
        if care.lost_if_nothing >= 0.05 or care.lost_if_sealed >= 0.05 or care.state is not ServiceState.NORMAL  # noqa: PLR2004 - what one decimal shows
    ]
    if rows:
        screen.heading(words.translate("Care services"))
        columns = ("Care service", "Doors leave it", "Lost with the plan", "Lost if nothing is done")
        screen.table([words.translate(name) for name in columns], rows, numbers=[2, 3])
    if best.alternatives:
        show_choices(screen, best, words)


def _show_moves(screen: Screen, compared: Comparison, words: Translator) -> None:
    """Print whether the earlier plan stays, and which doors move."""
    above = round(compared.earlier - compared.best, 1)
    if compared.kept:
        kept = say("The earlier plan is kept: the best one would save only {above} care-hours", above=above)
        screen.line(words.sentence(kept), style="bold")
        return
    moved = say_many(
        "{n} door moves: leaving the earlier plan as it was would lose {above} care-hours more",
        "{n} doors move: leaving the earlier plan as it was would lose {above} care-hours more",
        len(compared.moves),
        above=above,
    )
    screen.line(words.sentence(moved), style="bold")
    for move in compared.moves:
        line = say(
            "{passages}: {before} to {after}; left as it was, {hours} care-hours more would be lost",
            passages=", ".join(move.conduits),
            before=LEVELS[move.before],
            after=LEVELS[move.after],
            hours=round(move.cost_of_leaving, 1),
        )
        screen.line(words.sentence(line), indent=2)


def show_choices(screen: Screen, best: SealPlan, words: Translator) -> None:
    """Print the plan among its alternatives, each tried on scenarios that the planner has not seen."""
    screen.heading(words.translate("The choice, in care-hours"))
    columns = ("Choice", "Lost", "Lost over fresh draws", "of which by doors", "Doors", "Minutes", "Stopped")
    rows = [
        [
            words.sentence(CHOICES[choice.name]),
            words.number(choice.weighing.care_hours, 1),
            f"{words.number(choice.fresh_care_hours, 1)} ± {words.number(choice.fresh_standard_error, 1)}",
            words.number(choice.sealing_care_hours, 1),
            words.number(choice.weighing.doors_moved),
            words.number(math.ceil(choice.minutes)),
            words.number(len(choice.outages)),
        ]
        for choice in best.alternatives
    ]
    screen.table([words.translate(name) for name in columns], rows, numbers=[1, 2, 3, 4, 5, 6])
    for sentence in bought(best).values():
        screen.line(words.sentence(sentence), indent=2)
    if best.few_choices:
        screen.line(words.sentence(best.few_choices), indent=2)


def _show_point(screen: Screen, point: EnforcementPoint, actions: Sequence[Action], words: Translator) -> None:
    """Print what to do at one place, where one person goes once."""
    where = ", ".join(word for word in (point.id, point.place, point.person) if word)
    minutes = say("{minutes} min", minutes=max(action.close_minutes for action in actions))
    screen.line()
    screen.line(f"{where}{words.translate(': ')}{words.sentence(minutes)}", style="bold", indent=2)
    for level in (Level.CLOSED, Level.LIFELINE):
        names = [action.conduit for action in actions if action.level is level]
        if names:
            screen.line(f"{words.sentence(LEVELS[level])}{words.translate(': ')}{', '.join(names)}", indent=4)


def proof(best: SealPlan) -> Sentence:
    """Say whether the plan is proved best."""
    if best.status is Status.OPTIMAL:
        return say(
            "Proved best plan over {n} scenarios, in {seconds} s",
            n=best.parameters.scenarios,
            seconds=round(best.seconds, 2),
        )
    return say("Not proved: at most {gap} % from the best plan", gap=round(100 * best.gap, 1))
