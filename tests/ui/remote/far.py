"""A served console, and commands run on its own machine and through its API."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from tests.ui.web.consoles import PASSWORD, person_with
from tests.ui.web.crisis_night import Night, night

from cloison.model.people import RIGHTS, Role
from cloison.ops.tokens import NEVER, make_token
from cloison.ui.cli.program import run
from cloison.ui.remote.server import Server
from cloison.ui.remote.wire import Wire


@dataclass(frozen=True, slots=True)
class Far:
    """The night behind the server, and a token of its security officer."""

    room: Night
    token: str

    @property
    def server(self) -> Server:
        """The server as the token sees it."""
        return Server(Wire(self.room.address, self.token, "en"))

    def token_of(self, role: Role) -> str:
        """Give a token of somebody with this role, with all that a token may have."""
        console, person = self.room.console, person_with(self.room.console, role)
        scopes, day = RIGHTS[role] - NEVER, timedelta(days=1)
        return make_token(console.database, person, "essai", scopes, lasts=day, now=console.clock())[0]

    def here(self, *words: str) -> tuple[int, str, str]:
        """Run a command on the console's own map and home."""
        console = self.room.console
        home = [] if words[0] in {"plan", "simulate", "check"} else ["--home", str(console.home)]
        return ran(*words, "--map", str(console.map), *home, "--lang", "en")

    def there(self, *words: str, token: str | None = None, at_keyboard: Role | None = None) -> tuple[int, str, str]:
        """Run it through the API; `at_keyboard` types their password and a recovery code when asked to sign."""
        typed = iter([PASSWORD, self.room.code(at_keyboard)] if at_keyboard else [])
        with (
            patch.dict(os.environ, {"CLOISON_TOKEN": token or self.token}),
            patch("cloison.ui.remote.signing.getpass", lambda _asked: next(typed)),
            patch("sys.stdin.isatty", lambda: at_keyboard is not None),
        ):
            return ran(*words, "--server", self.room.address, "--lang", "en")

    def alike(self, *words: str) -> tuple[int, str]:
        """Run it both ways, see that what is printed is the same, and give it."""
        here, there = self.here(*words), self.there(*words)
        assert here[:2] == there[:2], (words, here, there)
        return here[:2]


def ran(*words: str) -> tuple[int, str, str]:
    """Run a command; gives its exit code, its output, its complaints."""
    out, complaints = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(complaints):
        code = run(list(words))
    return code, out.getvalue(), complaints.getvalue()


@contextmanager
def served(home: Path) -> Iterator[Far]:
    """Serve until the block ends."""
    with night(home) as room:
        made = Far(room, "")
        yield Far(room, made.token_of(Role.SECURITY_OFFICER))
    shutil.rmtree(home, ignore_errors=True)
