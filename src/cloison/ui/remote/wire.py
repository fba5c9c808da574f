"""One question to a server, and its answer: bounded in size and in time, verified, led nowhere else."""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

from cloison import __version__
from cloison.errors import BadValueError, ServerError
from cloison.ui.answers import NOUN, VERSION_HEADER
from cloison.ui.remote.reading import read_noun
from cloison.ui.remote.refusals import refusal
from cloison.words import Sentence, say, verbatim

T = TypeVar("T")

API = "/api/v1"
LARGEST = 64 * 2**20
"""Bytes of an answer: a map of 32 MB twice told."""
WHOLE_SECONDS = 300.0
"""A server that drips one byte a second is no server."""
_TIMES = httpx.Timeout(120.0, connect=10.0)
"""A device that must be reached may take its time; a machine that is up answers a connection at once."""
_OK, _REFUSED = range(200, 300), 300


@dataclass(frozen=True, slots=True)
class Wire:
    """A way to one server.

    Attributes:
        address: "https://NAME:PORT".
        token: who asks; shown nowhere.
        language: of what the server says.
        authority: the certificates to trust, PEM; None: the system's.
    """

    address: str
    token: str = field(repr=False)
    language: str = "fr"
    authority: Path | None = None

    def noun(self, of: type[T], path: str, *, query: Mapping[str, str] | None = None) -> T:
        """Ask for a noun.

        Raises:
            ServerError: it cannot be reached, is of another version, or answers something else.
            CloisonError: it refuses, with the error that the same command raises here.
        """
        return self._read(of, path, self._exchange("GET", path, NOUN, query=query))

    def act(self, of: type[T], path: str, body: object = None, *, method: str = "POST") -> T:
        """Send a document, and read the noun that answers; errors as `noun`."""
        content = None if body is None else json.dumps(body).encode()
        return self._read(of, path, self._exchange(method, path, NOUN, content=content, kind="application/json"))

    def text(self, path: str, kind: str) -> str:
        """Ask for a text; errors as `noun`."""
        return self._exchange("GET", path, kind)

    def put_text(self, of: type[T], path: str, text: bytes, kind: str, *, query: Mapping[str, str] | None = None) -> T:
        """Send a file's text, and read the noun that answers; errors as `noun`."""
        return self._read(of, path, self._exchange("PUT", path, NOUN, content=text, kind=kind, query=query))

    def _read(self, of: type[T], path: str, text: str) -> T:
        try:
            return read_noun(of, text, where=path)
        except (BadValueError, ValueError, TypeError, RecursionError) as error:
            raise self._trouble(
                say("the server's answer has another shape than expected"),
                say("check that both are of the same version: here {version}", version=__version__),
            ) from error

    def _exchange(
        self,
        method: str,
        path: str,
        wanted: str,
        *,
        content: bytes | None = None,
        kind: str = "",
        query: Mapping[str, str] | None = None,
    ) -> str:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": wanted,
            "Accept-Encoding": "identity",  # what is packed may swell without end
            "User-Agent": f"cloison/{__version__}",
        }
        if kind and content is not None:
            headers["Content-Type"] = kind
        try:
            # No proxy and no credential of the environment: what is asked goes to this address and nowhere else.
            with (
                httpx.Client(verify=self._trusted(), trust_env=False, timeout=_TIMES) as client,
                client.stream(
                    method,
                    f"{self.address}{API}{path}",
                    headers=headers,
                    content=content,
                    params={**(query or {}), "lang": self.language},
                ) as answer,
            ):
                body = self._bounded(answer)
        except httpx.HTTPError as error:
            raise self._unreached(error) from error
        except httpx.InvalidURL as error:
            raise self._trouble(say("this is no address of a server"), _LOOK) from error
        if answer.status_code not in _OK:
            retry = answer.headers.get("retry-after", "")
            raise refusal(answer.status_code, body, retry_after=retry, where=self.address)
        self._same_version(answer.headers.get(VERSION_HEADER, ""))
        if answer.headers.get("content-type", "").partition(";")[0].strip() != wanted:
            raise self._trouble(say("the server answers something else than what was asked"), _LOOK)
        return body

    def _bounded(self, answer: httpx.Response) -> str:
        found, ends = bytearray(), time.monotonic() + WHOLE_SECONDS
        for part in answer.iter_raw():
            found += part
            if len(found) > LARGEST:
                raise self._trouble(
                    say("the server's answer is larger than {megabytes} MB", megabytes=LARGEST >> 20), _LOOK
                )
            if time.monotonic() > ends:
                raise self._trouble(_SLOW, _ALIVE)
        try:
            return found.decode()
        except UnicodeDecodeError as error:
            raise self._trouble(say("the server answers something else than what was asked"), _LOOK) from error

    def _same_version(self, theirs: str) -> None:
        if not theirs:
            raise self._trouble(say("what answers there is no Cloison, or an older one"), _LOOK)
        if theirs.split(".")[:2] != __version__.split(".")[:2]:
            raise self._trouble(
                say("the server is version {theirs}, and this program {ours}", theirs=theirs[:40], ours=__version__),
                say("install the server's version here: {command}", command="pip install cloison==VERSION"),
            )

    def _trusted(self) -> ssl.SSLContext:
        if not self.address.startswith("https:"):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody: nothing is encrypted at loopback
        try:
            return ssl.create_default_context(cafile=str(self.authority) if self.authority else None)
        except (OSError, ssl.SSLError) as error:
            raise BadValueError(
                say("these certificates cannot be read ({reason})", reason=verbatim(str(error)[:200])),
                fix=say("name a file of certificates, PEM"),
                where=str(self.authority),
            ) from error

    def _unreached(self, error: httpx.HTTPError) -> ServerError:
        if isinstance(error, httpx.TimeoutException):
            return self._trouble(_SLOW, _ALIVE)
        reason = str(error)[:300] or type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            return self._trouble(
                say("the server's certificate is not to be trusted ({reason})", reason=verbatim(reason)),
                say("name the authority that signed it with {option}, or have it renewed", option="--ca FILE"),
            )
        return self._trouble(say("the server cannot be reached ({reason})", reason=verbatim(reason)), _ALIVE)

    def _trouble(self, problem: Sentence, fix: Sentence) -> ServerError:
        return ServerError(problem, fix=fix, where=self.address)


_SLOW = say("the server does not answer in time")
_ALIVE = say("see that it runs, and that this machine reaches it; on the night, go to its own screen")
_LOOK = say("check the address and the port")
