"""`cloison analyze PATH…`: what the logs show."""

from typing import Annotated

import typer

from cloison.ops import analysis as use_case
from cloison.ops.muting import mutes_kept
from cloison.ops.search import keeper, watched
from cloison.ops.story import Analysis
from cloison.ui.cli.alerts import show_alert
from cloison.ui.cli.incidents import show_incident
from cloison.ui.cli.options import Form, Home, Lang, MapFile, Paths, Rules, asked
from cloison.ui.cli.rules import show_rules
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.documents import analysis_document
from cloison.ui.languages import Translator
from cloison.words import say, say_many, verbatim

NEEDS_ATTENTION = 1

CLUES = 10
"""Lone clues shown; --format json gives all."""


def analyze(
    context: typer.Context,
    paths: Paths,
    *,
    rules: Rules = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep an hour-by-hour history under --home, for cloison search.")
    ] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Read logs or captures and print what they show of an intruder. Nothing is stored, but with --keep.

    Example: cloison analyze /var/log/zeek
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    hospital = request.hospital_if_any()
    history = keeper(request.home) if keep else None
    with progress(request.words.translate("Reading")) as on_progress:
        found = use_case.analyze(
            paths,
            hospital,
            also=(history.add,) if history else (),
            watchlist=watched(request.home),
            rules=rules or (),
            mutes=mutes_kept(request.home),
            on_progress=on_progress,
        )
    if history:
        history.close()
    words = request.words.knowing(hospital)
    if request.json:
        print_json(analysis_document(found, words))
    else:
        if rules:
            show_rules(Screen(), found.rules, words)
        show_analysis(Screen(), found, words)
    return NEEDS_ATTENTION if len(found.findings) > len(found.muted) else 0


def show_analysis(screen: Screen, found: Analysis, words: Translator) -> None:
    """Print what was read, the incidents, then each finding as a sentence with its proof; lone clues come last."""
    show_reading(screen, found, words)
    if not found.findings:
        screen.heading(words.translate("No alert."))
        screen.line(
            words.translate("This says that the detectors saw nothing in what was read, not that nobody is there."),
            indent=2,
        )
        return
    if found.incidents:
        screen.heading(words.sentence(say_many("{n} incident", "{n} incidents", len(found.incidents))))
    for incident in found.incidents:
        show_incident(screen, incident, words)
    beside = {name for incident in found.incidents for name in incident.support}
    told = {name for incident in found.incidents for name in incident.findings} | beside
    alerts = [finding for finding in found.findings if finding.id in told and finding.id not in found.muted]
    clues = [finding for finding in found.findings if finding.id not in told and finding.id not in found.muted]
    if alerts:
        faint = sum(finding.id in beside for finding in alerts)
        count = say_many("{n} alert", "{n} alerts", len(alerts) - faint)
        faintly = say_many("{n} clue", "{n} clues", faint)
        screen.heading(words.sentence(say("{alerts} and {clues}", alerts=count, clues=faintly) if faint else count))
    places = {origin: source.path for origin, source in enumerate(found.sources)}
    for finding in alerts:
        show_alert(screen, finding, places, words, quoted=3, indent=2)
    if clues:
        heading = say_many("{n} faint clue, on its own", "{n} faint clues, each on its own", len(clues))
        screen.heading(words.sentence(heading))
    for finding in clues[:CLUES]:
        show_alert(screen, finding, places, words, quoted=3, indent=2)
    if len(clues) > CLUES:
        screen.line(words.sentence(say("and {n} more (--format json lists them all)", n=len(clues) - CLUES)), indent=2)
    _show_muted(screen, found, words)


def _show_muted(screen: Screen, found: Analysis, words: Translator) -> None:
    if not found.muted:
        return
    screen.heading(words.sentence(say_many("{n} muted alert", "{n} muted alerts", len(found.muted))))
    for finding in found.findings:
        by = found.muted.get(finding.id)
        if by is not None:
            screen.line(f"{words.moment(finding.detected_at)}  {words.sentence(finding.title)}", indent=2)
            why = say("normal until {until}: {reason}", until=by.until, reason=verbatim(by.reason))
            screen.line(words.sentence(why), style="dim", indent=4)


def show_reading(screen: Screen, found: Analysis, words: Translator) -> None:
    """Print what was read and what was not."""
    rejected = sum(source.rejected for source in found.sources)
    read = say(
        "{records} read from {files}",
        records=say_many("{n} record", "{n} records", found.records),
        files=say_many("{n} file", "{n} files", len(found.sources)),
    )
    screen.line(words.sentence(read))
    if found.window_start and found.window_end:
        screen.line(words.sentence(say("from {start} to {end}", start=found.window_start, end=found.window_end)))
    if rejected:
        screen.line(
            words.sentence(say_many("{n} malformed record set aside", "{n} malformed records set aside", rejected))
        )
    for source in found.sources:
        for remark in source.remarks:
            screen.line(f"{source.path}{words.translate(': ')}{words.sentence(remark)}", indent=2)
    if found.refusals:
        screen.line(words.sentence(say_many("{n} file not read:", "{n} files not read:", len(found.refusals))))
        for refusal in found.refusals[:20]:
            screen.line(f"{refusal.path}{words.translate(': ')}{words.sentence(refusal.reason)}", indent=2)
        if len(found.refusals) > 20:  # noqa: PLR2004 - one screen's worth; --format json lists all
            screen.line(
                words.sentence(say("and {n} more (--format json lists them all)", n=len(found.refusals) - 20)), indent=2
            )
