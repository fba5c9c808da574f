"""`cloison arm`: give each firewall its empty structure, in peacetime."""

from datetime import timedelta
from typing import Annotated

import typer

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.rules import structures_of
from cloison.errors import CloisonError
from cloison.model.hospital import EnforcementPoint, Hospital
from cloison.model.sealing import Structure
from cloison.ops.moving import Means
from cloison.ops.sealing import arm as arm_all
from cloison.ui.case_documents import VERSION
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, verbatim

NEEDS_ATTENTION = 1


def arm(
    context: typer.Context,
    *,
    show: Annotated[bool, typer.Option("--show", help="Print what each device would be given, and stop.")] = False,
    patience: Annotated[float, typer.Option(min=0.5, help="Seconds that one act of a device may last.")] = 10.0,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Give each enforcement point its empty structure, in peacetime: it stops nothing until a door is shut.

    Example: cloison arm --show
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    hospital, screen, words = request.hospital(), Screen(), request.words
    if show:
        _show(screen, hospital, words, as_json=request.json)
        return 0
    done = arm_all(hospital, Means(home=request.home, patience=timedelta(seconds=patience)))
    failed = [point.id for point, answer in done if isinstance(answer, CloisonError)]
    reached = {point.id for point, _ in done}
    rest = [point for point in hospital.enforcement_points if point.id not in reached]
    if request.json:
        points = [{"point": point.id, "answer": words.sentence(_answer(answer))} for point, answer in done]
        points += [{"point": point.id, "answer": words.sentence(_not_asked(point))} for point in rest]
        print_json({"version": VERSION, "points": points})
    else:
        for point, answer in done:
            screen.line(f"{point.id}{words.translate(': ')}{words.sentence(_answer(answer))}")
        for point in rest:
            screen.line(f"{point.id}{words.translate(': ')}{words.sentence(_not_asked(point))}", style="dim")
    unable = [point for point in rest if point.driver != "manual"]
    return NEEDS_ATTENTION if failed or unable else 0


def _show(screen: Screen, hospital: Hospital, words: Translator, *, as_json: bool) -> None:
    drivers, points = known_drivers(), hospital.enforcement_points
    structures = {structure.point.id: structure for structure in structures_of(hospital)}
    texts = {
        point.id: drivers[point.driver].arming(structures.get(point.id, Structure(point=point, doors=())))
        for point in points
        if point.driver in drivers
    }
    if as_json:
        print_json({"version": VERSION, "points": [{"point": name, "text": text} for name, text in texts.items()]})
        return
    for point in points:
        if texts.get(point.id):
            screen.heading(point.id)
            for line in texts[point.id].splitlines():
                screen.line(line, indent=2)
        else:
            screen.heading(f"{point.id}{words.translate(': ')}{words.sentence(_not_asked(point))}")


def _answer(answer: bool | CloisonError) -> Sentence:
    if isinstance(answer, CloisonError):
        return say("not armed: {reason}", reason=answer.problem)
    return say("armed") if answer else say("was armed already")


def _not_asked(point: EnforcementPoint) -> Sentence:
    driver = known_drivers().get(point.driver)
    if driver is None:
        return say("Cloison has no driver {name}", name=verbatim(point.driver))
    if driver.by_hand:
        return say("moved by a person: nothing to arm")
    return say("the map does not say where it answers (address)")
