"""A beat to the hospital's own monitoring, from the machine that watches: when it stops, another machine knows.

The address must be the hospital's own: private (RFC 1918, RFC 4193), of this machine, or in a compartment of the map.
Nothing is sent but the request for that address.
"""

import socket
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Event
from urllib.parse import urlsplit

from cloison.errors import BadValueError
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.words import Sentence, say, verbatim

EVERY_SECONDS = 60.0
PATIENCE_SECONDS = 5.0


class Heartbeat:
    """Asks for one address now and then, as long as the watch is well.

    Attributes:
        failing: why the last beat did not get through; None: it did, or none was due yet.
    """

    def __init__(self, url: str, hospital: Hospital | None, well: Callable[[], bool]) -> None:
        """Take the address, the map, and what tells whether the watch is well: if not, no beat is sent.

        Raises:
            BadValueError: this is no web address, or not the hospital's own.
        """
        self._parts = urlsplit(url)
        self._book = AddressBook(hospital)
        self._well = well
        self.failing: Sentence | None = None
        if self._parts.scheme not in {"http", "https"} or not self._parts.hostname:
            raise BadValueError(
                say("this is no web address"),
                fix=say("write it as in {example}", example="http://supervision.hopital.example/cloison"),
                where="--heartbeat",
            )
        self._own_address()

    def run(self, stop: Event) -> None:
        """Beat until told to stop."""
        while True:
            if self._well():
                self.beat()
            if stop.wait(EVERY_SECONDS):
                return

    def beat(self) -> None:
        """Beat once; what fails is told in `failing`."""
        try:
            address = self._own_address()
            secure = self._parts.scheme == "https"
            # By name when it is encrypted, for the certificate; else to the very address that was checked.
            host = self._parts.hostname or address
            connection: HTTPConnection = (
                HTTPSConnection(host, self._parts.port, timeout=PATIENCE_SECONDS)
                if secure
                else HTTPConnection(address, self._parts.port, timeout=PATIENCE_SECONDS)
            )
            try:
                path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
                connection.request("GET", path, headers={"Host": self._parts.netloc.rpartition("@")[2]})
                status = connection.getresponse().status
            finally:
                connection.close()
        except BadValueError as error:
            self.failing = error.problem
        except (OSError, HTTPException) as error:
            self.failing = say("the beat does not get through: {reason}", reason=verbatim(str(error)[:200]))
        else:
            bad = status >= 400  # noqa: PLR2004 - HTTP's errors begin there
            told = say("the beat does not get through: {reason}", reason=verbatim(f"HTTP {status}"))
            self.failing = told if bad else None

    def _own_address(self) -> str:
        """Find where the address leads; a name that leads nowhere now may do so later.

        Raises:
            BadValueError: it leads out of the hospital.
        """
        host = self._parts.hostname or ""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return host
        addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        for address in addresses:
            inside = ip_address(address).is_private or self._book.locate(address)[0] is not None
            if not inside:
                raise BadValueError(
                    say("{address} is not an address of the hospital", address=address),
                    fix=say("name a machine of your own: nothing of Cloison's leaves the hospital by itself"),
                    where="--heartbeat",
                )
        return addresses[0]
