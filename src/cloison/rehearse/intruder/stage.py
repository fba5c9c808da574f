"""What an act has to work with: its address, its targets, what it found, the clock, and the bounds."""

import random
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EINPROGRESS
from ipaddress import ip_address, ip_network
from pathlib import Path
from time import sleep
from typing import Any

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.bounds import Bounds, Purse, SpentError
from cloison.rehearse.intruder.truth import Truth

PATIENCE = 2.0
"""Seconds for a connection to open: what a closed door swallows never answers."""


@noun
class Target:
    """One machine to act upon."""

    name: str
    address: str


@noun
class Account:
    """An account of the range's own, found on the way.

    Attributes:
        service: "smb" or "ssh".
        user: its name.
        opens: its password.
        on: the assets that take it; none named: all do.
    """

    service: str
    user: str
    opens: str
    on: tuple[str, ...] = ()


@noun
class Order:
    """One step, as its agent gets it.

    Attributes:
        act: name of the act.
        parameters: its own.
        source: address to act from.
        targets: machines to act upon, the likeliest first.
        networks: those of the range: nothing else may be connected to.
        name_servers: addresses of the range's.
        accounts: found so far.
        people: names of the range's own accounts, for guesses.
        speed: how many times faster than the story.
        seed: of everything that is drawn.
        shift: added to every port, as in the range's setting: 0 in the range.
        bounds: hard ones.
        folder: where the truth goes, and the act's own files.
        marker, nonce, interfaces: see `fence.check_place`.
    """

    act: str
    parameters: Mapping[str, Any]
    source: str
    targets: tuple[Target, ...]
    networks: tuple[str, ...]
    name_servers: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    people: tuple[str, ...] = ()
    speed: float = 1.0
    seed: int = 1
    shift: int = 0
    bounds: Bounds = Bounds()
    folder: str
    marker: str = ""
    nonce: str = ""
    interfaces: tuple[str, ...] = ()


class Stage:
    """An order being carried out.

    Attributes:
        purse: what is left of the bounds.
        draw: seeded.
        folder: for the act's own files.
    """

    def __init__(self, order: Order, technique: Technique, *, hostile: bool) -> None:
        """Start the clock."""
        self.order = order
        self.purse = Purse(order.bounds)
        self.draw = random.Random(order.seed)  # noqa: S311 - a rehearsal must be repeatable
        self.folder = Path(order.folder)
        self._truth = Truth(self.folder)
        self._technique = technique
        self._hostile = hostile
        self._told: set[str] = set()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Machines to act upon."""
        return self.order.targets

    def pause(self, minutes: float) -> None:
        """Wait, on the clock of the story.

        Raises:
            SpentError: the time is up before.
        """
        seconds = 60 * minutes / self.order.speed
        left = self.purse.seconds_left
        sleep(min(seconds, left))
        _ = self.purse.seconds_left

    def tell(self, target: str) -> None:
        """Write that a target is about to be touched; once each."""
        if target not in self._told:
            self._told.add(target)
            self._truth.tell(self.order.act, self._technique, self.order.source, target, hostile=self._hostile)

    def account(self, service: str, target: Target) -> Account | None:
        """Give an account found for a machine; None: none was."""
        fitting = (one for one in self.order.accounts if one.service == service)
        return next((one for one in fitting if not one.on or target.name in one.on), None)

    def port(self, declared: int) -> int:
        """Give the port on which a service answers here."""
        return declared + self.order.shift

    def open(self, host: str, port: int, *, patience: float = PATIENCE) -> socket.socket | None:
        """Open a TCP connection; None: refused, or no answer."""
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        one.settimeout(patience)
        try:
            one.connect((host, self.port(port)))
        except OSError:
            one.close()
            return None
        return one


class _NotOfTheRangeError(PermissionError):
    """An address outside the range was to be reached."""


@contextmanager
def bound_sockets(order: Order, purse: Purse) -> Iterator[None]:
    """Have every socket of this process leave from the order's address, to the range alone, and be counted.

    Client libraries make their own sockets, and none of those used here lets its caller choose the source: a zone's
    machines share one kernel, so the address is what tells them apart.
    """
    networks = [ip_network(network) for network in order.networks]
    plain = socket.socket

    class Bound(plain):  # type: ignore[valid-type,misc]  # a variable: it is replaced below, and put back
        def connect(self, address: Any) -> None:  # noqa: ANN401 - as socket.connect
            self._prepare(address)
            try:
                super().connect(address)
            except OSError as error:
                if error.errno != EINPROGRESS:  # impacket forgets those that did not open
                    self.close()
                raise

        def connect_ex(self, address: Any) -> int:  # noqa: ANN401 - as socket.connect_ex
            self._prepare(address)
            return int(super().connect_ex(address))

        def sendto(self, data: Any, *rest: Any) -> int:  # noqa: ANN401 - as socket.sendto
            self._prepare(rest[-1])
            return int(super().sendto(data, *rest))

        def _prepare(self, address: Any) -> None:  # noqa: ANN401 - as socket.connect
            if not isinstance(address, tuple) or not any(ip_address(address[0]) in network for network in networks):
                raise _NotOfTheRangeError(str(address))
            if self.getsockname()[0] == "0.0.0.0":  # noqa: S104 - what a socket without an address says
                try:
                    purse.connect()
                except SpentError:
                    self.close()
                    raise
                self.bind((order.source, 0))

    socket.socket = Bound  # type: ignore[misc]
    try:
        yield
    finally:
        socket.socket = plain  # type: ignore[misc]
