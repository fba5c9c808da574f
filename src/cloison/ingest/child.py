"""Another program at work on a file: its output streamed, its time and memory bounded, never left behind."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

MEMORY = 8 << 30
"""Bytes of address space that a child may take: a hostile capture must not take the machine."""

_STDERR_SHOWN = 4096


@dataclass(slots=True)
class Child:
    """A running program.

    Attributes:
        output: its standard output.
        code: its exit code, negative when a signal ended it; None until the context is left.
        out_of_time: it was ended at its limit.
        complaint: the end of what it wrote on standard error, known once the context is left.
    """

    output: BinaryIO
    code: int | None = None
    out_of_time: bool = False
    complaint: str = ""


@contextmanager
def running(command: Sequence[str], *, limit: timedelta, environment: Mapping[str, str]) -> Iterator[Child]:
    """Run a program until the context is left, or the limit reached; then it and its children are gone.

    Args:
        command: the program's path first; no shell.
        limit: wall time, the time that the reader takes included.
        environment: all that it gets beside the PATH.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  # a fixed program; the file's path is one argument, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={"PATH": os.environ.get("PATH", os.defpath), **environment},
            start_new_session=True,
        )
        if process.stdout is None:
            raise AssertionError
        with suppress(ProcessLookupError):  # a very short life
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        child = Child(process.stdout)  # type: ignore[arg-type]  # a BufferedReader

        def stop() -> None:
            child.out_of_time = True
            _end(process)

        timer = threading.Timer(limit.total_seconds(), stop)
        timer.daemon = True
        timer.start()
        ended_by_itself = False
        try:
            yield child
            # Its output is at its end: let it leave.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=2)
                ended_by_itself = True
        finally:
            timer.cancel()
            process.stdout.close()
            _end(process)
            child.code = process.wait() if not ended_by_itself else process.returncode
            complaints.seek(max(complaints.seek(0, os.SEEK_END) - _STDERR_SHOWN, 0))
            child.complaint = complaints.read().decode("utf-8", "replace").strip()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the whole session that the program leads: its own children too."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
