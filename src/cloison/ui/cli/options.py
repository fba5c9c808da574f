"""Options that several commands share, and what they give a command."""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.errors import BadValueError, MissingFileError, NotRemoteError
from cloison.model.hospital import Hospital
from cloison.store.hospital_file import load
from cloison.ui.languages import Translator
from cloison.words import say

if TYPE_CHECKING:
    from cloison.ui.remote.server import Server

DEFAULT_MAP = Path("hospital.toml")


class Format(StrEnum):
    """How to print."""

    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    """Languages of the messages."""

    FR = "fr"
    EN = "en"


MapFile = Annotated[Path | None, typer.Option("--map", metavar="FILE", help="The map (default: hospital.toml).")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR", help="Where Cloison keeps what it learns (default: .cloison beside the map)."
    ),
]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of the messages (default: fr).")]
Form = Annotated[Format | None, typer.Option("--format", help="Print text or JSON (default: text).")]
Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="Logs, captures or folders of them.", show_default=False)
]

Rules = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        help="Sigma rules to look for in hosts' logs: a folder or an archive; may be repeated.",
    ),
]


ServerUrl = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help="Ask this server, and not this machine (or CLOISON_SERVER)."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="With --server: the token, yours alone (or CLOISON_TOKEN)."),
]
Authority = Annotated[
    Path | None, typer.Option("--ca", metavar="FILE", help="With --server: the certificates to trust, PEM.")
]


@dataclass(slots=True)
class Settings:
    """What was asked before the command's name; a command's own options come first.

    Attributes:
        server: named with --server, else by CLOISON_SERVER; empty: this machine.
        token_file, authority: of the server.
    """

    words: Translator
    map: Path | None = None
    home: Path | None = None
    format: Format | None = None
    server: str = ""
    token_file: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one command was asked, once both places are read.

    Attributes:
        server: whose map, home and people are meant; None: this machine's.
    """

    words: Translator
    map: Path
    map_named: bool
    home: Path
    json: bool
    server: "Server | None" = None

    def hospital(self) -> Hospital:
        """Load the map.

        Raises:
            MissingFileError: it is not there.
            BadMapError: it holds mistakes.
            ServerError: the server does not give it.
        """
        if self.server is not None:
            return self.server.hospital()
        if not self.map.is_file():
            raise MissingFileError(
                say("there is no map here"),
                fix=say(
                    "name one with --map FILE, or let traffic propose one: {command}",
                    command=f"cloison learn PATH --map {self.map}",
                ),
                where=str(self.map),
            )
        return load(self.map)

    def here_only(self, **options: object) -> None:
        """Refuse, where a server is named, options that act on this machine; their names have _ for -.

        Raises:
            NotRemoteError: one was given.
        """
        given = [name if name.isupper() else f"--{name.replace('_', '-')}" for name, value in options.items() if value]
        if self.server is not None and given:
            raise NotRemoteError(
                say("{options} acts on this machine only, and a server is named", options=", ".join(given)),
                fix=say("leave it out, or run the command on the server itself"),
                where=self.server.name,
            )

    def hospital_if_any(self) -> Hospital | None:
        """Load the map when it was named or lies in the current folder."""
        return self.hospital() if self.map_named or self.map.is_file() else None


def asked(
    context: typer.Context, *, map_file: Path | None = None, home: Path | None = None, form: Format | None = None
) -> Asked:
    """Join the options given before and after the command's name."""
    settings: Settings = context.obj
    named = map_file or settings.map
    chosen = named or DEFAULT_MAP
    server = None
    if settings.server:
        from cloison.ui.remote.server import reach  # noqa: PLC0415 - what speaks HTTP, for who asks a server

        if named is not None or home is not None or settings.home is not None:
            raise BadValueError(
                say("the server has its own map and its own home"),
                fix=say("leave out {options}, or the server", options="--map, --home"),
                where=settings.server,
            )
        server = reach(settings.server, settings.token_file, settings.authority, settings.words.language)
    return Asked(
        words=settings.words,
        map=chosen,
        map_named=named is not None or server is not None,
        home=home or settings.home or chosen.parent / ".cloison",
        json=(form or settings.format) is Format.JSON,
        server=server,
    )


def language_of(arguments: list[str]) -> str:
    """Find `--lang` before the options are parsed, so that help and errors are in that language too."""
    for place, word in enumerate(arguments):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in {language.value for language in Language}:
            return str(value)
    return Language.FR.value


def someone_looks() -> bool:
    """Whether a person sees the error stream: only then is a progress bar drawn."""
    return sys.stderr.isatty()
