"""Give every zone its life, and count what becomes of it."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec

from cloison.errors import RangeError
from cloison.model.hospital import Hospital
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.furnishing import EXTRA
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import Setting
from cloison.rehearse.range.traffic.catalogue import known_habits
from cloison.rehearse.range.traffic.errand import write_errands
from cloison.rehearse.range.traffic.ledger import CARE, OTHER, Count, tally
from cloison.rehearse.range.traffic.timetable import draw_up
from cloison.words import say

_ENDING = 12.0
"""Seconds that the last answers are waited for, once told to end."""


def absent_modules() -> tuple[str, ...]:
    """Name the modules of the `range` extra that habits need and that are not installed."""
    needed = dict.fromkeys(module for habit in known_habits().values() for module in habit.modules)
    return tuple(module for module in needed if find_spec(module) is None)


class Traffic:
    """The ordinary life of the range, one process for each zone that has one.

    Attributes:
        folder: where it is written: each zone's errands, and the two files of the ledger.
        errands: how many were drawn.
        ends: the real moment of the last one; all is over a minute later at the latest.
    """

    def __init__(
        self, hospital: Hospital, setting: Setting, *, clock: Clock, lasting: timedelta, seed: int = 1
    ) -> None:
        """Draw the life.

        Args:
            hospital: the map of the range.
            setting: its hosts, its parts already started.
            clock: when it begins, really and in the hospital, and how fast it goes; leave a second or two to start.
            lasting: of the hospital's time.
            seed: the same gives the same life.

        Raises:
            RangeError: a module that a habit needs is not installed.
        """
        if missing := absent_modules():
            raise RangeError(
                say("the range needs {missing}", missing=", ".join(missing)),
                fix=say("run: {command}", command=EXTRA),
                where=missing[0],
            )
        self.folder = setting.folder / "life"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._setting = setting
        self._clock = clock
        drawn = draw_up(hospital, setting, clock=clock, lasting=lasting, seed=seed)
        self.errands = len(drawn)
        self.ends = clock.began + clock.lasting(lasting)
        server = setting.name_server
        asking = {str(c.from_) for c in hospital.conduits if server and c.to == server.zone and "udp/53" in c.services}
        self.zones = tuple(dict.fromkeys(setting.host(errand.source).zone for errand in drawn))
        for zone in self.zones:
            write_errands(
                (each for each in drawn if setting.host(each.source).zone == zone), self.folder / f"{zone}.jsonl"
            )
            if zone in asking or (server and zone == server.zone):
                (self.folder / f"{zone}.resolves").touch()
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, places: Mapping[str, Place]) -> None:
        """Start every zone's life.

        Args:
            places: zone id -> its place.
        """
        setting = str(self._setting.save())
        for zone in self.zones:
            argv = [sys.executable, "-m", "cloison.rehearse.range.traffic.living"]
            argv += [setting, zone, str(self.folder), str(self._clock.began.timestamp())]
            self._processes.append(places[zone].spawn(argv, name=f"life-{zone}", folder=self.folder))

    def running(self) -> bool:
        """Tell whether any zone still lives."""
        return any(process.poll() is None for process in self._processes)

    def stop(self) -> None:
        """End it: what is under way is neither acknowledged nor lost."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def care(self, *, since: datetime | None = None, until: datetime | None = None) -> dict[str, Count]:
        """Count each declared flow's items, first tried between two moments."""
        return tally(self.folder / CARE, since=since, until=until)

    def other(self) -> dict[str, Count]:
        """Count everything else, by conduit."""
        return tally(self.folder / OTHER, by="conduit")
