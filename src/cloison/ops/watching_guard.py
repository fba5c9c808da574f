"""The dead man's signal: a process of its own that hears the watch's beats, and speaks when they stop.

The watch beats through a pipe. When it is killed the pipe closes; when it hangs the beats stop: both are told to people
by the same addresses as alerts. What it may say is given to it at the start, so that it needs nothing when it must
speak: no database, no map. A second guard on another machine can ask the address of `--heartbeat`.

Run as `python -m cloison.ops.watching_guard PIPE`; the pipe's first line is its orders.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

BEAT, BYE = b".", b"!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What the guard says, to whom, and when.

    Attributes:
        urls: Apprise's addresses.
        died: the message when the watch has ended without a word.
        stalled: the message when it is there and does not beat.
        seconds: silence after which it is stalled.
    """

    urls: tuple[str, ...]
    died: str
    stalled: str
    seconds: float


class Guard:
    """The watch's end of the pipe."""

    def __init__(self, orders: Orders) -> None:
        """Begin to be guarded."""
        theirs, self._pipe = os.pipe()
        command = [sys.executable, "-m", "cloison.ops.watching_guard", str(theirs)]
        # A session of its own: what stops the watch's group must not stop its guard.
        self._process = subprocess.Popen(command, pass_fds=(theirs,), start_new_session=True)  # noqa: S603 - ours
        os.close(theirs)
        os.set_blocking(self._pipe, False)
        self._send(json.dumps([orders.urls, orders.died, orders.stalled, orders.seconds]).encode() + b"\n")

    def beat(self) -> bool:
        """Say that all is well; False when nobody guards any more."""
        self._send(BEAT)
        return self._process.poll() is None

    def close(self) -> None:
        """Say that the watch ends as it should."""
        self._send(BYE)
        os.close(self._pipe)
        self._process.wait()

    def _send(self, data: bytes) -> None:
        # A full pipe means a guard that is busy speaking: the beat may be left out.
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self._pipe, data)


def stand_guard(pipe: int) -> int:
    """Listen to the beats until the pipe closes.

    Returns:
        How often it had to speak.
    """
    orders, early = _orders(pipe)
    spoken, heard, stalled, clean = 0, time.monotonic(), False, BYE in early
    while True:
        ready, _, _ = select.select([pipe], [], [], max(heard + orders.seconds - time.monotonic(), 0.0))
        if ready:
            data = os.read(pipe, 4096)
            if not data:
                break
            clean = clean or BYE in data
            heard, stalled = time.monotonic(), False
        elif not stalled:
            stalled = True
            spoken += _speak(orders.urls, orders.stalled)
            heard = time.monotonic()
        else:
            heard = time.monotonic()  # told once; now it is enough to hear it again, or end
    return spoken if clean else spoken + _speak(orders.urls, orders.died)


def _orders(pipe: int) -> tuple[Orders, bytes]:
    data = b""
    while b"\n" not in data:
        piece = os.read(pipe, 65536)
        if not piece:
            sys.exit(0)
        data += piece
    line, _, rest = data.partition(b"\n")
    urls, died, stalled, seconds = json.loads(line)
    return Orders(urls=tuple(urls), died=died, stalled=stalled, seconds=seconds), rest


def _speak(urls: Sequence[str], text: str) -> int:
    from cloison.ops.notifying import deliver  # noqa: PLC0415 - half a second that a guard who never speaks need not pay

    for url in urls:
        for pause in (0, 5, 30, 120):
            time.sleep(pause)
            if deliver(url, "Cloison", text) is None:
                break
    return 1


if __name__ == "__main__":
    stand_guard(int(sys.argv[1]))
