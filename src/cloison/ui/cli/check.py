"""`cloison check`: is the certificate of a plan true?"""

from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import BadValueError
from cloison.ui.cli.options import Form, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.documents import verdict_document
from cloison.words import say

DONE, NEEDS_ATTENTION, UNTRUE = 0, 1, 2


def check(
    context: typer.Context,
    *,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate, as `plan --certificate` writes it.")],
    map_file: MapFile = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Check the certificate of a plan in exact arithmetic, without the solver. The exit code is 2 if it is not true.

    Example: cloison check plan.json --map hospital.toml
    """
    del lang
    from cloison.ops.certifying import check_certificate  # noqa: PLC0415 - the planner takes half a second to load

    request = asked(context, map_file=map_file, form=form)
    verdict = check_certificate(path, request.hospital() if request.map_named else None)
    if verdict.damaged and not request.json:
        raise BadValueError(
            verdict.complaints[0],
            fix=say("write it again with cloison plan --certificate FILE"),
            where=str(path),
        )
    if request.json:
        print_json(verdict_document(verdict, request.words))
    else:
        words, screen = request.words, Screen()
        for complaint in verdict.complaints:
            screen.line(words.sentence(complaint), style="bold")
        figures = say(
            "Care-hours lost in all: {objective}, recomputed exactly (if nothing is done: {nothing})",
            objective=round(float(verdict.objective), 3),
            nothing=round(float(verdict.without_sealing), 3),
        )
        screen.line(words.sentence(figures))
        bound = say("No plan can lose less than {bound}: verified", bound=round(float(verdict.bound), 3))
        screen.line(words.sentence(bound))
        if verdict.proved:
            screen.line(words.sentence(say("The plan is the best one: verified without the solver")))
        elif not verdict.complaints:
            claim = say("{bound} is only the solver's claim", bound=round(float(verdict.claimed), 3))
            screen.line(words.sentence(claim))
    if verdict.complaints:
        return UNTRUE
    return DONE if verdict.proved else NEEDS_ATTENTION
