"""`cloison learn PATH…`: a map from traffic, or what a map lacks."""

from datetime import timedelta
from typing import Annotated

import typer

from cloison.chart.proposal import Proposal
from cloison.ops.charting import learn as use_case
from cloison.ui.cli.options import Form, Home, Lang, MapFile, Paths, asked
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.documents import learning_document
from cloison.ui.languages import Translator
from cloison.words import say, say_many

NEEDS_ATTENTION = 1
_SHOWN = 15
TABLES = {"zone": "zone", "asset": "asset", "conduit": "conduit", "flow": "flow"}


def learn(
    context: typer.Context,
    paths: Paths,
    *,
    unseen_days: Annotated[float, typer.Option(min=0.0, help="List what was not seen for that many days.")] = 30.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be added, write nothing.")] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Propose a map from traffic, or add to the map what traffic shows. What a person wrote never changes.

    Example: cloison learn /var/log/zeek
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    existing = request.hospital() if request.map.exists() else None
    with progress(request.words.translate("Reading")) as on_progress:
        proposal, through = use_case(
            paths,
            existing,
            render=request.words.sentence,
            unseen_after=timedelta(days=unseen_days),
            write=None if dry_run else (request.map, request.home),
            on_progress=on_progress,
        )
    if request.json:
        document = learning_document(proposal, through.reading.sources, request.words)
        print_json({**document, "map": None if dry_run else str(request.map)})
    else:
        show_learning(Screen(), proposal, request.words)
        if not dry_run:
            Screen().line(request.words.sentence(say("Written: {path}", path=str(request.map))))
    return NEEDS_ATTENTION if proposal.conflicts else 0


def show_learning(screen: Screen, proposal: Proposal, words: Translator) -> None:
    """Print what is new, what contradicts the map, and what was not seen."""
    screen.line(words.sentence(say_many("{n} entry added", "{n} entries added", len(proposal.added))), style="bold")
    for table in TABLES:
        entries = [added for added in proposal.added if added.entry.value == table]
        if not entries:
            continue
        screen.heading(f"{words.translate(table)}{words.translate(': ')}{words.number(len(entries))}")
        for added in entries[:_SHOWN]:
            screen.line(f"{added.id}  {words.sentence(added.what)}", indent=2)
        _say_more(screen, len(entries), words)
    if proposal.conflicts:
        screen.heading(words.translate("Traffic contradicts the map; the map keeps what it says"))
        for conflict in proposal.conflicts[:_SHOWN]:
            screen.line(f"{conflict.id}{words.translate(': ')}{words.sentence(conflict.what)}", indent=2)
        _say_more(screen, len(proposal.conflicts), words)
    if proposal.unseen:
        screen.heading(words.translate("Not seen"))
        for entry in proposal.unseen[:_SHOWN]:
            last = say("last seen on {moment}", moment=entry.last) if entry.last else say("never seen")
            screen.line(
                f"{words.translate(entry.entry.value)} {entry.id}{words.translate(': ')}{words.sentence(last)}",
                indent=2,
            )
        _say_more(screen, len(proposal.unseen), words)
    for remark in proposal.remarks:
        screen.line(words.sentence(remark))


def _say_more(screen: Screen, count: int, words: Translator) -> None:
    if count > _SHOWN:
        screen.line(words.sentence(say("and {n} more (--format json lists them all)", n=count - _SHOWN)), indent=2)
