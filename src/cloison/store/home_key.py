"""The home's own key: what seals small secrets in the database and signs what a browser keeps.

It lies beside the database, not in it: a copy of the database alone opens no second factor.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloison.errors import BadStateError
from cloison.store.private import replace_private
from cloison.words import say

KEY = "cloison.key"
_SIZE, _NONCE = 32, 12


class HomeKey:
    """32 random bytes, made at the first start."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def of(cls, home: Path) -> Self:
        """Read the key of a home, made when there is none.

        Raises:
            BadStateError: what is there is no key.
            UnwritableFileError: it cannot be made.
        """
        path = home / KEY
        if not path.exists():
            replace_private(path, os.urandom(_SIZE))
        secret = path.read_bytes()
        if len(secret) != _SIZE:
            raise BadStateError(
                say("the key of this home is damaged"),
                fix=say("put back the one of a backup; without it, second factors must be made again"),
                where=str(path),
            )
        return cls(secret)

    def seal(self, text: str) -> str:
        """Encrypt a secret (AES-256-GCM, NIST SP 800-38D)."""
        nonce = os.urandom(_NONCE)
        return urlsafe_b64encode(nonce + AESGCM(self._purpose("seal")).encrypt(nonce, text.encode(), None)).decode()

    def unseal(self, sealed: str) -> str:
        """Give a secret back.

        Raises:
            BadStateError: another key sealed it, or it was altered.
        """
        try:
            content = urlsafe_b64decode(sealed)
            return AESGCM(self._purpose("seal")).decrypt(content[:_NONCE], content[_NONCE:], None).decode()
        except (ValueError, InvalidTag) as error:
            raise BadStateError(
                say("a second factor was sealed with another key"),
                fix=say("put back the key of this database, or make the second factor again by a one-time link"),
                where=KEY,
            ) from error

    def mark(self, purpose: str, text: str) -> str:
        """Sign a text for one purpose (HMAC-SHA-256, RFC 2104)."""
        return hmac.new(self._purpose(purpose), text.encode(), sha256).hexdigest()

    def marked(self, purpose: str, text: str, mark: str) -> bool:
        """Whether a text was signed here for this purpose."""
        return hmac.compare_digest(self.mark(purpose, text).encode(), mark.encode())

    def _purpose(self, name: str) -> bytes:
        return hmac.new(self._secret, f"cloison {name}".encode(), sha256).digest()
