"""A small OpenID Connect provider at loopback: it approves whoever it is told to, and signs as a real one does."""

import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "cloison", "secret-du-client"


@dataclass
class Provider:
    """What it will say; a test changes it to lie.

    Attributes:
        claims: of the next ID token, beside those that it always has.
        key: what it signs with; another than it publishes, when a test says so.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    down: bool = False
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "1"}))
    signing: RSAKey | None = None
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Make its server."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def describe(request: Request) -> Response:
            base = f"http://{request.url.netloc}"
            self.issuer = self.issuer or base
            if self.down:
                return Response(status_code=503)
            described = {"issuer": self.issuer, "authorization_endpoint": f"{base}/authorize?realm=hopital"}
            return JSONResponse({**described, "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"})

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

        @app.get("/keys")
        def keys() -> Response:
            return JSONResponse(KeySet([self.published]).as_dict(private=False))

        @app.post("/token")
        async def token(request: Request) -> Response:
            form = await request.form()
            asked = self.codes.pop(str(form["code"]), None)
            shown = b64decode(request.headers["authorization"].split()[1]).decode()
            proved = create_s256_code_challenge(str(form["code_verifier"]))
            right = asked and shown == f"{CLIENT}:{SECRET}" and proved == asked["code_challenge"]
            if not right or asked is None or form["redirect_uri"] != asked["redirect_uri"]:
                return JSONResponse({"error": "invalid_grant"}, status_code=400)
            now = int(time())
            usual = {
                "iss": self.issuer,
                "aud": CLIENT,
                "sub": "42",
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
            }
            given = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
            signing = self.signing or self.published
            signed = jwt.encode({"alg": self.algorithm, "kid": "1"}, given, signing, algorithms=[self.algorithm])
            return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

        return app
