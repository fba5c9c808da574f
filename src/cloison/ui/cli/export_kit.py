"""`cloison export-kit`: a USB key to go on from another laptop."""

from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import MissingFileError
from cloison.ui.cli.backup import Address, Secrets
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.passphrase import PassphraseFile, passphrase
from cloison.ui.cli.screen import Screen, print_json
from cloison.words import say


def export_kit(
    context: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The key, or a folder of it.", show_default=False)],
    with_secrets: Secrets = False,
    passphrase_file: PassphraseFile = None,
    database: Address = None,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Put on a USB key what is needed to go on from another laptop: backup, paper kit, program, and what to read first.

    Example: cloison export-kit /media/cle
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    for wanted in (request.home, request.map):
        if not wanted.exists():
            raise MissingFileError(
                say("there is nothing to keep here"),
                fix=say("name the map with --map FILE and the home with --home DIR"),
                where=str(wanted),
            )
    secret = passphrase(passphrase_file, request.words, fresh=True)

    # Two seconds that only this needs.
    from cloison.ops.backups import back_up  # noqa: PLC0415
    from cloison.ops.kit import gather  # noqa: PLC0415
    from cloison.ops.own_wheel import own_wheel  # noqa: PLC0415
    from cloison.store.database import Database  # noqa: PLC0415
    from cloison.store.private import replace_private  # noqa: PLC0415
    from cloison.ui.kit.printing import kit_pdf  # noqa: PLC0415
    from cloison.ui.kit.usb import BACKUP, PDF, SUMS, readme  # noqa: PLC0415

    now = datetime.now(UTC)
    with closing(Database.at(request.home, database)) as kept:
        pdf = kit_pdf(gather(request.map, kept, now=now), request.words)
        replace_private(folder / PDF, pdf)
        back_up(
            folder / BACKUP,
            secret,
            home=request.home,
            map_file=request.map,
            database=kept,
            secrets=with_secrets,
            now=now,
        )
    made = [PDF, BACKUP]
    wheel = own_wheel()
    if wheel:
        replace_private(folder / wheel[0], wheel[1])
        made.append(wheel[0])
    name, text = readme(request.words, made_at=now, wheel=wheel[0] if wheel else None, secrets=with_secrets)
    replace_private(folder / name, text.encode())
    made.append(name)
    sums = "".join(f"{sha256((folder / one).read_bytes()).hexdigest()}  {one}\n" for one in made)
    replace_private(folder / SUMS, sums.encode())
    made.append(SUMS)
    sizes = {one: (folder / one).stat().st_size for one in made}
    if request.json:
        print_json({"version": 1, "folder": str(folder), "files": sizes, "program": wheel is not None})
        return 0
    screen, words = Screen(), request.words
    for one, size in sizes.items():
        screen.line(words.sentence(say("{name}, {kib} KiB", name=str(folder / one), kib=-(-size // 1024))))
    if wheel is None:
        screen.line(words.translate("The program is not on the key: Cloison runs here without having been installed."))
    screen.line(
        words.translate(
            "The parts that Cloison stands on are not on the key: the file to read first says how to add them."
        )
    )
    screen.line(words.translate("Try it once on the other laptop, before the night when it is needed."))
    return 0
