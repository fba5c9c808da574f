"""Passkeys: a key that a browser holds signs what the server asks (WebAuthn Level 2)."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cloison.errors import BadValueError, SignInError
from cloison.model.noun import noun
from cloison.model.people import Person
from cloison.store.accounts import Credential, Kind, add_credentials, credentials_of, use_credential
from cloison.store.database import Database
from cloison.store.sessions import Session, change_session
from cloison.words import say

ISSUER = "Cloison"
_MANY = 20


@noun
class Site:
    """Where a browser thinks that it is: a passkey signs that too.

    Attributes:
        name: the host, without its port.
        origin: scheme, host and port.
    """

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkeys:
    """The passkeys of one person, as one session asks for them."""

    database: Database
    session: Session
    person: Person
    site: Site

    def ask_for_new(self) -> str:
        """Give what the browser must ask its key to make (WebAuthn Level 2, section 7.1), as JSON."""
        known = credentials_of(self.database, self.person.id, Kind.PASSKEY)
        options = webauthn.generate_registration_options(
            rp_id=self.site.name,
            rp_name=ISSUER,
            user_id=self.person.id.encode(),
            user_name=self.person.login,
            user_display_name=self.person.name,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(proof.id)) for proof in known],
        )
        change_session(self.database, replace(self.session, challenge=bytes_to_base64url(options.challenge)))
        return webauthn.options_to_json(options)

    def keep(self, answer: str, name: str, *, now: datetime) -> None:
        """Keep a passkey that the browser has just made.

        Raises:
            SignInError: the answer is not to our question.
            BadValueError: there are too many, or it is known already.
        """
        if len(credentials_of(self.database, self.person.id, Kind.PASSKEY)) >= _MANY:
            raise BadValueError(say("there are keys enough"), fix=say("take one away first"), where="passkey")
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=self._challenge(),
                expected_rp_id=self.site.name,
                expected_origin=self.site.origin,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise _bad_passkey() from error
        proof = Credential(
            id=bytes_to_base64url(made.credential_id),
            person=self.person.id,
            kind=Kind.PASSKEY,
            name=" ".join(name.split())[:80],
            secret=bytes_to_base64url(made.credential_public_key),
            created_at=now,
            counter=made.sign_count,
        )
        change_session(self.database, replace(self.session, challenge=None))
        add_credentials(self.database, proof)

    def ask(self) -> str:
        """Give what the browser must have its key sign (WebAuthn Level 2, section 7.2), as JSON."""
        known = credentials_of(self.database, self.person.id, Kind.PASSKEY)
        options = webauthn.generate_authentication_options(
            rp_id=self.site.name,
            allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(proof.id)) for proof in known],
        )
        change_session(self.database, replace(self.session, challenge=bytes_to_base64url(options.challenge)))
        return webauthn.options_to_json(options)

    def check(self, answer: str, *, now: datetime) -> str:
        """Check what a key has signed; a challenge serves once.

        Returns:
            "passkey".

        Raises:
            SignInError: it is not the person's key, or it did not sign what was asked.
        """
        challenge = self._challenge()
        change_session(self.database, replace(self.session, challenge=None))
        try:
            shown = str(json.loads(answer)["id"])
            proof = next(one for one in credentials_of(self.database, self.person.id, Kind.PASSKEY) if one.id == shown)
            signed = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.name,
                expected_origin=self.site.origin,
                credential_public_key=base64url_to_bytes(proof.secret),
                credential_current_sign_count=proof.counter,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError, StopIteration) as error:
            raise _bad_passkey() from error
        if not use_credential(self.database, proof, counter=signed.new_sign_count, now=now):
            raise _bad_passkey()
        return Kind.PASSKEY.value

    def _challenge(self) -> bytes:
        if not self.session.challenge:
            raise _bad_passkey()
        return base64url_to_bytes(self.session.challenge)


def _bad_passkey() -> SignInError:
    return SignInError(
        say("this key did not answer as awaited"),
        fix=say("try again, or use a code of the application or a recovery code"),
        where="passkey",
    )
