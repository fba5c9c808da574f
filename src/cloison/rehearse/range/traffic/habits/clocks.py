"""Clocks: machines ask the domain's time server now and then (RFC 5905)."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.parts.clock import PACKET, stamp
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

_ASKING = (
    "workstation",
    "web-server",
    "database-server",
    "file-server",
    "pacs",
    "modality",
    "hl7-engine",
    "plc",
    "phone",
)
_SERVER = 4


class Clocks:
    """Everything that has a clock."""

    name = "clocks"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing

        every = (1.0,) * 24
        draft.follow(Habit(who=_ASKING, whom=("domain-controller",), service="udp/123", per_day=3, rhythm=every))
        draft.follow(
            Habit(who=("domain-controller",), whom=("time-server",), service="udp/123", per_day=80, rhythm=every)
        )

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a question is done once the time has come back."""
        for item in items:
            answer = life.ask(errand, b"\x23" + bytes(39) + stamp(time.time()))
            if len(answer) < PACKET or answer[0] & 0b111 != _SERVER:
                raise ConnectionError(errand.target)
            yield item


HABIT = Clocks()
