"""The probe: one file, the standard library only, run where a zone's machines stand; see docs/enforce.md.

It reads orders, one JSON object a line, and answers each with one line:
    {"do": "hold", "targets": [["10.0.0.1", 445], ...], "patience": 2.0}
        connects to each and keeps the connection -> [["connected" | "refused" | "silent", ...]]
    {"do": "try", "patience": 2.5}
        connects anew to each, and tells whether the peer of each kept connection was heard meanwhile
        -> [[answer, true | false | null], ...]

No byte is sent on a connection: the kernel's own keep-alives, one a second, show whether the peer still answers
(TCP_INFO, tcp(7)), so that a medical device sees nothing but an idle connection. It ends with its input.
"""

from __future__ import annotations

import errno
import json
import select
import socket
import struct
import sys
import time
from typing import Any

HEARD = struct.Struct("=8B24I")
LAST_DATA, LAST_ACK = 8 + 11, 8 + 12
ESTABLISHED = 1
SLACK = 0.1


def connect(targets: list[tuple[str, int]], patience: float) -> list[tuple[str, socket.socket | None]]:
    """Try all at once; give (answer, socket or None) for each."""
    found: list[tuple[str, socket.socket | None]] = [("silent", None) for _ in targets]
    waiting = {}
    poll = select.poll()
    for place, (host, port) in enumerate(targets):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        one = socket.socket(family, socket.SOCK_STREAM)
        one.setblocking(False)
        began = one.connect_ex((host, port))
        if began in (0, errno.EINPROGRESS):
            waiting[one.fileno()] = (place, one)
            poll.register(one, select.POLLOUT)
        else:
            one.close()
    until = time.monotonic() + patience
    while waiting and time.monotonic() < until:
        for number, _ in poll.poll(max(1, 1000 * (until - time.monotonic()))):
            place, one = waiting.pop(number)
            poll.unregister(number)
            fault = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if fault == 0:
                found[place] = ("connected", one)
            else:
                found[place] = ("refused" if fault == errno.ECONNREFUSED else "silent", None)
                one.close()
    for _, one in waiting.values():
        one.close()
    return found


def keep(one: socket.socket) -> None:
    """Have the kernel ask the peer each second whether it is there."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 100)):
        one.setsockopt(socket.IPPROTO_TCP, option, value)


def drained(one: socket.socket) -> bool:
    """Read what the peer says unasked; tell whether the connection still stands."""
    try:
        while one.recv(65536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def heard(one: socket.socket | None, seconds: float) -> bool | None:
    """Tell whether the peer was heard in the last seconds; None: it has hung up, which shows nothing."""
    if one is None or not drained(one):
        return None
    told = HEARD.unpack(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, HEARD.size))
    if told[0] != ESTABLISHED:
        return None
    silent: int = min(told[LAST_DATA], told[LAST_ACK])
    return silent / 1000 < seconds - SLACK


def main() -> None:
    """Obey until the input ends."""
    targets: list[tuple[str, int]] = []
    held: list[socket.socket | None] = []
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "hold":
            targets = [(host, port) for host, port in order["targets"]]
            found = connect(targets, order["patience"])
            held = [one for _, one in found]
            for one in filter(None, held):
                keep(one)
            answer: list[Any] = [name for name, _ in found]
        else:
            began = time.monotonic()
            fresh = connect(targets, order["patience"])
            time.sleep(max(0.0, began + order["patience"] - time.monotonic()))
            passed = time.monotonic() - began
            answer = [[name, heard(held[place], passed)] for place, (name, _) in enumerate(fresh)]
            for _, again in fresh:
                if again is not None:
                    again.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
