"""Paper: the print server sends pages to printers (raw port 9100)."""

import socket
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft


class Paper:
    """Care plans at night, letters by day."""

    name = "paper"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the same

        habit = Habit(who=("print-server",), whom=("printer",), service="tcp/9100", per_day=500, rhythm=CARE)
        draft.follow(habit, lambda rng, _from, _to: {"octets": int(min(400_000, rng.lognormal(10.5, 1.0)))})

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a page is done once the printer hangs up after it."""
        for item in items:
            with life.connect(errand) as line:
                line.sendall(b'\x1b%-12345X@PJL JOB NAME="EXERCICE"\r\n' + b"\x00" * int(errand.what["octets"]))
                line.shutdown(socket.SHUT_WR)
                line.recv(1)
            yield item


HABIT = Paper()
