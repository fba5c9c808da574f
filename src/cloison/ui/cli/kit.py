"""`cloison kit`: what to print before the night when no screen answers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import MissingFileError
from cloison.ui.cli.options import Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.words import say

DEFAULT = Path("cloison-kit.pdf")


def kit(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it (default: cloison-kit.pdf).")
    ] = None,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Print what people need when no screen answers: contacts, doors, reflex cards, care sheets, restart order, map.

    Example: cloison kit --out kit.pdf
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    if not request.map.is_file():
        raise MissingFileError(
            say("there is no map here"), fix=say("name one with {option}", option="--map FILE"), where=str(request.map)
        )

    # A second that only this needs.
    from cloison.ops.kit import gather, known_database  # noqa: PLC0415
    from cloison.store.private import replace_private  # noqa: PLC0415
    from cloison.ui.kit.printing import kit_pdf  # noqa: PLC0415

    path = out or DEFAULT
    made = gather(request.map, known_database(request.home), now=datetime.now(UTC))
    replace_private(path, kit_pdf(made, request.words))
    if request.json:
        print_json(
            {
                "version": 1,
                "path": str(path),
                "made_at": made.made_at.isoformat(),
                "map_version": made.version,
                "exercise": made.drill,
                "doors": sum(len(point.doors) for point in made.points),
                "doors_left_out": made.left_out,
                "care_services": len(made.hospital.care_services),
                "contacts": len(made.contacts),
            }
        )
        return 0
    screen, words = Screen(), request.words
    screen.line(words.sentence(say("Written: {path}", path=str(path))))
    if not made.contacts:
        screen.line(
            words.translate(
                "No contact is known: the tree is to be filled in by hand, or put contacts.toml beside the map."
            )
        )
    if made.drill:
        screen.line(words.translate("This map is the invented hospital's: every page is marked EXERCICE."))
    screen.line(
        words.translate("Print it in two copies, and keep them where no badge reader stands between you and them.")
    )
    return 0
