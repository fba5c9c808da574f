"""Keeps a range alive, from inside it: builds it, starts what lives there, says how it goes, ends it."""

import fcntl
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cloison.errors import RangeError
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.furnishing import furnish, start_all, stop_all
from cloison.rehearse.range.layout import RangeLayout
from cloison.rehearse.range.network import build, count
from cloison.rehearse.range.part import Part
from cloison.rehearse.range.sensors import Sensors
from cloison.rehearse.range.setting import Setting
from cloison.rehearse.range.settling import set_out
from cloison.words import say

WRITTEN = ("sensors", "parts", "life", "keys", "home")
"""Folders that a range leaves behind, and that the next one in its place begins without."""

_STARTING = timedelta(minutes=3)


@dataclass(slots=True, kw_only=True)
class Range:
    """A hospital in a box: a context manager, to be entered once, alone in fresh namespaces (`entering.fresh`).

    Attributes:
        layout: its network.
        folder: where all of it writes; one range at a time.
        clock: the hospital's time; may be set again until its life begins.
        nonce: known to whoever started it; what must not act elsewhere looks for it.
        furnished: with its servers; else the network only.
        watched: with its sensors.
        recording: the sensors keep every packet.
        seed: of the accounts and of all that is drawn.
    """

    layout: RangeLayout
    folder: Path
    clock: Clock
    nonce: str
    furnished: bool = True
    watched: bool = True
    recording: bool = False
    seed: int = 1
    parts: tuple[Part, ...] = ()
    sensors: Sensors = field(init=False)
    setting: Setting = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:  # noqa: D105 - what follows from the fields
        self.sensors = Sensors(folder=self.folder / "sensors", keep_all=self.recording)
        self.setting = set_out(self.layout.hospital, self.layout.places.values(), self.folder, seed=self.seed)

    def __enter__(self) -> Self:
        """Build it and start what lives there.

        Raises:
            RangeError: another range runs in the folder, a step was refused, or something did not start.
        """
        with ExitStack() as started:
            started.callback(self._lock())
            for name in WRITTEN:
                shutil.rmtree(self.folder / name, ignore_errors=True)
            build(self.layout, nonce=self.nonce)
            if self.watched:
                self.sensors.start()
                started.callback(self.sensors.stop)
            if self.furnished:
                self.parts = furnish(self.setting)
                places = {str(zone): place for zone, place in self.layout.places.items()}
                start_all(self.parts, places, patience=_STARTING)
                started.callback(stop_all, self.parts)
            self._stack = started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End what lives there; the network goes with the keeper's process."""
        self._stack.close()

    def status(self, now: datetime) -> Mapping[str, Any]:
        """Say how it goes, as JSON: what a person looks at, and what a drill reads."""
        zones = {zone.id: zone.name for zone in self.layout.hospital.zones}
        places = [
            {
                "zone": one.zone,
                "name": zones[one.zone],
                "hosts": len(one.hosts),
                "parts": [
                    {"name": part.name, "hosts": len(part.hosts), "answers": part.ready()}
                    for part in self.parts
                    if part.zone == one.zone
                ],
            }
            for one in self.layout.compartments
        ]
        processes, memory = _weight()
        passages = count(self.layout)
        return {
            "hospital": self.layout.hospital.name,
            "clock": self.clock.at(max(now, self.clock.began)).isoformat(timespec="seconds"),
            "began": self.clock.began.isoformat(),
            "speed": self.clock.speed,
            "folder": str(self.folder),
            "zones": places,
            "passed": {
                "packets": sum(one.packets + one.packets_back for one in passages.conduits.values()),
                "bytes": sum(one.bytes_ + one.bytes_back for one in passages.conduits.values()),
                "refused": passages.refused,
            },
            "sensors": {
                "captures": str(self.sensors.captures),
                "capture_bytes": _size(self.sensors.captures),
                "flows": str(self.sensors.flows),
                "flow_bytes": _size(self.sensors.flows),
                "asleep": list(self.sensors.asleep()),
            },
            "processes": processes,
            "memory_bytes": memory,
        }

    def _lock(self) -> Any:  # noqa: ANN401 - a callable that frees it
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(held)
            raise RangeError(
                say("a range runs here already"),
                fix=say("end it with {command}, or use another --home", command="cloison range down"),
                where=str(self.folder),
            ) from error
        return lambda: os.close(held)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def _weight() -> tuple[int, int]:
    """Count the range's processes, and the bytes of memory that each has for itself (proc(5), statm)."""
    processes = pages = 0
    for process in Path("/proc").glob("[0-9]*/statm"):
        try:
            _, resident, shared, *_ = map(int, process.read_text(encoding="ascii").split())
        except OSError:
            continue
        processes += 1
        pages += resident - shared
    return processes, pages * os.sysconf("SC_PAGE_SIZE")
