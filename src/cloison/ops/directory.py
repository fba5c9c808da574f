"""Signing in by the hospital's directory: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636).

Local accounts come first, for on the night the directory may be the thing that is down.
"""

import json
import secrets
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]  # it ships no types
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # nor here
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cloison.errors import DirectoryError, NotAllowedError, SignInError
from cloison.model.noun import noun
from cloison.model.people import Person, Role
from cloison.ops.accounts import change, new_person
from cloison.store.accounts import add_person, person_of
from cloison.store.database import Database
from cloison.store.directory_file import DirectorySettings
from cloison.words import say, verbatim

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_PATIENCE_SECONDS = 8.0
_LEEWAY_SECONDS = 60
_MANY_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "pop"})
"""RFC 8176: ways of showing more than a password."""


@noun
class Question:
    """What was asked of the directory, kept by the browser, sealed, until it comes back.

    Attributes:
        state: what the answer must repeat.
        nonce: what the ID token must repeat.
        verifier: what proves to the directory that the same console asks for the token.
    """

    state: str
    nonce: str
    verifier: str
    at: datetime


@noun
class Recognised:
    """Who came back.

    Attributes:
        factor: "directory" when it saw more than a password; empty when a second factor must still be shown here.
    """

    person: Person
    factor: str


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory of one hospital."""

    settings: DirectorySettings
    database: Database

    def ask(self, back: str, *, now: datetime) -> tuple[str, Question]:
        """Give where to send the browser, and what to keep meanwhile.

        Raises:
            DirectoryError: the directory does not answer.
        """
        question = Question(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            at=now,
        )
        with self._client() as client:
            described = self._described(client)
        address = prepare_grant_uri(
            described["authorization_endpoint"],
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=back,
            scope="openid profile",
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
        )
        return str(address), question

    def recognise(self, question: Question, *, code: str, state: str, back: str, now: datetime) -> Recognised:
        """Give who the directory says has come back, their account made or brought up to date.

        Raises:
            SignInError: it is no answer to our question.
            NotAllowedError: no group of theirs has a role here, or their account is closed.
            DirectoryError: the directory does not answer.
        """
        if not code or not secrets.compare_digest(state.encode(), question.state.encode()):
            raise _strange()
        with self._client() as client:
            described = self._described(client)
            given = self._fetched(
                client.post(
                    described["token_endpoint"],
                    data={
                        "grant_type": "authorization_code",
                        "code": code,
                        "redirect_uri": back,
                        "code_verifier": question.verifier,
                    },
                    auth=(self.settings.client_id, self.settings.client_secret),
                )
            )
            keys = self._fetched(client.get(described["jwks_uri"]))
        claims = self._claims(str(given.get("id_token", "")), keys, question, now=now)
        return Recognised(person=self._person(claims, now=now), factor=_factor(claims))

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        authorities = self.settings.authorities
        try:
            trusted = ssl.create_default_context(cafile=authorities)
            with httpx.Client(timeout=_PATIENCE_SECONDS, verify=trusted, trust_env=False) as client:
                yield client
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._silent(str(error)) from error

    def _described(self, client: httpx.Client) -> dict[str, Any]:
        """Read the directory's own description (OpenID Connect Discovery 1.0, section 4)."""
        issuer = self.settings.issuer.rstrip("/")
        described = self._fetched(client.get(f"{issuer}/.well-known/openid-configuration"))
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if described.get("issuer", "").rstrip("/") != issuer or not all(described.get(name) for name in wanted):
            raise self._silent("issuer")
        return described

    def _fetched(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            document = answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            document = None
        if answer.status_code in {400, 401} and isinstance(document, dict) and document.get("error") == "invalid_grant":
            raise _strange()
        if answer.status_code != 200 or not isinstance(document, dict):  # noqa: PLR2004 - HTTP's own
            raise self._silent(str(answer.status_code))
        return document

    def _claims(self, token: str, keys: Mapping[str, Any], question: Question, *, now: datetime) -> dict[str, Any]:
        """Check an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims  # type: ignore[arg-type]
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._issuer(claims)},
                aud={"essential": True, "value": self.settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": question.nonce},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _strange() from error
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self.settings.client_id:
            raise _strange()
        return claims

    def _issuer(self, claims: Mapping[str, Any]) -> str:
        """Give the issuer as we know it, a last slash or not as the token writes it."""
        issuer = self.settings.issuer.rstrip("/")
        return f"{issuer}/" if str(claims.get("iss", "")).endswith("/") else issuer

    def _person(self, claims: Mapping[str, Any], *, now: datetime) -> Person:
        role = self._role(claims)
        subject = f"{self.settings.issuer.rstrip('/')}#{claims['sub']}"
        known = person_of(self.database, subject=subject)
        if known is not None and not known.active:
            raise _uninvited()
        if known is not None:
            if known.role is not role:
                known = replace(known, role=role)
                change(self.database, known)
            return known
        # Never the login of a local account: who chooses names in the directory would take it over.
        host = urlsplit(self.settings.issuer).hostname or "annuaire"
        login = f"{claims.get('preferred_username') or claims['sub']}@{host}".replace(" ", ".")
        fresh = new_person(login[:80], str(claims.get("name") or login)[:80], role, now=now)
        person = replace(fresh, subject=subject)
        add_person(self.database, person)
        return person

    def _role(self, claims: Mapping[str, Any]) -> Role:
        groups = claims.get(self.settings.groups_claim)
        theirs = set(groups) if isinstance(groups, list) else {groups}
        held = [role for group, role in self.settings.roles.items() if group in theirs]
        if not held:
            raise _uninvited()
        return max(held, key=list(Role).index)

    def _silent(self, reason: str) -> DirectoryError:
        return DirectoryError(
            say("the hospital's directory does not answer as it should: {reason}", reason=verbatim(reason)),
            fix=say("sign in with a local account, or with a one-time link"),
            where=self.settings.issuer,
        )


def _factor(claims: Mapping[str, Any]) -> str:
    ways = claims.get("amr")
    return "directory" if isinstance(ways, list) and _MANY_FACTORS & {str(way) for way in ways} else ""


def _strange() -> SignInError:
    return SignInError(
        say("this is no answer of the directory to this console"),
        fix=say("sign in again from the first page"),
        where="directory",
    )


def _uninvited() -> NotAllowedError:
    return NotAllowedError(
        say("the directory knows you, and gives you no role here"),
        fix=say("ask an administrator to put you in a group that has one, or for a local account"),
        where="directory",
    )
