"""The process that keeps a range, inside its own namespaces: `python -m cloison.ops.range_keeping ORDERS`."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cloison.enforce.rules import rules_of
from cloison.errors import CloisonError
from cloison.model.hospital import Level
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.control import Listening
from cloison.rehearse.range.keeper import Range
from cloison.rehearse.range.layout import RangeLayout, lay_out
from cloison.rehearse.range.traffic.driving import Traffic
from cloison.rehearse.range.traffic.ledger import Count
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load, save

_FAILED = 3
_WAKING = timedelta(seconds=3)
"""From the last server that is ready to the first thing that anybody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a keeper is told when it starts.

    Attributes:
        folder: the range's.
        nonce: see `Range`.
        origin: the hospital's time when life begins, UTC; `life`: how much of it there will be.
        speed: hospital seconds in a real one.
        attached: end when the input ends, that is when whoever started it is gone.
    """

    folder: Path
    nonce: str
    origin: datetime
    life: timedelta
    speed: float = 1.0
    furnished: bool = True
    recording: bool = False
    attached: bool = False
    seed: int = 1

    def written(self) -> str:
        """Write them as one word of a command line."""
        return json.dumps(
            {
                "folder": str(self.folder),
                "nonce": self.nonce,
                "origin": self.origin.isoformat(),
                "life": self.life.total_seconds(),
                "speed": self.speed,
                "furnished": self.furnished,
                "recording": self.recording,
                "attached": self.attached,
                "seed": self.seed,
            }
        )

    @classmethod
    def read(cls, text: str) -> "Orders":
        """Read what `written` gave."""
        told = json.loads(text)
        folder, origin = Path(told.pop("folder")), datetime.fromisoformat(told.pop("origin"))
        return cls(folder=folder, origin=origin, life=timedelta(seconds=told.pop("life")), **told)


MAP, PROBERS = "hospital.toml", "probers.toml"
"""In the range's folder and in its `home`: with them, from a shell in the range, its doors are moved as any others."""


def home_of(folder: Path) -> Path:
    """Give the place where a range's doors keep their journal."""
    return folder / "home"


def keep(orders: Orders) -> None:
    """Build the range, arm its doors, answer callers, and end when told or when its time is over.

    Raises:
        CloisonError: it could not be built.
    """
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with shipped_map() as path:
        layout = lay_out(load(Path(path)))
    clock = Clock(began=datetime.now(UTC), origin=orders.origin, speed=orders.speed)
    with ExitStack() as stack:
        range_ = stack.enter_context(
            Range(
                layout=layout,
                folder=orders.folder,
                clock=clock,
                nonce=orders.nonce,
                furnished=orders.furnished,
                recording=orders.recording,
                seed=orders.seed,
            )
        )
        for _, armed in arm(layout.hospital, Means(home=home_of(orders.folder))):
            if isinstance(armed, CloisonError):
                raise armed
        _write_means(layout, orders.folder)
        range_.clock = replace(clock, began=datetime.now(UTC) + (_WAKING if orders.furnished else timedelta(0)))
        ends = range_.clock.real(orders.origin + orders.life)
        traffic = None
        if orders.furnished:
            traffic = Traffic(
                layout.hospital, range_.setting, clock=range_.clock, lasting=orders.life, seed=orders.seed
            )
            traffic.start({str(zone): place for zone, place in layout.places.items()})
            stack.callback(traffic.stop)

        def answer(question: Mapping[str, Any]) -> Mapping[str, Any]:
            if question.get("do") == "down":
                over.set()
                return {"ends": True}
            try:
                return {
                    **range_.status(datetime.now(UTC)),
                    "ends": ends.isoformat(timespec="seconds"),
                    "doors": shut_doors(layout, orders.folder),
                    "care": summed(traffic.care()) if traffic else None,
                }
            except CloisonError as error:
                return {"error": str(error)}

        listening = Listening(orders.folder, answer)
        _say({"ready": True})
        if orders.attached:
            Thread(target=_watch_input, args=(over,), daemon=True).start()
        over.wait((ends - datetime.now(UTC)).total_seconds())
        listening.close()


def _write_means(layout: RangeLayout, folder: Path) -> None:
    save(folder / MAP, layout.hospital)
    tables = (
        f'[[prober]]\nzone = "{zone}"\nrun = "netns:{place.namespace}"\n' for zone, place in layout.places.items()
    )
    (home_of(folder) / PROBERS).write_text("\n".join(tables), encoding="utf-8")


def shut_doors(layout: RangeLayout, folder: Path) -> list[str]:
    """Ask the router itself which passages are shut, fully or but for lifelines."""
    rules = rules_of({one.id: Level.CLOSED for one in layout.hospital.conduits}, layout.hospital)
    means = Means(home=home_of(folder))
    return [conduit for point in rules.points for conduit in means.device(point.point).held(point.doors).whole]


def summed(counts: Mapping[str, Count]) -> Mapping[str, int]:
    """Add up what became of every declared flow's images, messages and pages."""
    names = ("sent", "acknowledged", "lost", "delayed")
    return {name: sum(int(getattr(count, name)) for count in counts.values()) for name in names}


def _watch_input(over: Event) -> None:
    while os.read(0, 4096):
        pass
    over.set()


def _say(told: Mapping[str, object]) -> None:
    """Tell whoever waits, once; nobody listens afterwards."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _reap(keeper: int) -> int:
    """Be the first process of the namespace: bury the orphans, and end when the keeper does."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(keeper, signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pid, status = os.wait()
        if pid == keeper:
            return os.waitstatus_to_exitcode(status)


def main(argv: list[str]) -> int:
    """Keep a range as ordered."""
    keeper = os.fork()
    if keeper:
        return abs(_reap(keeper))
    try:
        keep(Orders.read(argv[0]))
    except CloisonError as error:
        _say({"problem": str(error.problem), "fix": str(error.fix), "where": error.where})
        return _FAILED
    except OSError as error:
        _say({"problem": error.strerror or str(error), "where": str(error.filename or error)})
        return _FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
