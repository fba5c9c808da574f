"""A packet as tshark's fields tell it, and what every family of protocols needs of it."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, TypeAlias

from cloison.model.observations import Kind

SEPARATOR, AGGREGATOR = "\t", "\x1f"
"""Between fields, and between the several values of one."""

Observed: TypeAlias = tuple[Kind, dict[str, Any]]
"""One observation: its kind and its columns, times in microseconds since 1970."""

BASE_FIELDS = (
    "frame.number", "frame.time_epoch", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
    "tcp.stream", "udp.stream", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport",
)  # fmt: skip

WAITING = 10_000
"""Questions that wait for their answer, at most; the oldest goes first."""


class Frame:
    """One packet.

    Attributes:
        number: 1-based, as Wireshark numbers frames.
        time_us: microseconds since 1970.
        protocols: "eth:ethertype:ip:tcp:nbss:smb2".
        stream: the conversation, "t12" or "u7".
    """

    __slots__ = ("_places", "_values", "number", "protocols", "stream", "time_us")

    def __init__(self, line: str, places: Mapping[str, int]) -> None:
        """Take a line of `-T fields`; absent fields are empty.

        Raises:
            ValueError: it is no such line.
        """
        self._values = line.split(SEPARATOR)
        self._places = places
        if len(self._values) != len(places):
            raise ValueError(line)
        self.number = int(self._values[0])
        seconds, _, fraction = self._values[1].partition(".")
        self.time_us = int(seconds) * 1_000_000 + int((fraction + "000000")[:6])
        self.protocols = self._values[2]
        tcp, udp = self.first("tcp.stream"), self.first("udp.stream")
        self.stream = f"t{tcp}" if tcp is not None else f"u{udp}"

    def all(self, name: str) -> list[str]:
        """Give every value of a field, none when it is absent or this tshark does not know it."""
        place = self._places.get(name)
        value = self._values[place] if place is not None else ""
        return value.split(AGGREGATOR) if value else []

    def first(self, name: str) -> str | None:
        """Give a field's first value."""
        values = self.all(name)
        return values[0] if values else None

    def number_of(self, name: str) -> int | None:
        """Give a field's first value as a number; hexadecimal too."""
        return as_number(self.first(name))

    def ends(self) -> tuple[str | None, str | None, int | None, int | None]:
        """Give sender, receiver, sender's port, receiver's port."""
        return (
            self.first("ip.src") or self.first("ipv6.src"),
            self.first("ip.dst") or self.first("ipv6.dst"),
            self.number_of("tcp.srcport") or self.number_of("udp.srcport"),
            self.number_of("tcp.dstport") or self.number_of("udp.dstport"),
        )

    def row(self, *, reply: bool = False) -> dict[str, Any]:
        """Begin an observation at this packet: times, record, and ends with the asking side as source."""
        src, dst, src_port, dst_port = self.ends()
        if reply:
            src, dst, dst_port = dst, src, src_port
        return {
            "ts": self.time_us, "seen_at": self.time_us, "record": self.number,
            "src": src, "dst": dst, "dst_port": dst_port,
        }  # fmt: skip


class Reader(Protocol):
    """One family of protocols: takes packets in order, remembers what it must, gives observations."""

    fields: ClassVar[tuple[str, ...]]
    """tshark's fields that it looks at."""

    protocols: ClassVar[frozenset[str]]
    """Names in `frame.protocols` that concern it."""

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet; never raises on odd values."""

    def end(self) -> Iterator[Observed]:
        """Give what still waits for an answer, once the capture is at its end."""


class Waiting:
    """Observations that wait for an answer, oldest first; at most `WAITING`."""

    def __init__(self, kind: Kind) -> None:
        """Take the kind of the observations."""
        self._kind = kind
        self._rows: dict[object, dict[str, Any]] = {}

    def put(self, key: object, row: dict[str, Any]) -> Iterator[Observed]:
        """Make a row wait; give the one that it displaces, if any."""
        displaced = self._rows.pop(key, None)
        if displaced is not None:
            yield self._kind, displaced
        elif len(self._rows) >= WAITING:
            yield self._kind, self._rows.pop(next(iter(self._rows)))
        self._rows[key] = row

    def answer(self, key: object) -> dict[str, Any] | None:
        """Take out the row that an answer is for."""
        return self._rows.pop(key, None)

    def end(self) -> Iterator[Observed]:
        """Give all that never got an answer."""
        for row in self._rows.values():
            yield self._kind, row
        self._rows.clear()


def as_number(text: str | None) -> int | None:
    """Read a number as tshark writes them: decimal, or hexadecimal after 0x; None for anything else."""
    try:
        return int(text, 0) if text else None
    except ValueError:
        return None


def is_true(text: str | None) -> bool:
    """Read a flag as tshark writes them: 1, or True since version 4.2."""
    return text in {"1", "True"}


def at(values: list[str], place: int, among: int) -> str | None:
    """Give the value that belongs to the PDU at `place` of `among` in a packet.

    A field that each PDU has is aligned with them; one value alone is taken for every PDU.
    """
    if len(values) == among:
        return values[place]
    return values[0] if len(values) == 1 else None
