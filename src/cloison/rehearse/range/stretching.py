"""A life that was played fast, written as it would have been captured at the hospital's own pace.

A range that plays a day in ten minutes is captured in ten minutes: whoever looks for rhythms, rates or office hours
would find a hospital that nobody has. So moments are stretched back: each burst of packets of one conversation begins
at the hospital's time of its first packet, and goes on at its real pace. Machines answer in milliseconds at any speed;
it is people and schedules that were hurried.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloison.errors import RangeError
from cloison.rehearse.range.clock import Clock
from cloison.words import say

PAUSE = 0.5
"""Seconds of silence after which a conversation's next packet begins a new burst: longer than a server of the range
takes to answer, shorter than the pauses of people even when hurried."""

_FILE, _PACKET = struct.Struct("<IHHiIII"), struct.Struct("<IIII")
_MAGIC = 0xA1B2C3D4
"""Microseconds, little end first: what dumpcap writes here (pcap-savefile(5))."""

_ETHERNET, _IPV4 = 14, 0x0800
_PORTED = frozenset({6, 17})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Conversation = tuple[bytes, bytes, int]
"""Its two ends, with their ports, in one order whoever speaks; the protocol. What is not IPv4 is one conversation."""


@dataclass(slots=True)
class Pace:
    """Moves moments from the range's real time to the hospital's, each conversation by its bursts.

    Attributes:
        clock: of the range.
    """

    clock: Clock
    _bursts: dict[Conversation, list[float]] = field(default_factory=dict)
    """Conversation -> real time of its last packet; what to add to real moments of this burst. Seconds."""

    def moved(self, talk: Conversation, at: float) -> float:
        """Give the hospital's time, in seconds since 1970, of a packet; a conversation's packets come in order."""
        burst = self._bursts.get(talk)
        if burst is None or at - burst[0] > PAUSE:
            begins = (self.clock.at(_EPOCH + timedelta(seconds=at)) - _EPOCH).total_seconds()
            burst = self._bursts[talk] = [at, begins - at]
        burst[0] = at
        return at + burst[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretched:
    """What was written: how many packets, and the hospital's time of the first and the last."""

    packets: int
    first: datetime
    last: datetime


def stretch(captures: Sequence[Path], out: Path, clock: Clock) -> Stretched:
    """Write captures of a range as one, at the hospital's pace, in the order of its time.

    Args:
        captures: pcap files that follow each other; a last packet that is not whole is left out.
        out: the file to write.
        clock: of the range.

    Raises:
        RangeError: one is no capture of a range, or all are empty.
    """
    pace = Pace(clock)
    places: list[tuple[float, int, int, int]] = []
    for number, path in enumerate(captures):
        for place, size, at, frame in _packets(path):
            places.append((pace.moved(conversation(frame), at), number, place, size))
    if not places:
        raise RangeError(
            say("nothing crossed the router"),
            fix=say("let it live longer, with its servers"),
            where=str(out),
        )
    places.sort()
    files = [path.open("rb") for path in captures]
    try:
        with out.open("wb") as written:
            written.write(files[0].read(_FILE.size))
            for at, number, place, size in places:
                files[number].seek(place)
                packet = files[number].read(_PACKET.size + size)
                micro = round(at * 1e6)
                written.write(struct.pack("<II", micro // 1_000_000, micro % 1_000_000) + packet[8:])
    finally:
        for file in files:
            file.close()
    moments = (_EPOCH + timedelta(seconds=places[place][0]) for place in (0, -1))
    return Stretched(packets=len(places), first=next(moments), last=next(moments))


def conversation(frame: bytes) -> Conversation:
    """Tell to which conversation a packet belongs, from its first bytes."""
    if len(frame) < _ETHERNET + 20 or int.from_bytes(frame[12:14], "big") != _IPV4:
        return (b"", b"", 0)
    protocol, header = frame[_ETHERNET + 9], _ETHERNET + 4 * (frame[_ETHERNET] & 15)
    near, far = frame[_ETHERNET + 12 : _ETHERNET + 16], frame[_ETHERNET + 16 : _ETHERNET + 20]
    if protocol in _PORTED:
        near, far = near + frame[header : header + 2], far + frame[header + 2 : header + 4]
    return (min(near, far), max(near, far), protocol)


def _packets(path: Path) -> Iterator[tuple[int, int, float, bytes]]:
    """Give each packet's place in the file, its size there, its moment and its first bytes."""
    with path.open("rb") as file:
        head = file.read(_FILE.size)
        if len(head) < _FILE.size or _FILE.unpack(head)[0] != _MAGIC:
            raise RangeError(
                say("it is no capture of the range"),
                fix=say("give the files of the folder of captures, whole"),
                where=str(path),
            )
        content = file.read()
    place = 0
    while len(content) - place >= _PACKET.size:
        seconds, micro, size, _ = _PACKET.unpack_from(content, place)
        start = place + _PACKET.size
        if start + size > len(content):
            return
        yield _FILE.size + place, size, seconds + micro / 1e6, content[start : start + 80]
        place = start + size
