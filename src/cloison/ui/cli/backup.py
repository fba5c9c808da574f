"""`cloison backup`: all that Cloison needs to go on elsewhere, in one encrypted file."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import MissingFileError
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.passphrase import PassphraseFile, passphrase
from cloison.ui.cli.screen import Screen, print_json
from cloison.words import say, say_many

Address = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="Another database than the home's: postgresql://HOST/NAME."),
]
Secrets = Annotated[
    bool, typer.Option("--with-secrets", help="Take passwords of accounts, keys and devices' credentials too.")
]


def backup(
    context: typer.Context,
    *,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write.", show_default=False)],
    with_secrets: Secrets = False,
    passphrase_file: PassphraseFile = None,
    database: Address = None,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Keep map, database, journal and settings in one encrypted file, while Cloison runs.

    Example: cloison backup /media/cle/cloison.sauvegarde
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    if not request.home.is_dir():
        raise MissingFileError(
            say("there is nothing to keep here"), fix=say("name the home with --home DIR"), where=str(request.home)
        )
    secret = passphrase(passphrase_file, request.words, fresh=True)

    # Half a second that only this needs.
    from cloison.ops.backups import back_up  # noqa: PLC0415
    from cloison.store.database import Database  # noqa: PLC0415

    with closing(Database.at(request.home, database)) as kept:
        made = back_up(
            path,
            secret,
            home=request.home,
            map_file=request.map,
            database=kept,
            secrets=with_secrets,
            now=datetime.now(UTC),
        )
    size = path.stat().st_size
    if request.json:
        print_json(
            {
                "version": 1,
                "path": str(path),
                "bytes": size,
                "made_at": made.made_at.isoformat(),
                "secrets": made.secrets,
                "logbook": {"entries": made.entries, "hash": made.chain},
                "files": made.files,
            }
        )
        return 0
    screen, words = Screen(), request.words
    entries = say_many("{n} entry of the logbook", "{n} entries of the logbook", made.entries)
    files = say_many("{n} file of the home", "{n} files of the home", made.files)
    screen.line(words.sentence(say("Written: {path}", path=str(path))))
    told = say("{entries}, {files}, {kib} KiB, encrypted", entries=entries, files=files, kib=-(-size // 1024))
    screen.line(words.sentence(told))
    screen.line(words.sentence(say("Last hash of the logbook: {hash}", hash=made.chain)))
    if not made.secrets:
        screen.line(words.translate("Without passwords nor keys: after a restore, people come back by one-time links."))
    screen.line(words.translate("Without the passphrase nobody will ever read it: keep it on paper, elsewhere."))
    return 0
