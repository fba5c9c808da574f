"""The hospital's directory, `directory.toml` in the home: an OpenID Connect issuer, and the roles of its groups."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadValueError
from cloison.model.noun import noun
from cloison.model.people import Role
from cloison.words import say, verbatim

FILE = "directory.toml"


@noun
class DirectorySettings:
    """What is known of the directory.

    Attributes:
        issuer: its address, as its own description gives it: "https://sso.hopital.example/realms/hopital".
        client_secret: of the confidential client that the directory knows as `client_id`.
        name: what the sign-in page calls it.
        roles: group -> role; who is in none is not let in.
        groups_claim: the claim of the ID token that lists groups.
        authorities: file of the certificates that vouch for the directory; None: the system's.
    """

    issuer: str
    client_id: str
    client_secret: str
    roles: dict[str, Role]
    name: str = ""
    groups_claim: str = "groups"
    authorities: Path | None = None


_SETTINGS = TypeAdapter(DirectorySettings)


def directory_of(home: Path) -> DirectorySettings | None:
    """Read the directory's file; None when there is none.

    Raises:
        BadValueError: it is no such file, others may read its secret, or its address is not encrypted.
    """
    path = home / FILE
    try:
        content = path.read_text(encoding="utf-8")
        shared = path.stat().st_mode & 0o077
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, str(error)) from error
    if shared:
        raise BadValueError(
            say("others may read the secret in this file"),
            fix=say("run {command}", command=f"chmod 600 {path}"),
            where=str(path),
        )
    try:
        settings = _SETTINGS.validate_python(tomllib.loads(content), strict=False)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise _refused(path, str(error).splitlines()[0]) from error
    if not settings.issuer.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise _refused(path, settings.issuer)
    return settings


def _refused(path: Path, reason: str) -> BadValueError:
    return BadValueError(
        say("this file does not describe a directory: {reason}", reason=verbatim(reason)),
        fix=say("see docs/accounts.md for what it holds; its issuer is an https address"),
        where=str(path),
    )
