"""Logons: people prove who they are to the domain when they sit down, and now and then after (RFC 4120)."""

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.parts.kerberos import REQUIRED, asking, framed, key_of, outcome_of, realm_of, received
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft


class Logons:
    """Desks, and the domain controllers that answer them."""

    name = "logons"
    modules = ("impacket",)

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE, MORNING  # noqa: PLC0415 - the same

        desks, controllers = ("workstation", "admin-workstation"), ("domain-controller",)
        draft.follow(Habit(who=desks, whom=controllers, service="tcp/88", per_day=1.5, rhythm=MORNING))
        draft.follow(Habit(who=desks, whom=controllers, service="tcp/88", per_day=1.5, rhythm=CARE))

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: someone is logged on once a ticket has come that only they can open."""
        account, realm = life.setting.account(life.setting.host(errand.source)), realm_of(life.setting)
        for item in items:
            nonce = random.getrandbits(31)
            with life.connect(errand) as line:
                line.sendall(framed(asking(account.name, realm, nonce=nonce)))
                key = key_of(account.name, account.password, realm)
                if outcome_of(received(line), key, nonce) != REQUIRED:
                    raise ConnectionError(errand.target)
                line.sendall(framed(asking(account.name, realm, nonce=nonce, key=key)))
                if outcome := outcome_of(received(line), key, nonce):
                    raise ConnectionError(outcome)
            yield item


HABIT = Logons()
