"""How a running range is spoken to from outside: a socket in its folder, one JSON object a line each way."""

import json
import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from cloison.errors import RangeError
from cloison.words import say, verbatim

SOCKET = "control"
_CREDENTIALS = struct.Struct("3i")
_PATIENCE = 30.0
_CHUNK, _LONGEST = 65_536, 16_777_216
"""Bytes read at once, and the most that anybody may say."""

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Listening:
    """The keeper's side: answers one caller at a time, from a thread of its own."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        """Listen.

        Args:
            folder: the range's; nobody but its owner enters it.
            answer: from what is asked to what is said.
        """
        self._answer = answer
        self._socket = socket.socket(socket.AF_UNIX)
        with _reached(folder) as path:
            Path(path).unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                self._socket.bind(path)
            finally:
                os.umask(before)
        self._socket.listen()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        # Closing alone would leave it listening for as long as the other thread waits there.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PATIENCE)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller, suppress(OSError):
                caller.settimeout(_PATIENCE)
                try:
                    told = self._answer(json.loads(_line(caller)))
                except ValueError:
                    told = {"error": "not JSON"}
                caller.sendall(json.dumps(told).encode() + b"\n")


def ask(folder: Path, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask a running range.

    Raises:
        RangeError: none runs in this folder, or it does not answer.
    """
    with _called(folder) as caller:
        try:
            caller.sendall(json.dumps(question).encode() + b"\n")
            told = json.loads(_line(caller))
        except (OSError, ValueError) as error:
            raise RangeError(
                say("the range does not answer ({reason})", reason=verbatim(str(error) or "?")),
                fix=say("end it with {command}, then look at its log", command="cloison range down"),
                where=str(folder),
            ) from error
    return told if isinstance(told, dict) else {}


def keeper_of(folder: Path) -> int:
    """Give the keeper's pid, as this process sees it: the kernel says who listens (unix(7), SO_PEERCRED).

    Raises:
        RangeError: no range runs in this folder.
    """
    with _called(folder) as caller:
        pid, _, _ = _CREDENTIALS.unpack(caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return int(pid)


def runs(folder: Path) -> bool:
    """Tell whether a range runs in this folder."""
    try:
        keeper_of(folder)
    except RangeError:
        return False
    return True


@contextmanager
def _called(folder: Path) -> Iterator[socket.socket]:
    caller = socket.socket(socket.AF_UNIX)
    caller.settimeout(_PATIENCE)
    try:
        with _reached(folder) as path:
            caller.connect(path)
    except OSError as error:
        caller.close()
        raise RangeError(
            say("no range is running here"),
            fix=say("start one with {command}", command="cloison range up"),
            where=str(folder),
        ) from error
    with caller:
        yield caller


@contextmanager
def _reached(folder: Path) -> Iterator[str]:
    """Give a short path to the socket: the kernel takes 107 bytes, and folders are often deeper (unix(7))."""
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{here}/{SOCKET}"
    finally:
        os.close(here)


def _line(peer: socket.socket) -> bytes:
    said = bytearray()
    while not said.endswith(b"\n") and len(said) < _LONGEST:
        part = peer.recv(_CHUNK)
        if not part:
            break
        said += part
    return bytes(said)
