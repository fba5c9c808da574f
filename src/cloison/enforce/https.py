"""Calls to a device's own web interface: its certificate known, its key in a header, no wait beyond the patience."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

import httpx

from cloison.enforce.credentials import place_of
from cloison.enforce.failures import garbled, late, no_address, not_let_in, refused, unknown_certificate, unreachable
from cloison.model.hospital import EnforcementPoint

_MOST = 32_000_000
"""Bytes read of one answer; a firewall's whole rule base is a few million."""

_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]+", re.ASCII)
_PATH = re.compile(r"(/[A-Za-z0-9_.-]+)*/?", re.ASCII)


def place_at(point: EnforcementPoint, form: str) -> tuple[str, str]:
    """Read a point's address, "https://HOST[:PORT][/REST]".

    Returns:
        What calls begin with, and the rest without its slashes.

    Raises:
        BadValueError: it is no such address.
    """
    address = point.address or ""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise no_address(address, form) from error
    sound = parts.scheme == "https" and parts.hostname and not (parts.username or parts.query or parts.fragment)
    if not sound or not _HOST.fullmatch(parts.netloc) or not _PATH.fullmatch(parts.path):
        raise no_address(address, form)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return f"https://{host}{port}", parts.path.strip("/")


@dataclass(slots=True)
class Calls:
    """One act's calls: a context manager; they share the patience.

    Attributes:
        base: what every path follows.
        headers: sent with each; the key is there and nowhere else, for addresses end up in logs.
    """

    point: EnforcementPoint
    base: str
    headers: Mapping[str, str] = field(repr=False)
    folder: Path
    patience: timedelta
    _until: float = 0.0
    _client: httpx.Client = field(init=False, repr=False)

    def __enter__(self) -> Self:
        """Start counting the patience.

        Raises:
            DeviceError: the device's certificate, given beside its key, is none.
        """
        given = place_of(self.point, self.folder, ".pem")
        try:
            context = ssl.create_default_context(cafile=str(given) if given.is_file() else None)
        except (ssl.SSLError, OSError) as error:
            raise unknown_certificate(self.point.id, str(given)) from error
        self._until = monotonic() + self.patience.total_seconds()
        # No proxy of the environment, no redirection: a firewall is spoken to, or nobody.
        self._client = httpx.Client(verify=context, headers=dict(self.headers), trust_env=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the line."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Call once, and give the answer's text.

        Raises:
            DeviceError: it cannot be reached, does not let us in, refuses, or answers late.
        """
        left = self._until - monotonic()
        if left <= 0:
            raise late(self.point.id, self.patience)
        try:
            with self._client.stream(
                method, f"{self.base}{path}", content=content, data=form, headers=headers, timeout=left
            ) as answer:
                text = self._read(answer)
        except httpx.TimeoutException as error:
            raise late(self.point.id, self.patience) from error
        except httpx.TransportError as error:
            if "CERTIFICATE" in str(error):
                raise unknown_certificate(self.point.id, str(place_of(self.point, self.folder, ".pem"))) from error
            raise unreachable(self.point.id, str(error) or type(error).__name__) from error
        except httpx.HTTPError as error:
            raise garbled(self.point.id) from error
        if answer.status_code in {401, 403}:
            raise not_let_in(self.point.id)
        if not answer.is_success:
            raise refused(self.point.id, f"HTTP {answer.status_code}")
        return text

    def _read(self, answer: httpx.Response) -> str:
        """Read an answer that may drip for ever, or never end."""
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if monotonic() > self._until:
                raise late(self.point.id, self.patience)
            if len(body) > _MOST:
                raise garbled(self.point.id)
        return body.decode("utf-8", errors="replace")
