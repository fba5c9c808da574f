"""`cloison restore`: a backup back in its place, or on another machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloison.ui.cli.backup import Address
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.passphrase import PassphraseFile, passphrase
from cloison.ui.cli.screen import Screen, print_json
from cloison.words import say, say_many


def restore(
    context: typer.Context,
    *,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
    force: Annotated[
        bool, typer.Option("--force", help="Replace what is there: files are renamed, not deleted.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    database: Address = None,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Bring back what a backup holds; all of it is checked before anything is touched.

    Example: cloison restore /media/cle/cloison.sauvegarde
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    secret = passphrase(passphrase_file, request.words, fresh=False)

    from cloison.ops.backups import restore as bring_back  # noqa: PLC0415 - half a second that only this needs

    back = bring_back(
        path,
        secret,
        home=request.home,
        map_file=request.map,
        address=database,
        force=force,
        now=datetime.now(UTC),
    )
    words = request.words
    whole = back.chain.broken_at is None
    if request.json:
        print_json(
            {
                "version": 1,
                "made_at": back.manifest.made_at.isoformat(),
                "secrets": back.manifest.secrets,
                "logbook": {"entries": back.chain.entries, "hash": back.chain.hash, "whole": whole},
                "doubts": [words.sentence(one) for one in back.doubts],
                "aside": list(back.aside),
            }
        )
        return 1 if back.doubts else 0
    screen = Screen()
    screen.line(words.sentence(say("Restored: Cloison as it was on {moment}", moment=back.manifest.made_at)))
    if whole:
        checked = say_many(
            "the logbook's {n} entry is whole, last hash {hash}",
            "the logbook's {n} entries are whole, last hash {hash}",
            back.chain.entries,
            hash=back.chain.hash,
        )
        screen.line(words.sentence(checked))
    for kept in back.aside:
        screen.line(words.sentence(say("what was there before is now {path}", path=kept)))
    for doubt in back.doubts:
        screen.line(words.sentence(doubt), style="bold")
    if not back.manifest.secrets:
        screen.line(
            words.translate("Passwords and keys were left out: `cloison serve --new-link` lets the administrator in.")
        )
    return 1 if back.doubts else 0
