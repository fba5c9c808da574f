"""Who asks: a token of the environment or of a file of one's own; never on the command line, where others read it."""

import os
from pathlib import Path

from cloison.errors import BadValueError, MissingFileError
from cloison.words import say, verbatim

SETTING = "CLOISON_TOKEN"
_LONGEST = 200
_FILE = Path("cloison", "token")


def find_token(file: Path | None) -> str:
    """Give the token: of the file that was named, else of CLOISON_TOKEN, else of `~/.config/cloison/token`.

    Raises:
        MissingFileError: the file that was named cannot be read.
        BadValueError: there is none, others may read the file, or it holds none.
    """
    if file is not None:
        return _of_file(file)
    if given := os.environ.get(SETTING, ""):
        return _checked(given, SETTING)
    usual = usual_file()
    if usual.is_file():
        return _of_file(usual)
    raise BadValueError(
        say("no token says who asks"),
        fix=say(
            "make one on the page “My account” of the server, and keep it in {file} (chmod 600) or in {variable}",
            file=str(usual),
            variable=SETTING,
        ),
        where="--token-file",
    )


def usual_file() -> Path:
    """Give where a token is looked for when none is named (XDG Base Directory)."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base else Path.home() / ".config") / _FILE


def _of_file(path: Path) -> str:
    try:
        shared = path.stat().st_mode & 0o077
        with path.open(encoding="utf-8") as opened:
            line = opened.readline(_LONGEST + 2)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(reason)),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    if shared:
        raise BadValueError(
            say("others may read the secret in this file"),
            fix=say("run {command}", command=f"chmod 600 {path}"),
            where=str(path),
        )
    return _checked(line, str(path))


def _checked(text: str, where: str) -> str:
    token = text.strip()
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        # What was read is told to nobody: it may be half of a secret.
        raise BadValueError(say("this is no token"), fix=say("write it alone, on the first line"), where=where)
    return token
