"""The listening process beside the watch: begun with it, ended with it, its spool bounded."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloison.errors import ListeningError
from cloison.ingest.listen import STATUS
from cloison.ingest.listen_spool import SYSLOG, segments
from cloison.ops.watching_engine import Engine
from cloison.words import say, verbatim

KEPT_BYTES = 2 << 30
"""Of syslog that was read, kept so that the records that an alert quotes can be looked at; the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to listen: (address, port) each."""

    netflow: tuple[str, int] | None = None
    syslog: tuple[str, int] | None = None


NOWHERE = Places()


class Listeners:
    """The process that listens, if any.

    Attributes:
        folder: its spool.
        flows_name: how the listener for flows is called; empty when there is none.
        ports: kind -> the port that was opened.
    """

    def __init__(self, folder: Path, places: Places) -> None:
        """Begin to listen.

        Raises:
            ListeningError: a port cannot be opened.
        """
        self.folder = folder
        self._places = places
        self._process: subprocess.Popen[str] | None = None
        self._pipe = -1
        self.ports: dict[str, int] = {}
        wanted = {"netflow": places.netflow, "syslog": places.syslog}
        self._asked = [f"{kind}={_shown(*place)}" for kind, place in wanted.items() if place is not None]
        self.flows_name = f"netflow {_shown(*places.netflow)}" if places.netflow else ""
        if self._asked:
            self._start(self._asked)

    def folders(self) -> tuple[Path, ...]:
        """Give the folders of text that the listening fills: they are followed as any."""
        if self._places.syslog is None:
            return ()
        folder = self.folder / SYSLOG
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder,)

    def status(self) -> dict[str, dict[str, Any]]:
        """Give what each listener last told of itself; nothing when the process has ended."""
        if self._process is None or self._process.poll() is not None:
            return {}
        try:
            found: dict[str, dict[str, Any]] = json.loads((self.folder / STATUS).read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def alive(self) -> bool:
        """Tell whether it listens, or was never asked to."""
        return self._process is None or self._process.poll() is None

    def revive(self) -> None:
        """Listen again after the process has ended by itself.

        Raises:
            ListeningError: a port cannot be opened.
        """
        self.close()
        self._start(self._asked)

    def forget_read(self, engine: Engine) -> None:
        """Delete what was read, once a checkpoint remembers it; some of the text is kept, for people to look at."""
        if engine.flows is not None:
            engine.flows.forget_read()
        if self._places.syslog is None:
            return
        folder = self.folder / SYSLOG
        sizes = dict(segments(folder, ""))
        left = sum(sizes.values())
        latest = {name.rpartition("-")[0]: name for name in sorted(sizes)}
        for log in sorted(engine.follower.logs.values(), key=lambda log: log.changed):
            name = log.path.name
            if left <= KEPT_BYTES:
                return
            if log.path.parent == folder and not log.unread() and name != latest.get(name.rpartition("-")[0]):
                log.path.unlink(missing_ok=True)
                left -= sizes.get(name, 0)

    def close(self) -> None:
        """Stop listening; what was received is written down first."""
        if self._process is None:
            return
        os.close(self._pipe)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()
        self._process = None

    def _start(self, asked: list[str]) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        theirs, self._pipe = os.pipe()
        command = [sys.executable, "-m", "cloison.ingest.listen", str(self.folder), str(theirs), *asked]
        # A session of its own: Ctrl-C is for the watch, which ends this by closing the pipe.
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, text=True, pass_fds=(theirs,), start_new_session=True
        )
        os.close(theirs)
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        answer = json.loads(self._process.stdout.readline() or '{"failed": "?", "reason": "?"}')
        if "failed" in answer:
            self.close()
            raise ListeningError(
                say("the port cannot be opened: {reason}", reason=verbatim(str(answer["reason"]))),
                fix=say("choose another address or port: {command}", command="ss -lun"),
                where=str(answer["failed"]),
            )
        self.ports = answer["ports"]


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
