"""Second factors that are typed: codes of an application (TOTP), recovery codes."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp

from cloison.errors import BadValueError, SignInError
from cloison.model.people import Person
from cloison.store.accounts import (
    SECOND,
    Credential,
    Kind,
    add_credentials,
    credentials_of,
    remove_credential,
    use_credential,
)
from cloison.store.database import Database
from cloison.store.home_key import HomeKey
from cloison.words import say

ISSUER = "Cloison"
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No sign that is read for another on paper."""
_GROUPS, _GROUP = 3, 4
_STEP_SECONDS = 30
"""RFC 6238 section 5.2: the time step, and one step of drift each way."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of one person, and what keeps them."""

    database: Database
    key: HomeKey
    person: Person

    def keep_totp(self, secret: str, code: str, *, now: datetime) -> tuple[str, ...]:
        """Keep an application's secret, once it has shown a right code.

        Returns:
            Recovery codes, when the person had none; they are shown once.

        Raises:
            BadValueError: the code is not this secret's.
        """
        step = _step_of(secret, code, now=now)
        if step is None:
            raise BadValueError(
                say("this is not the code that is awaited"),
                fix=say("type the six digits that the application shows now; its clock and this server's must agree"),
                where="code",
            )
        proof = self._proof(Kind.TOTP, self.key.seal(secret), now=now, counter=step)
        add_credentials(self.database, proof, replacing=Kind.TOTP)
        return self.recovery_if_none(now=now)

    def check_code(self, code: str, *, now: datetime) -> str:
        """Check a code of the application, or a recovery code; neither serves twice.

        Returns:
            What was shown: "totp" or "recovery".

        Raises:
            SignInError: it is not right, or served already.
            BadStateError: the secret was sealed with another key.
        """
        plain = "".join(code.split()).replace("-", "").casefold()
        if plain.isdecimal():
            for proof in credentials_of(self.database, self.person.id, Kind.TOTP):
                step = _step_of(self.key.unseal(proof.secret), plain, now=now)
                if (
                    step is not None
                    and step > proof.counter
                    and use_credential(self.database, proof, counter=step, now=now)
                ):
                    return Kind.TOTP.value
        elif plain and remove_credential(self.database, self.person.id, self._recovery_id(plain)):
            return Kind.RECOVERY.value
        raise SignInError(
            say("this code is not right, or served already"),
            fix=say("wait for the next one; without the application, type one of your recovery codes"),
            where="code",
        )

    def new_recovery_codes(self, *, now: datetime) -> tuple[str, ...]:
        """Make recovery codes; those before are void. They are shown once, and only their marks kept."""
        codes = tuple(
            "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
            for _ in range(RECOVERY_CODES)
        )
        proofs = [
            replace(self._proof(Kind.RECOVERY, "", now=now), id=self._recovery_id(code.replace("-", "")))
            for code in codes
        ]
        add_credentials(self.database, *proofs, replacing=Kind.RECOVERY)
        return codes

    def take_away(self, proof: str) -> None:
        """Take a second factor away, but never the last.

        Raises:
            BadValueError: it is the last, or there is no such one.
        """
        others = [one for one in credentials_of(self.database, self.person.id, *SECOND) if one.id != proof]
        if not others or not remove_credential(self.database, self.person.id, proof):
            raise BadValueError(
                say("one second factor must stay"), fix=say("make another first"), where="second factor"
            )

    def _proof(self, kind: Kind, secret: str, *, now: datetime, counter: int = 0) -> Credential:
        return Credential(
            id=secrets.token_hex(16),
            person=self.person.id,
            kind=kind,
            name="",
            secret=secret,
            created_at=now,
            counter=counter,
        )

    def recovery_if_none(self, *, now: datetime) -> tuple[str, ...]:
        """Make recovery codes for who has none; nothing for who has some."""
        if credentials_of(self.database, self.person.id, Kind.RECOVERY):
            return ()
        return self.new_recovery_codes(now=now)

    def _recovery_id(self, code: str) -> str:
        return self.key.mark("recovery", f"{self.person.id} {code}")


def new_totp() -> str:
    """Give a fresh secret, base32, 160 bits (RFC 4226 section 4)."""
    return pyotp.random_base32()


def totp_address(secret: str, person: Person) -> str:
    """Give what the square of dots says to the application."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name=ISSUER)


def _step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Give the time step that a code is of: now's, the one before, the one after; None: of none."""
    digits = "".join(code.split())
    at = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (at, at - 1, at + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None
