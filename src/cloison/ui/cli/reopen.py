"""`cloison reopen`: open the doors again, in stages."""

from datetime import timedelta
from typing import Annotated

import typer

from cloison.enforce.life import life_of
from cloison.ops.approving import approve
from cloison.ops.keeping import STAGES, open_again, stages
from cloison.ops.moving import Means
from cloison.store.journal import Journal
from cloison.ui.case_documents import VERSION
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.cli.seal import show_verdicts
from cloison.words import Sentence, say

NAMES: tuple[Sentence, ...] = (
    say("from or to care"),
    say("between the hospital's other zones"),
    say("from or to the Internet, suppliers and backups"),
)


def reopen(
    context: typer.Context,
    *,
    stage: Annotated[
        int | None,
        typer.Option("--stage", min=1, max=STAGES, help="One stage alone: 1 care, 2 others, 3 outside."),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--approve", metavar="NAME", help="Who approves; without it nothing moves.")
    ] = None,
    patience: Annotated[float, typer.Option(min=0.5, help="Seconds that one act of a device may last.")] = 10.0,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Open the doors again, all or one stage: care first, the outside and the backups last.

    Example: cloison reopen --stage 1 --approve "A. Durand"
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    hospital, words = request.hospital(), request.words
    if request.server is not None and person is not None:
        from cloison.ui.cli.remote_seal import open_there, show_moved  # noqa: PLC0415 - for who asks a server

        return show_moved(request, open_there(request, request.server, stage=stage, person=person))
    if person is not None:
        approved = approve(hospital, {}, first=person, second=None)
        means = Means(home=request.home, patience=timedelta(seconds=patience))
        return show_verdicts(request, open_again(hospital, means, stage=stage, approved=approved))
    if request.server is not None:
        groups = request.server.stages().stages
    else:
        with Journal(request.home) as journal:
            groups = stages(hospital, life_of(journal.records))
    if request.json:
        print_json({"version": VERSION, "stages": [list(group) for group in groups]})
        return 0
    screen = Screen()
    for number, (name, group) in enumerate(zip(NAMES, groups, strict=True), start=1):
        screen.heading(words.sentence(say("Stage {n}: {name}", n=number, name=name)))
        for conduit in group or (words.translate("no door"),):
            screen.line(conduit, indent=2)
    screen.line()
    how = say("Nothing was moved. To open these doors, add {options}", options='--approve "A. Durand"')
    screen.line(words.sentence(how))
    return 0
