"""Mail: between the world and the mail server, from applications, from the building's alarms (RFC 5321)."""

import random
import smtplib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft


class Mail:
    """Mail servers and what sends through them."""

    name = "mail"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE, OFFICE  # noqa: PLC0415 - the same

        for habit in (
            Habit(who=("mail-peer",), whom=("mail-relay",), service="tcp/25", per_day=8, rhythm=OFFICE),
            Habit(who=("mail-relay",), whom=("mail-server",), service="tcp/25", per_day=350, rhythm=OFFICE),
            Habit(who=("mail-server",), whom=("mail-relay",), service="tcp/25", per_day=300, rhythm=OFFICE),
            Habit(who=("mail-relay",), whom=("mail-peer",), service="tcp/25", per_day=200, rhythm=OFFICE),
            Habit(
                who=("building-supervisor", "web-server"),
                whom=("mail-server",),
                service="tcp/25",
                per_day=24,
                rhythm=CARE,
            ),
        ):
            draft.follow(habit, lambda rng, _from, _to: {"draw": int(rng.integers(2**31))})

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a message is done once the server has taken it."""
        source, target = life.ends(errand)
        draw = random.Random(int(errand.what["draw"]))  # noqa: S311 - sizes
        body = b"Subject: EXERCICE\r\n\r\n" + b"Ceci est un exercice.\r\n" * int(
            min(40_000, draw.lognormvariate(6, 1.5))
        )
        line = _Sender(life, errand)
        try:
            line.connect(target.address, life.setting.port(errand.port))
            for item in items:
                line.sendmail(
                    f"{source.id}@{life.setting.domain}", [f"boite-{draw.randrange(60)}@{life.setting.domain}"], body
                )
                yield item
            line.quit()
        except smtplib.SMTPException as error:
            raise ConnectionError(target.id) from error
        finally:
            line.close()


class _Sender(smtplib.SMTP):
    """The library's client, leaving from the source's address and giving its name."""

    def __init__(self, life: Life, errand: Errand) -> None:
        self._life, self._errand = life, errand
        super().__init__(local_hostname=life.setting.full_name(life.setting.host(errand.source)))

    def _get_socket(self, host: str, port: int, timeout: float) -> object:  # noqa: ARG002 - the library's signature
        return self._life.connect(self._errand)


HABIT = Mail()
