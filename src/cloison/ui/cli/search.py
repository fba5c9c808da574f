"""`cloison search INDICATOR…`: where and when something was met, in all that is kept."""

from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import BadValueError
from cloison.model.indicator import Indicator
from cloison.ops import search as use_case
from cloison.store.lookback import Hit, LookBack
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.documents import search_document
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

FOUND = 1
SHOWN = 20
"""Lines shown for one indicator; --format json gives a thousand."""


def search(
    context: typer.Context,
    words_given: Annotated[
        list[str] | None,
        typer.Argument(metavar="INDICATOR", help="Address, network, name, fingerprint (file, JA3, JA4) or account."),
    ] = None,
    *,
    pattern: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Look for names and addresses like this, * and ?.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Take the indicators of a file, one a line.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Look no earlier (local time).")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Look no later (local time).")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="From now on, raise an alert when they are met again.")
    ] = False,
    unwatch: Annotated[bool, typer.Option("--unwatch", help="Watch for them no longer.")] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    r"""Say when, by whom and how often something was met, in the history that analyze --keep fills.

    Example: cloison search 198.51.100.7 evil.example
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    indicators = use_case.read_words(words_given or [], pattern or [])
    if file is not None:
        indicators = tuple(dict.fromkeys([*indicators, *use_case.read_file(file)]))
    if not indicators:
        raise BadValueError(
            say("nothing to look for was named"),
            fix=say("see {command}", command="cloison search --help"),
            where="cloison search",
        )
    span = {
        "since": use_case.read_moment(since) if since else None,
        "until": use_case.read_moment(until, end=True) if until else None,
    }
    watched = None
    if watch or unwatch:
        change = {"add": indicators} if watch else {"drop": indicators}
        there = request.server
        watched = there.watch(**change) if there else use_case.change_watchlist(request.home, **change)
        if unwatch:
            Screen().line(request.words.sentence(_watching(watched)))
            return 0
    words = request.words.knowing(request.hospital_if_any())
    if request.server is not None:
        found = request.server.search(indicators, **span)
    else:
        found = use_case.search(request.home, indicators, **span)
    if request.json:
        print_json(search_document(found) | ({"watched": watched} if watch else {}))
    else:
        show_search(Screen(), found, indicators, words)
        if watched is not None:
            Screen().line(words.sentence(_watching(watched)))
    return FOUND if found.found else 0


def show_search(screen: Screen, found: LookBack, indicators: tuple[Indicator, ...], words: Translator) -> None:
    """Print the time looked at, then each indicator's meetings in order of time."""
    if found.since and found.until:
        hours = say_many("{n} hour of history looked at", "{n} hours of history looked at", found.hours)
        screen.line(words.sentence(hours))
        screen.line(words.sentence(say("from {start} to {end}", start=found.since, end=found.until)))
    for path in found.spoiled:
        screen.line(words.sentence(say("spoiled, not looked at: {path}", path=verbatim(path))))
    met = {hit.indicator for hit in found.hits}
    for indicator in (one for one in indicators if one in met):
        hits = [hit for hit in found.hits if hit.indicator == indicator]
        screen.heading(indicator.text)
        for hit in hits[:SHOWN]:
            screen.line(words.sentence(_meeting(hit)), indent=2)
            screen.line(words.sentence(_times(hit)), style="dim", indent=4)
        if len(hits) > SHOWN:
            more = say("and {n} more (--format json lists them all)", n=len(hits) - SHOWN)
            screen.line(words.sentence(more), indent=2)
    missing = [indicator.text for indicator in indicators if indicator not in met]
    if missing:
        screen.line()
        for value in missing[:SHOWN]:
            screen.line(words.sentence(say("not met: {value}", value=verbatim(value))))
        if len(missing) > SHOWN:
            screen.line(words.sentence(say("and {n} more not met", n=len(missing) - SHOWN)))


def _meeting(hit: Hit) -> Sentence:
    who, whom = hit.src or "?", hit.dst or ""
    if hit.name is None:
        return say("{who} → {whom}, {services}", who=who, whom=whom, services=", ".join(hit.services[:8]))
    return say("{name} ({sort}), {who} → {whom}", name=verbatim(hit.name), sort=_SORTS[hit.sort], who=who, whom=whom)


def _times(hit: Hit) -> Sentence:
    return say(
        "{records}, from {first} to {last}",
        records=say_many("{n} time", "{n} times", hit.records),
        first=hit.first,
        last=hit.last,
    )


def _watching(count: int) -> Sentence:
    return say_many("{n} indicator is watched for", "{n} indicators are watched for", count)


_SORTS = {
    "site": say("name asked for"),
    "host": say("machine's name"),
    "user": say("account"),
    "hash": say("file"),
    "file": say("file"),
    "ja3": say("JA3"),
    "ja4": say("JA4"),
    "agent": say("program"),
}
