"""A signature given at the terminal: the password and a code, typed unseen, sent with what they sign, kept nowhere."""

import sys
from getpass import getpass

from cloison.errors import BadValueError, NotApprovedError
from cloison.ui.languages import Translator
from cloison.ui.remote.server import Server
from cloison.words import say, verbatim


def signature(server: Server, person: str | None, words: Translator) -> dict[str, str]:
    """Ask the person of the token to sign.

    Args:
        server: what is signed there.
        person: who is said to approve: a name or a login; None: whoever the token speaks for.
        words: the person's.

    Returns:
        What is sent beside what is signed.

    Raises:
        NotApprovedError: nobody is at the keyboard.
        BadValueError: the token speaks for somebody else.
    """
    me = server.me()
    whole = me.name.rpartition(" (")[0] or me.name
    if person is not None and _folded(person) not in {_folded(whole), _folded(me.login), _folded(me.name)}:
        raise BadValueError(
            say("this token speaks for {name}", name=verbatim(whole)),
            fix=say("whoever approves does so with a token of their own"),
            where=f"--approve {person}",
        )
    if not sys.stdin.isatty():
        raise NotApprovedError(
            say("nobody is at the keyboard to sign"),
            fix=say("run it in a terminal: the password and a code of the second factor are asked there"),
            where=server.name,
        )
    asked = say("{name} signs on {server}. Password: ", name=verbatim(whole), server=server.name)
    return {
        "secret": getpass(words.sentence(asked)),
        "code": getpass(words.translate("Code of the application, or a recovery code: ")),
    }


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
