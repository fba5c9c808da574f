"""`cloison mute`: call an alert normal for a time, list what was, take it back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import BadValueError
from cloison.model.mute import Mute, Scope
from cloison.ops import muting as use_case
from cloison.ops.analysis import analyze
from cloison.ops.search import read_moment, watched
from cloison.ui.case_documents import mute_document, mutes_document
from cloison.ui.cli.options import Form, Home, Lang, MapFile, Rules, asked
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

SCOPES = {
    Scope.PAIR: say("this behaviour of these machines on these targets"),
    Scope.HOST: say("this behaviour of these machines, on any target"),
    Scope.DETECTOR: say("all that this detector says of these machines"),
    Scope.EVERYWHERE: say("this behaviour, of any machine"),
}

TARGETS = 4
"""Targets named in a line."""


def mute(
    context: typer.Context,
    finding: Annotated[
        str | None, typer.Argument(metavar="ALERT", help="The alert's id, as analyze prints it.", show_default=False)
    ] = None,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="The logs that show it.", show_default=False)
    ] = None,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why this is normal.")] = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day it is normal, within a year.")
    ] = None,
    scope: Annotated[Scope, typer.Option("--scope", help="How far this reaches.")] = Scope.PAIR,
    everything: Annotated[bool, typer.Option("--list", help="List what is muted.")] = False,
    remove: Annotated[str | None, typer.Option("--remove", metavar="ID", help="Mute this no longer.")] = None,
    rules: Rules = None,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Call an alert normal until a date. Stronger alerts, other targets and other behaviours still show.

    Example: cloison mute 3fa9c01d22e1 logs --reason "télémaintenance du scanner" --until 2026-12-31
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    screen, words = Screen(), request.words
    if remove is not None:
        gone = request.server.unmute(remove) if request.server else use_case.unmute(request.home, remove)
        screen.line(words.sentence(say("Muted no longer: {what}", what=_what(gone))))
        return 0
    if everything:
        kept = request.server.mutes() if request.server else use_case.mutes_kept(request.home)
        _show(screen, kept, words, as_json=request.json)
        return 0
    there = request.server
    if finding is None or (there is None and not paths) or until is None:
        raise BadValueError(
            say("a mute wants an alert's id, the logs that show it, a reason and an end"),
            fix=say("see {command}", command="cloison mute --help"),
            where="cloison mute",
        )
    hospital = request.hospital_if_any()
    ends = read_moment(until, end=True)
    if there is not None:
        request.here_only(PATH=paths, rules=rules)
        told_there = there.mute(finding, scope=scope, reason=reason, until=ends)
        decision, again = told_there.mute, told_there.again
    else:
        with progress(words.translate("Reading")) as on_progress:
            found = analyze(
                paths or [], hospital, watchlist=watched(request.home), rules=rules or (), on_progress=on_progress
            )
        decision, again = use_case.mute_finding(
            request.home, finding, found.findings, scope=scope, reason=reason, until=ends
        )
    if request.json:
        print_json(mute_document(decision))
        return 0
    words = words.knowing(hospital)
    told = say("Muted again: {what}", what=_what(decision)) if again else say("Muted: {what}", what=_what(decision))
    screen.line(words.sentence(told))
    screen.line(words.sentence(_ends(decision)), indent=2)
    screen.line(words.translate("What is stronger, or goes beyond this, will still show."), indent=2)
    return 0


def _show(screen: Screen, mutes: Sequence[Mute], words: Translator, *, as_json: bool) -> None:
    if as_json:
        print_json(mutes_document(mutes))
        return
    screen.line(words.sentence(say_many("{n} mute", "{n} mutes", len(mutes))), style="bold")
    now = datetime.now(UTC)
    for one in mutes:
        screen.line()
        screen.line(f"{one.id}  {words.sentence(_what(one))}", indent=2)
        screen.line(words.sentence(_ends(one)), indent=4)
        if one.until <= now:
            screen.line(words.translate("ended: it covers nothing any more"), style="dim", indent=4)


def _what(one: Mute) -> Sentence:
    machines = ", ".join(one.sources) or "?"
    if one.scope is Scope.PAIR and one.targets:
        machines += f" → {', '.join(one.targets[:TARGETS])}" + ("…" if len(one.targets) > TARGETS else "")
    return say(
        "{detector} {technique}, {machines} ({scope})",
        detector=one.detector,
        technique=one.technique,
        machines=machines if one.scope is not Scope.EVERYWHERE else "*",
        scope=SCOPES[one.scope],
    )


def _ends(one: Mute) -> Sentence:
    return say("normal until {until}: {reason}", until=one.until, reason=verbatim(one.reason))
