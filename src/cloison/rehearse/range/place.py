"""Where a program of the range runs: inside one zone's network namespace, or on loopback in tests."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Protocol

from cloison.errors import RangeError
from cloison.model.hospital import ZoneId
from cloison.words import say, verbatim

NAMESPACES = Path("/run/netns")
"""Where ip-netns(8) keeps them; the range has a /run of its own."""

PROGRAMS = "/usr/sbin:/sbin"
"""Debian puts `ip`, `nft` and `sshd` there, which is not in an ordinary user's path."""

_LONGEST = 300
"""Characters of a command line that an error quotes."""


class Place(Protocol):
    """One zone, as its programs see it.

    Attributes:
        zone: which.
        namespace: name of its network namespace ("netns:NAME" for drivers and probes); None on loopback.
        addresses: host -> its address. Hosts are the map's assets by id, and what else lives there by name. A program
            listens on, and connects from, the address of the host that it plays: a zone's hosts share one kernel.
    """

    @property
    def zone(self) -> ZoneId: ...  # noqa: D102 - told above
    @property
    def namespace(self) -> str | None: ...  # noqa: D102 - told above
    @property
    def addresses(self) -> Mapping[str, IPv4Address]: ...  # noqa: D102 - told above

    def spawn(
        self, argv: Sequence[str], *, name: str, folder: Path, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program that goes on; both its outputs go to `folder`/`name`.log, which is added to.

        Args:
            argv: program and arguments.
            name: what to call it.
            folder: where it writes; made when absent.
            env: added to this process's environment.

        Returns:
            The running program itself: its pid, `poll`, `terminate`, `wait`. It ends with the range at the latest.

        Raises:
            RangeError: it is not installed.
        """
        ...

    def run(
        self, argv: Sequence[str], *, timeout: timedelta, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end and give its exit code and outputs.

        Raises:
            RangeError: it is not installed, or lasts longer than `timeout` (it is killed).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A zone of the range, from inside the range (see `keeper`)."""

    zone: ZoneId
    namespace: str
    addresses: Mapping[str, IPv4Address]

    def spawn(
        self, argv: Sequence[str], *, name: str, folder: Path, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """See `Place`."""
        return _spawn(self._inside(argv), name, folder, env)

    def run(
        self, argv: Sequence[str], *, timeout: timedelta, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """See `Place`."""
        return _run(self._inside(argv), timeout, env)

    def _inside(self, argv: Sequence[str]) -> list[str]:
        # nsenter becomes the program: the pid is the program's own.
        return ["nsenter", f"--net={NAMESPACES / self.namespace}", "--", installed(argv[0]), *argv[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loopback:
    """A zone without a namespace: its hosts answer on addresses of 127.0.0.0/8, chosen by who makes it."""

    zone: ZoneId
    addresses: Mapping[str, IPv4Address]
    namespace: None = None

    def spawn(
        self, argv: Sequence[str], *, name: str, folder: Path, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """See `Place`."""
        return _spawn([installed(argv[0]), *argv[1:]], name, folder, env)

    def run(
        self, argv: Sequence[str], *, timeout: timedelta, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """See `Place`."""
        return _run([installed(argv[0]), *argv[1:]], timeout, env)


def search_path() -> str:
    """Give the PATH under which the range's programs are found."""
    return f"{os.environ.get('PATH', os.defpath)}:{PROGRAMS}"


def _surroundings(env: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PATH": search_path(), **(env or {})}


def _spawn(argv: Sequence[str], name: str, folder: Path, env: Mapping[str, str] | None) -> "subprocess.Popen[bytes]":
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.log").open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - programs of the range, in the range
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_surroundings(env)
        )


def _run(argv: Sequence[str], timeout: timedelta, env: Mapping[str, str] | None) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 - programs of the range, in the range
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=_surroundings(env),
            timeout=timeout.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RangeError(
            say("it did not end within {seconds} s", seconds=timeout.total_seconds()),
            fix=say(
                "look at what it waits for, from a shell in its zone: {command}", command="cloison range shell ZONE"
            ),
            where=" ".join(argv)[:_LONGEST],
        ) from error


def installed(program: str) -> str:
    """Give the path of a program.

    Raises:
        RangeError: it is not installed.
    """
    found = shutil.which(program, path=search_path())
    if found is None:
        raise RangeError(
            say("{program} is not installed", program=verbatim(program)),
            fix=say("install it, then try again"),
            where=program,
        )
    return found
