"""`cloison simulate`: who is reached, when, with and without doors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.model.plan import PlanParameters
from cloison.spread.ransomware import DWELL_HOURS
from cloison.ui.cli.options import Asked, Form, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import CHOICES
from cloison.words import Sentence, say

if TYPE_CHECKING:
    from cloison.ops.simulating import Course, Forecast, GivenPlan
    from cloison.spread.outlook import Outlook

RUNS = 1_000

_PLANNING_SECONDS = 10.0
_LISTED = 15
_LEAST = 0.0005
"""Probabilities below what one decimal of a percentage shows."""

_DAYS_FROM = 48.0
_MOMENTS = (1.0, 6.0, 12.0, 24.0, 72.0, 168.0, 336.0)


def simulate(
    context: typer.Context,
    *,
    suspect: Annotated[
        list[str] | None,
        typer.Option("--suspect", metavar="ID[:p]", help="A suspected zone, asset or address, and its probability."),
    ] = None,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="A plan, as `plan --format json` prints it; else one is made."),
    ] = None,
    horizon: Annotated[float | None, typer.Option(min=0.01, help="How far to look ahead, in hours.")] = None,
    dwell: Annotated[
        float, typer.Option(min=0.0, help="Median wait until the ransomware is set off, in hours; 0: at once.")
    ] = DWELL_HOURS,
    runs: Annotated[int, typer.Option(min=2, max=20_000, help="How many times the attack is played.")] = RUNS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the runs.")] = 0,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw the care kept over time: .svg, .png, .pdf, or .csv, .json."),
    ] = None,
    assets: Annotated[bool, typer.Option("--assets", help="Follow each system as well as each compartment.")] = False,
    front: Annotated[
        Path | None, typer.Option("--front", metavar="FILE", help="Draw the choice between plans, likewise.")
    ] = None,
    map_file: MapFile = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Say who is reached, when and with what care lost: if nothing is done, with a plan, and if all is cut.

    Example: cloison simulate --suspect administration:0.7 --plot care.svg
    """
    del lang
    from cloison.ops.responding import read_suspects  # noqa: PLC0415 - half a second to load
    from cloison.ops.simulating import NOTHING, PLAN, TOTAL_CUT, total_cut  # noqa: PLC0415 - half a second to load
    from cloison.ops.simulating import simulate as play  # noqa: PLC0415 - likewise

    request = asked(context, map_file=map_file, form=form)
    for picture in (plot, front):
        if picture is not None:
            from cloison.ui.plots.sheet import check_suffix  # noqa: PLC0415 - likewise

            check_suffix(picture)
    hospital = request.hospital()
    given = _given(hospital, suspect or [], plan_file, horizon)
    by_zone = tuple((str(zone), chance) for zone, chance in given.parameters.suspicion)
    forecast = play(
        hospital,
        replace(given.parameters, seed=seed),
        [(NOTHING, {}), (PLAN, given.levels), (TOTAL_CUT, total_cut(hospital))],
        runs=runs,
        dwell=dwell,
        suspects=(read_suspects(suspect, hospital) if suspect else by_zone) if assets else None,
    )
    if request.json:
        from cloison.ui.forecasts import forecast_document  # noqa: PLC0415 - likewise

        print_json(forecast_document(forecast))
    else:
        show_forecast(Screen(), forecast, hospital, request.words)
    _draw(request, plot, front, forecast, given)
    return 0


def _given(hospital: Hospital, suspect: Sequence[str], plan_file: Path | None, horizon: float | None) -> "GivenPlan":
    """Read the plan, or make one for what is suspected."""
    from cloison.ops.responding import make_plan, read_suspects, suspected_zones  # noqa: PLC0415 - likewise
    from cloison.ops.simulating import given_by, read_plan  # noqa: PLC0415 - likewise

    if plan_file is None and not suspect:
        raise BadValueError(
            say("nothing is suspected"),
            fix=say("name a zone, an asset or an address with --suspect ID[:p], or a plan with --plan FILE"),
            where="cloison simulate",
        )
    read = read_plan(plan_file, hospital) if plan_file is not None else None
    parameters = read.parameters if read else PlanParameters(suspicion=())
    if suspect:
        parameters = replace(parameters, suspicion=suspected_zones(hospital, read_suspects(suspect, hospital)))
    if horizon is not None:
        parameters = replace(parameters, horizon_hours=horizon)
    if read is not None:
        return replace(read, parameters=parameters)
    return given_by(make_plan(hospital, replace(parameters, time_limit_seconds=_PLANNING_SECONDS)))


def _draw(request: Asked, plot: Path | None, front: Path | None, forecast: "Forecast", given: "GivenPlan") -> None:
    if plot is not None:
        from cloison.ui.plots.capacity import write_capacity  # noqa: PLC0415 - likewise

        write_capacity(plot, forecast, request.words)
    if front is not None:
        from cloison.ui.plots.front import write_front  # noqa: PLC0415 - likewise

        write_front(front, given.choices, request.words)


def show_forecast(screen: Screen, forecast: "Forecast", hospital: Hospital, words: Translator) -> None:
    """Print what is lost, then who is reached and when, then the passages that matter."""
    told = say(
        "{n} runs over {hours} h",
        n=forecast.runs,
        hours=round(forecast.parameters.horizon_hours, 1),
    )
    screen.heading(words.sentence(told))
    names = [words.sentence(CHOICES[course.name]) for course in forecast.courses]
    rows = [
        [
            name,
            _with_error(course.care_hours.mean, course.care_hours.standard_error, words),
            _with_error(course.records.mean, course.records.standard_error, words),
            words.number(course.doors_moved),
        ]
        for name, course in zip(names, forecast.courses, strict=True)
    ]
    columns = ("Choice", "Care-hours lost", "Patient records exposed", "Passages shut")
    screen.table([words.translate(name) for name in columns], rows, numbers=[1, 2, 3])
    _show_capacity(screen, forecast, names, words)
    zones = [zone.name or zone.id for zone in hospital.zones]
    services = [service.name or service.id for service in hospital.care_services]
    systems = [asset.name or asset.id for asset in hospital.assets]
    for title, names_, of in (
        ("Compartments reached", zones, [course.zones for course in forecast.courses]),
        ("Care services reached", services, [course.services for course in forecast.courses]),
        ("Systems reached", systems, [course.assets for course in forecast.courses]),
    ):
        if not all(of):
            continue
        screen.heading(words.translate(title))
        _show_reached(screen, [words.translate("Name"), *names], names_, of, words)
    screen.line(words.translate("Percentages: runs that reach it. Hours: half of those runs (a tenth – nine tenths)."))
    for course, name in zip(forecast.courses[:2], names, strict=False):
        _show_passages(screen, course, name, words)


def _show_capacity(screen: Screen, forecast: "Forecast", names: Sequence[str], words: Translator) -> None:
    screen.heading(words.translate("Care kept, % of an ordinary day"))
    grid = forecast.courses[0].capacity.hours
    places = [
        max(place for place, hours in enumerate(grid) if hours <= moment) for moment in _MOMENTS if moment <= grid[-1]
    ]
    rows = [
        [name, *(_kept(course, place, words) for place in places)]
        for name, course in zip(names, forecast.courses, strict=True)
    ]
    heads = [words.sentence(_span(moment)) for moment in _MOMENTS[: len(places)]]
    screen.table([words.translate("Choice"), *heads], rows, numbers=list(range(1, len(places) + 1)))
    screen.line(words.translate("In brackets: eight runs of ten lie between."))


def _span(hours: float) -> Sentence:
    return say("{hours} h", hours=round(hours)) if hours < _DAYS_FROM else say("{days} d", days=round(hours / 24.0))


def _kept(course: "Course", place: int, words: Translator) -> str:
    mean, low, high = (
        100.0 * each[place] for each in (course.capacity.mean, course.capacity.low, course.capacity.high)
    )
    band = (words.number(low), words.number(high))
    return words.number(mean) if band[0] == band[1] else f"{words.number(mean)} ({band[0]}–{band[1]})"


def _show_reached(
    screen: Screen, heads: list[str], names: list[str], outlooks: "list[tuple[Outlook, ...]]", words: Translator
) -> None:
    """Print one row a zone or service, the likeliest first."""
    order = sorted(range(len(names)), key=lambda place: -outlooks[0][place].probability)
    shown = [place for place in order if any(each[place].probability >= _LEAST for each in outlooks)]
    rows = [[names[place], *(_reached(each[place], words) for each in outlooks)] for place in shown[:_LISTED]]
    if not rows:
        screen.line(words.translate("none"), indent=2)
        return
    screen.table(heads, rows, numbers=[1, 2, 3])
    if len(shown) > _LISTED:
        more = say("and {n} more (--format json lists them all)", n=len(shown) - _LISTED)
        screen.line(words.sentence(more), indent=2)


def _reached(outlook: "Outlook", words: Translator) -> str:
    if outlook.hours is None:
        return "–"
    low, middle, high = (words.number(hours, 1) for hours in outlook.hours)
    share = say(
        "{share} % ± {error}", share=round(100 * outlook.probability, 1), error=round(100 * outlook.standard_error, 1)
    )
    return f"{words.sentence(share)}  {middle} h ({low}–{high})"


def _show_passages(screen: Screen, course: "Course", name: str, words: Translator) -> None:
    heading = say("Passages that carry the loss: {choice}", choice=name)
    screen.heading(words.sentence(heading))
    if not course.passages:
        screen.line(words.translate("none"), indent=2)
        return
    rows = [
        [each.conduit, _with_error(each.care_hours.mean, each.care_hours.standard_error, words)]
        for each in course.passages
    ]
    screen.table([words.translate(title) for title in ("Passage", "Care-hours lost beyond it")], rows, numbers=[1])


def _with_error(mean: float, error: float, words: Translator) -> str:
    return f"{words.number(mean)} ± {words.number(error)}"
