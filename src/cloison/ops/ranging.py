"""Start, enter and end a range, from outside."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cloison.errors import BadValueError, RangeError, UnwritableFileError
from cloison.model.hospital import ZoneId
from cloison.ops.range_keeping import Orders
from cloison.rehearse.range.control import ask, keeper_of, runs
from cloison.rehearse.range.entering import NEEDED, SENSING, fresh, hindrance, joining, surroundings
from cloison.rehearse.range.layout import SENSORS
from cloison.rehearse.range.network import SPAN
from cloison.words import say, verbatim

_LOOK = 0.02
_ENDING = timedelta(seconds=30)
_LOG = "keeper.log"
_LAST_WORDS = 300


def start(orders: Orders) -> None:
    """Start a range that outlives this process, and wait until it is ready.

    Raises:
        RangeError: it cannot be built here, one runs in this folder already, or something did not start.
        UnwritableFileError: its folder cannot be made.
    """
    with _launched(replace(orders, attached=False), ["setsid", "--fork"]):
        pass


@contextmanager
def started(orders: Orders) -> Iterator[Path]:
    """Keep a range for as long as the context lasts, and not longer than this process: gives its folder.

    Raises:
        RangeError, UnwritableFileError: as `start`.
    """
    with _launched(replace(orders, attached=True), []) as keeper:
        try:
            yield orders.folder
        finally:
            if keeper.stdin:
                keeper.stdin.close()
            try:
                keeper.wait(_ENDING.total_seconds())
            except subprocess.TimeoutExpired:
                keeper.kill()


@contextmanager
def _launched(orders: Orders, before: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """Launch a keeper, a program before it, and wait for its word; ends by waiting for what was launched."""
    orders = replace(orders, folder=_prepared(orders.folder))
    with (orders.folder / _LOG).open("ab") as log:
        keeper = subprocess.Popen(  # noqa: S603 - our own program, in namespaces of its own
            [*before, *fresh([sys.executable, "-m", "cloison.ops.range_keeping", orders.written()])],
            stdin=subprocess.PIPE if orders.attached else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=surroundings(),
        )
    with keeper:
        try:
            told = json.loads((keeper.stdout.readline() if keeper.stdout else "") or "{}")
        except BaseException:
            keeper.kill()
            raise
        if not told.get("ready"):
            raise RangeError(
                verbatim(told["problem"]) if "problem" in told else say("the range ended while it was being built"),
                fix=verbatim(told["fix"]) if "fix" in told else say("read what it wrote there"),
                where=told.get("where", str(orders.folder / _LOG)),
            )
        yield keeper


def _prepared(folder: Path) -> Path:
    """Give the range's folder, made, when a range can be built and none runs there."""
    refusal = hindrance((*NEEDED, *SENSING))
    if refusal:
        raise refusal
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if runs(folder):
        raise RangeError(
            say("a range runs here already"),
            fix=say("end it with {command}, or use another --home", command="cloison range down"),
            where=str(folder),
        )
    return folder.resolve()


def down(folder: Path) -> None:
    """End the range of a folder and wait until nothing of it is left.

    Raises:
        RangeError: none runs there, or it does not end.
    """
    keeper = keeper_of(folder)
    ask(folder, {"do": "down"})
    until = time.monotonic() + _ENDING.total_seconds()
    while _is_alive(keeper):
        if time.monotonic() > until:
            raise RangeError(
                say("it is still ending after {seconds} s", seconds=round(_ENDING.total_seconds())),
                fix=say("kill it: {command}; the kernel ends all the rest", command=f"kill -9 {keeper}"),
                where=str(folder),
            )
        time.sleep(_LOOK)


def entering(folder: Path, argv: Sequence[str], *, zone: ZoneId | None = None) -> list[str]:
    """Give the command line that runs a program in a running range, in a zone's network or in nobody's.

    Raises:
        RangeError: no range runs there.
        BadValueError: it has no such zone.
    """
    zones = [one["zone"] for one in ask(folder, {"do": "status"})["zones"]]
    if zone is not None and zone not in zones:
        raise BadValueError(
            say("the range has no zone {name}", name=verbatim(zone)),
            fix=say("choose one of: {names}", names=", ".join(zones)),
            where=zone,
        )
    return joining(keeper_of(folder), argv, namespace=zone)


def record_packets(folder: Path, path: Path, lasting: timedelta) -> int:
    """Write what crosses the router, for a while, to a pcap file.

    Returns:
        How many packets.

    Raises:
        RangeError: no range runs there, or its capture point does not work.
        UnwritableFileError: the file cannot be written.
    """
    keeper = keeper_of(folder)
    try:
        path.open("wb").close()
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    seconds = max(1, round(lasting.total_seconds()))
    argv = ["dumpcap", "-q", "-P", "-i", SPAN, "-a", f"duration:{seconds}", "-w", str(path.resolve())]
    done = subprocess.run(  # noqa: S603 - a fixed program, in the range
        joining(keeper, argv, namespace=SENSORS),
        capture_output=True,
        text=True,
        errors="replace",
        env=surroundings(),
        check=False,
    )
    found = re.search(r"Packets captured: (\d+)", done.stderr)
    if done.returncode or not found:
        raise RangeError(
            say("the capture failed: {reason}", reason=verbatim(done.stderr.strip()[-_LAST_WORDS:] or "?")),
            fix=say("see how the range goes: {command}", command="cloison range status"),
            where=str(path),
        )
    return int(found[1])


def _unwritable(path: Path, error: OSError) -> UnwritableFileError:
    return UnwritableFileError(
        say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or "?")),
        fix=say("check the path and your rights on it"),
        where=str(path),
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
