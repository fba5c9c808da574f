"""Where a device's own program runs: on this machine, in a network namespace, or over SSH."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from datetime import timedelta

from cloison.errors import BadValueError, DeviceError
from cloison.words import say, verbatim

_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_\[][A-Za-z0-9_.:\[\]-]*", re.ASCII)
_SSH_FAILED = 255
"""ssh's own exit code, whatever the program it runs there would have given (ssh(1))."""

_LAST_WORDS = 300
"""Characters kept of what a program complained of."""


def command_at(address: str, program: Sequence[str], patience: timedelta) -> list[str]:
    """Give the command line that runs a program at an address: "local", "netns:NAME" or "ssh:[USER@]HOST".

    SSH is the system's own client, with its keys, its known hosts and its configuration: it never asks a question,
    and never accepts a host that it does not know.

    Raises:
        BadValueError: it is no such address.
    """
    where, _, rest = address.partition(":")
    if address == "local":
        return list(program)
    if where == "netns" and _NAMESPACE.fullmatch(rest):
        return ["nsenter", f"--net=/run/netns/{rest}", "--", *program]
    if where == "ssh" and _HOST.fullmatch(rest):
        waiting = str(max(1, int(patience.total_seconds())))
        options = ["-oBatchMode=yes", "-oStrictHostKeyChecking=yes", f"-oConnectTimeout={waiting}"]
        return ["ssh", *options, "--", rest, shlex.join(program)]
    raise BadValueError(
        say("it is no address of a device"),
        fix=say("write it as one of: {forms}", forms="local, netns:NAME, ssh:USER@HOST"),
        where=address,
    )


def run_at(address: str, program: Sequence[str], text: str, patience: timedelta) -> str:
    """Run a program at an address with a text on its standard input, and give what it prints.

    Raises:
        BadValueError: it is no address.
        DeviceError: it cannot be reached or started, refuses, or lasts beyond the patience.
    """
    command = command_at(address, program, patience)
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, and an address of a strict form
            command,
            input=text.encode(),
            capture_output=True,
            timeout=patience.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DeviceError(
            say("it did not answer within {seconds} s", seconds=patience.total_seconds()),
            fix=say("check the device and the network, then see how the doors stand with {command}", command=_STATE),
            where=address,
        ) from error
    except OSError as error:
        raise DeviceError(
            say("{program} cannot be run ({reason})", program=command[0], reason=verbatim(error.strerror or "?")),
            fix=say("install it, or name another address for this point in the map"),
            where=address,
        ) from error
    if done.returncode != 0:
        raise _refusal(address, done.returncode, done.stderr.decode(errors="replace").strip())
    return done.stdout.decode(errors="replace")


_STATE = "cloison seal"


def _refusal(address: str, code: int, complaint: str) -> DeviceError:
    last = verbatim(complaint[-_LAST_WORDS:] or f"exit {code}")
    if address.startswith("ssh:") and code == _SSH_FAILED:
        return DeviceError(
            say("it cannot be reached, or does not let us in: {reason}", reason=last),
            fix=say("try the same by hand, with {command}", command=f"ssh {address.removeprefix('ssh:')}"),
            where=address,
        )
    return DeviceError(
        say("it refused: {reason}", reason=last),
        fix=say("read its words; changing a firewall needs an administrator's rights there"),
        where=address,
    )
