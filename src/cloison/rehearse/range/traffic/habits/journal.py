"""Journals: servers tell the log server what happens to them (RFC 3164); nothing answers."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

_TELLERS = (
    "domain-controller",
    "web-server",
    "database-server",
    "file-server",
    "mail-relay",
    "mail-server",
    "vpn",
    "pacs",
)


class Journal:
    """Servers and their log server."""

    name = "journal"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the same

        draft.follow(Habit(who=_TELLERS, whom=("log-server",), service="udp/514", per_day=90, rhythm=CARE))

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: told is done, as the protocol has no answer."""
        for item in items:
            moment = time.strftime("%b %d %H:%M:%S")
            life.tell(errand, f"<38>{moment} {errand.source} systemd[1]: EXERCICE {errand.name(item)}".encode())
            yield item


HABIT = Journal()
