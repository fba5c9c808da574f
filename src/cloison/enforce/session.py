"""A command line on a device, through netmiko: what is asked, what is changed, and no wait beyond the patience."""

import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from logging import NullHandler, getLogger
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import ModuleType
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from cloison.enforce.credentials import FOLDER, credentials_of
from cloison.enforce.failures import garbled, late, no_address, not_let_in, refused, unreachable
from cloison.errors import DeviceError
from cloison.model.hospital import EnforcementPoint
from cloison.words import say

_USER = re.compile(r"[\w.-]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_SSH = 22

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device's command line answers, "ssh://USER@HOST[:PORT]/NAME,NAME".

    Attributes:
        names: what of it Cloison works in: access lists.
    """

    host: str
    port: int
    user: str
    names: tuple[str, ...]


def place_at(point: EnforcementPoint, *, names: str) -> Place:
    """Read a point's address.

    Args:
        point: where it is.
        names: what stands after the host, for people; empty: nothing does.

    Raises:
        BadValueError: it is no such address.
    """
    address = point.address or ""
    form = "ssh://USER@HOST" + (f"/{names},…" if names else "")
    try:
        parts = urlsplit(address)
        port = parts.port or _SSH
    except ValueError as error:
        raise no_address(address, form) from error
    given = tuple(filter(None, parts.path.strip("/").split(",")))
    sound = parts.scheme == "ssh" and parts.hostname and not parts.password and not parts.query and not parts.fragment
    if not sound or not _USER.fullmatch(parts.username or "") or bool(given) is not bool(names):
        raise no_address(address, form)
    if not all(_NAME.fullmatch(name) for name in given):
        raise no_address(address, form)
    return Place(str(parts.hostname), port, str(parts.username), given)


class Session(Protocol):
    """A device's command line, entered."""

    def ask(self, command: str) -> str:
        """Give what it prints."""
        ...

    def change(self, commands: Sequence[str]) -> None:
        """Configure it, command after command; it stops at the first that is refused."""
        ...


class _Connection(Protocol):
    """What is used of netmiko's connection."""

    remote_conn_pre: Any

    def send_command(self, command: str) -> str: ...
    def send_config_set(self, commands: Sequence[str], **options: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a point's command line is entered.

    Attributes:
        kind: netmiko's name of its sort.
        complaint: what a refused command prints, as a regular expression.
        configure: what enters its configuration; empty: what netmiko knows.
    """

    point: EnforcementPoint
    place: Place
    kind: str
    complaint: str
    folder: Path
    patience: timedelta
    configure: str = ""

    def talk(self, act: Callable[[Session], T]) -> T:
        """Enter, act, leave.

        Raises:
            DeviceError: it cannot be reached, refuses, answers late or what nobody understands.
        """
        library = _netmiko(self.point.id)
        patience = self.patience.total_seconds()
        until = monotonic() + patience
        try:
            line = socket.create_connection((self.place.host, self.place.port), timeout=patience)
        except OSError as error:
            raise unreachable(self.point.id, str(error)) from error
        said: SimpleQueue[tuple[bool, Any]] = SimpleQueue()
        Thread(target=self._answer, args=(library, line, act, said), daemon=True).start()
        try:
            done, told = said.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            raise late(self.point.id, self.patience) from None
        finally:
            # The thread cannot be stopped; without its line it says nothing more to the device.
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        if not done:
            raise self._failure(library, told)
        answer: T = told
        return answer

    def _answer(
        self, library: ModuleType, line: socket.socket, act: Callable[[Session], T], said: SimpleQueue[tuple[bool, Any]]
    ) -> None:
        try:
            connection = self._enter(library, line)
            try:
                told = act(_Entered(connection, self))
            finally:
                connection.remote_conn_pre.close()
            said.put((True, told))
        except Exception as error:  # noqa: BLE001 - carried to whoever waits, and told apart there
            said.put((False, error))

    def _enter(self, library: ModuleType, line: socket.socket) -> _Connection:
        found = credentials_of(self.point, self.folder)
        patience = self.patience.total_seconds()
        known = self.folder.parent / FOLDER / "known_hosts"
        connection: _Connection = library.ConnectHandler(
            device_type=self.kind,
            host=self.place.host,
            port=self.place.port,
            username=self.place.user,
            password=found.first if found else None,
            secret=found.second if found else "",
            use_keys=found is None,
            allow_agent=found is None,
            ssh_strict=True,
            system_host_keys=True,
            alt_host_keys=known.is_file(),
            alt_key_file=str(known),
            sock=line,
            conn_timeout=patience,
            auth_timeout=patience,
            banner_timeout=patience,
            blocking_timeout=patience,
            session_timeout=patience,
            read_timeout_override=patience,
        )
        return connection

    def _failure(self, library: ModuleType, error: Exception) -> DeviceError:
        faults = library.exceptions
        if isinstance(error, DeviceError):
            return error
        if isinstance(error, faults.NetmikoAuthenticationException):
            return not_let_in(self.point.id)
        if isinstance(error, faults.ConfigInvalidException):
            return refused(self.point.id, str(error))
        if isinstance(error, faults.ReadTimeout):
            return late(self.point.id, self.patience)
        if isinstance(error, ValueError | LookupError):
            return garbled(self.point.id)
        return unreachable(self.point.id, str(error).splitlines()[0] if str(error) else type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Entered:
    connection: _Connection
    entrance: Entrance

    def ask(self, command: str) -> str:
        told = str(self.connection.send_command(command))
        if found := re.search(self.entrance.complaint, told, re.MULTILINE):
            raise refused(self.entrance.point.id, found[0])
        return told

    def change(self, commands: Sequence[str]) -> None:
        if commands:
            options = {"config_mode_command": self.entrance.configure} if self.entrance.configure else {}
            complaint = self.entrance.complaint
            self.connection.send_config_set(list(commands), error_pattern=complaint, **options)


def _netmiko(where: str) -> ModuleType:
    # What the transport would print of a fault is told by our own errors, in the reader's language.
    getLogger("paramiko").addHandler(NullHandler())
    try:
        return import_module("netmiko")
    except ImportError as error:
        raise DeviceError(
            say("the program that speaks to such devices is not installed"),
            fix=say("install it with {command}", command="pip install 'cloison[vendors]'"),
            where=where,
        ) from error
