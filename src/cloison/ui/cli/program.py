"""The program `cloison`: its commands, its language, its exit codes.

Exit codes: 0 done; 1 done and something needs attention; 2 usage or bad input; 3 could not do it.
"""

import os
import sys
from collections.abc import Sequence
from copy import copy
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from cloison import __version__
from cloison.errors import BadMapError, BadScenarioError, CloisonError, NothingReadError, NotRemoteError
from cloison.ui.cli.options import (
    Authority,
    Form,
    Home,
    Lang,
    MapFile,
    ServerUrl,
    Settings,
    TokenFile,
    language_of,
)
from cloison.ui.cli.screen import clean
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, verbatim

USAGE, COULD_NOT, INTERRUPTED = 2, 3, 130
_COMMANDS = {
    "demo": "demo:demo",
    "analyze": "analyze:analyze",
    "mute": "mute:mute",
    "search": "search:search",
    "watch": "watch:watch",
    "learn": "learn:learn",
    "map": "map_:show_map",
    "plan": "plan:plan",
    "simulate": "simulate:simulate",
    "check": "check:check",
    "arm": "arm:arm",
    "seal": "seal:seal",
    "reopen": "reopen:reopen",
    "case": "case:case",
    "logbook": "logbook:logbook",
    "status": "status:status",
    "drill": "drill:drill",
    "serve": "serve:serve",
    "kit": "kit:kit",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "export-kit": "export_kit:export_kit",
    "range": "range_:hold_range",
}
"""Name → its file here and its function: only what is asked is loaded, since all together take seconds."""
_REMOTE = frozenset(
    {
        "map",
        "plan",
        "simulate",
        "check",
        "mute",
        "search",
        "seal",
        "reopen",
        "case",
        "logbook",
        "status",
        "drill",
    }
)
"""Commands that act as well on what a server knows: `--server`. The others are this machine's own."""
_OF_SERVERS = ("server", "token_file", "authority")


class _Spoken(TyperCommand):
    """A command whose help is in the reader's language, Typer's own words included."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's context type is private
        """Run it, unless a server is named and it is this machine's own."""
        settings: Settings = ctx.obj
        if settings.server and self.name not in _REMOTE:
            raise NotRemoteError(
                say("{command} acts on this machine only, and a server is named", command=f"cloison {self.name}"),
                fix=say(
                    "leave out {options}, or run it on the server; with a server there are {commands}",
                    options="--server, CLOISON_SERVER",
                    commands=", ".join(name for name in _COMMANDS if name in _REMOTE),
                ),
                where=settings.server,
            )
        return super().invoke(ctx)

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer's context type is private
        """Give the help page."""
        return _spoken(super().get_help(ctx), ctx.obj.words)


class _SpokenGroup(TyperGroup):
    """The program itself, likewise; each command is loaded when it is asked for."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer's context type is private
        """Give the help page."""
        return _spoken(super().get_help(ctx), ctx.obj.words)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's context type is private
        """Name the commands, loading none."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer's types are private
        """Load a command, its help in the reader's language; None where there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        file, _, function = _COMMANDS[cmd_name].partition(":")
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name, cls=_Spoken)(getattr(import_module(f"cloison.ui.cli.{file}"), function))
        command = typer.main.get_command(alone)
        _offer_server(command, self.params)
        return _with_help_in(ctx.obj.words, command)


_program = typer.Typer(
    name="cloison",
    cls=_SpokenGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@_program.callback(invoke_without_command=True)
def cloison(
    context: typer.Context,
    *,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
    server: ServerUrl = None,
    token_file: TokenFile = None,
    authority: Authority = None,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Watertight doors for a hospital's information system."""
    del lang  # read before parsing: see language_of
    if version:
        sys.stdout.write(f"cloison {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")
        raise typer.Exit
    settings: Settings = context.obj
    settings.map, settings.home, settings.format = map_file, home, form
    settings.server = server if server is not None else settings.server
    settings.token_file, settings.authority = token_file, authority


def run(arguments: list[str]) -> int:
    """Run one command line.

    Returns:
        The exit code. No exception leaves it, whatever the input.
    """
    words = Translator(language_of(arguments))
    command = in_language(words)
    try:
        settings = Settings(words=words, server=os.environ.get("CLOISON_SERVER", ""))
        code = command.main(args=arguments, prog_name="cloison", standalone_mode=False, obj=settings)
        return code if isinstance(code, int) else 0
    except CloisonError as error:
        _complain(_told(error, words))
        return error.exit_code
    except TyperException as error:
        problem = say("usage: {problem}", problem=_misuse(error, arguments))
        _complain([words.sentence(problem), f"  → {_help_of(arguments)}"])
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`| head`): not an error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last door: never a traceback at 2 a.m.
        if os.environ.get("CLOISON_DEBUG"):
            raise
        problem = say("unexpected fault: {kind}: {text}", kind=type(error).__name__, text=str(error))
        fix = say("run it again with CLOISON_DEBUG=1 and send what it prints to whoever maintains Cloison")
        _complain([words.sentence(problem), f"  → {words.sentence(fix)}"])
        return COULD_NOT


def in_language(words: Translator) -> Any:  # noqa: ANN401 - Typer's command type is private
    """Give the program, its help in a language."""
    return _with_help_in(words, typer.main.get_command(_program))


def _offer_server(command: Any, theirs: Sequence[Any]) -> None:  # noqa: ANN401 - Typer's types are private
    """Let `--server` and its like stand after the command's name too; a command of this machine alone hides them."""

    def kept(context: Any, parameter: Any, value: object) -> None:  # noqa: ANN401 - likewise
        if value is not None:
            setattr(context.obj, parameter.name, value)

    for one in theirs:
        if one.name in _OF_SERVERS:
            own = copy(one)
            own.expose_value, own.callback, own.hidden = False, kept, command.name not in _REMOTE
            command.params.append(own)


def main() -> NoReturn:
    """Enter from the shell."""
    sys.exit(run(sys.argv[1:]))


def _with_help_in(words: Translator, command: Any) -> Any:  # noqa: ANN401 - Typer's command type is private
    command.help = words.translate(command.help or "")
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = words.translate(parameter.help)
    return command


def _told(error: CloisonError, words: Translator) -> list[str]:
    lines = [f"{error.where}{words.translate(': ')}{words.sentence(error.problem)} [{error.code}]"]
    if isinstance(error, BadMapError | BadScenarioError):
        for fault in error.faults:
            lines.append(f"  {error.where}:{fault.line}{words.translate(': ')}{words.sentence(fault.reason)}")
            lines.append(f"      → {words.sentence(fault.fix)}")
    if isinstance(error, NothingReadError):
        lines += [f"  {path}{words.translate(': ')}{words.sentence(reason)}" for path, reason in error.reasons[:20]]
    return [*lines, f"  → {words.sentence(error.fix)}"]


def _complain(lines: list[str]) -> None:
    for text in lines:
        sys.stderr.write(clean(text) + "\n")


def _spoken(page: str, words: Translator) -> str:
    for theirs in ("Usage:", "Options:", "Commands:", "Arguments:", "Show this message and exit."):
        page = page.replace(theirs, words.translate(theirs))
    return page


def _misuse(error: TyperException, arguments: list[str]) -> Sentence:
    """Say what is wrong with a command line: Typer's own words are English, and its types are private."""
    option = getattr(error, "option_name", None)
    parameter = getattr(error, "param", None)
    first = next((word for word in arguments if not word.startswith("-")), None)
    said = verbatim(str(getattr(error, "message", error)))
    match type(error).__name__:
        case "NoSuchOption":
            said = say("there is no option {name}", name=str(option))
        case "BadOptionUsage":
            said = say("{name} wants a value", name=str(option))
        case "MissingParameter" if parameter is not None:
            said = say("{name} is missing", name=str(parameter.metavar or parameter.name))
        case "BadParameter" if parameter is not None:
            said = say("the value of {name} is impossible", name=parameter.opts[0])
        case "UsageError" if first is not None and first not in _COMMANDS:
            said = say("there is no command {name}", name=first)
        case "UsageError":
            said = say("there is a word too many")
    return said


def _help_of(arguments: list[str]) -> str:
    name = next((word for word in arguments if word in _COMMANDS), None)
    return f"cloison {name} --help" if name else "cloison --help"
