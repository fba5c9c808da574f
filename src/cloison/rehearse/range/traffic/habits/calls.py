"""Calls: the telephone gateway keeps the operator's line alive and passes calls over it, without sound (RFC 3261)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.setting import Host
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft


class Calls:
    """The gateway's questions and calls."""

    name = "calls"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the same

        gateway, operator = ("session-border-controller",), ("operator",)
        alive = Habit(who=gateway, whom=operator, service="udp/5060", per_day=480, rhythm=(1.0,) * 24)
        calls = Habit(who=gateway, whom=operator, service="udp/5060", per_day=300, rhythm=CARE)
        draft.follow(alive, lambda *_: {"kind": "OPTIONS"})
        draft.follow(calls, lambda *_: {"kind": "INVITE"})

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a call is done once it was answered and hung up."""
        ends = life.ends(errand)
        for item in items:
            kind = str(errand.what["kind"])
            for number, method in enumerate((kind, "ACK", "BYE") if kind == "INVITE" else (kind,), 1):
                request = request_of(method, number, errand.name(item), *ends).encode()
                if method == "ACK":
                    life.tell(errand, request)
                elif not life.ask(errand, request).startswith(b"SIP/2.0 200"):
                    raise ConnectionError(errand.target)
            yield item


def request_of(method: str, number: int, call: str, source: Host, target: Host) -> str:
    """Write a request: RFC 3261, 8.1.1."""
    return "\r\n".join(
        [
            f"{method} sip:urgences@{target.address} SIP/2.0",
            f"Via: SIP/2.0/UDP {source.address}:5060;branch=z9hG4bK{call}.{number}",
            "Max-Forwards: 70",
            f"From: <sip:hopital@{source.address}>;tag={call}",
            f"To: <sip:urgences@{target.address}>",
            f"Call-ID: {call}@{source.address}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:hopital@{source.address}>",
            "Content-Length: 0",
            "",
            "",
        ]
    )


HABIT = Calls()
