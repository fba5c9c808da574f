"""A security key in software: makes a credential and signs with it, as WebAuthn Level 2 sections 6 and 7 say."""

import json
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url


class SoftwareKey:
    """One credential; `signatures` counts, as a real key does."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.signatures = 0
        self.id = sha256(origin.encode()).digest()
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(options)
        point = self._key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(asked["rp"]["id"], 0x41) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"attestationObject": attested}, "webauthn.create", asked["challenge"])

    def sign(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        asked = json.loads(options)
        self.signatures += 1
        data = self._data(asked["rpId"], 0x01)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "signature": signature}
        return self._answer(parts, "webauthn.get", asked["challenge"])

    def _data(self, site: str, flags: int) -> bytes:
        return sha256(site.encode()).digest() + bytes([flags]) + self.signatures.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, parts: dict[str, bytes], kind: str, challenge: str) -> str:
        response = {"clientDataJSON": self._client(kind, challenge), **parts}
        named = bytes_to_base64url(self.id)
        written = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": written})
