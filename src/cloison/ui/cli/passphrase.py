"""A backup's passphrase: asked of a person, or from a file or the environment; never on the command line."""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import BadValueError, MissingFileError
from cloison.ui.languages import Translator
from cloison.words import say, verbatim

SETTING = "CLOISON_PASSPHRASE"
SHORTEST = 12
"""Whoever steals the file tries as many as they like: NIST SP 800-63B asks for 8 where a server slows guesses down."""

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="Its first line is the passphrase; yours alone to read."),
]


def passphrase(file: Path | None, words: Translator, *, fresh: bool) -> str:
    """Get the passphrase: of the file, else of CLOISON_PASSPHRASE, else of whoever is at the keyboard.

    Args:
        file: named with --passphrase-file.
        words: the person's.
        fresh: it is being chosen: typed twice, and not too short.

    Raises:
        MissingFileError: the file cannot be read.
        BadValueError: others may read the file, nobody can be asked, it is too short, or the two typed differ.
    """
    given = _of_file(file) if file else os.environ.get(SETTING, "")
    if not given:
        if not sys.stdin.isatty():
            raise BadValueError(
                say("nobody can be asked for the passphrase"),
                fix=say("name a file with {option}, or set {variable}", option="--passphrase-file", variable=SETTING),
                where="--passphrase-file",
            )
        given = getpass(words.translate("Passphrase of the backup: "))
        if fresh and getpass(words.translate("Once more: ")) != given:
            raise BadValueError(
                say("the two passphrases differ"), fix=say("type it again"), where=words.translate("passphrase")
            )
    if fresh and len(given) < SHORTEST:
        raise BadValueError(
            say("a passphrase has {n} signs at least", n=SHORTEST),
            fix=say("take five words that do not go together"),
            where=words.translate("passphrase"),
        )
    return given


def _of_file(path: Path) -> str:
    try:
        shared = path.stat().st_mode & 0o077
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(str(error))),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    if shared:
        raise BadValueError(
            say("others may read the secret in this file"),
            fix=say("run {command}", command=f"chmod 600 {path}"),
            where=str(path),
        )
    if not lines or not lines[0]:
        raise BadValueError(
            say("this file holds no passphrase"), fix=say("write it on the first line"), where=str(path)
        )
    return lines[0]
