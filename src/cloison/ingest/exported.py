"""Datagrams of exported flows to FLOW rows: NetFlow v5, v9 (RFC 3954), IPFIX (RFC 7011)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from cloison.ingest.exported_fields import Field, Template, make_template, read_fields, records
from cloison.ingest.format import Tally
from cloison.words import say, say_many

V5, V9, IPFIX = 5, 9, 10
V5_HEADER, V5_RECORD, V9_HEADER, IPFIX_HEADER = 24, 48, 20, 16
_V5 = struct.Struct(">4s4s4sHHIIIIHHBBBBHHBBH")

MAX_TEMPLATES = 65_536
"""Kept at once; an exporter has a few dozen."""

FAR_FUTURE_US = 4_102_444_800_000_000  # 2100
LONGEST_US = 7 * 86_400_000_000
"""No exporter keeps a flow for a week: a longer one has a wrong beginning."""


class Row(NamedTuple):
    """A flow as exported: one direction, unless the `_back` columns hold the other. Times in microseconds."""

    exporter: str
    begin_us: int
    end_us: int
    record: int
    src: str
    src_port: int | None
    dst: str
    dst_port: int | None
    proto: int | None
    octets: int | None
    packets: int | None
    octets_back: int | None
    packets_back: int | None
    flags: int | None
    flags_back: int | None
    denied: bool | None
    vlan: int | None
    src_mac: str | None
    dst_mac: str | None


class _Sender(NamedTuple):
    """Who sent a datagram and when: its clock (seconds since 1970) and, but in IPFIX, when the device started."""

    exporter: str
    domain: int
    ipfix: bool
    boot_us: int | None
    seconds: int


@dataclass(slots=True)
class Exporters:
    """What is known of the exporters whose datagrams are read, and the flows that they told.

    Attributes:
        flows: flow records told so far.
        untold: records of data sets whose template never came, at least one a set.
        sampling: highest "one packet in n" told.
        clipped: datagrams that ended in the middle of something.
    """

    flows: int = 0
    untold: int = 0
    sampling: int = 1
    clipped: int = 0
    templates: dict[tuple[str, int, int], Template] = field(default_factory=dict)

    def read(self, datagram: bytes, exporter: str, tally: Tally) -> list[Row]:
        """Take one datagram; whatever its bytes, give what it holds.

        Args:
            datagram: from the version on.
            exporter: who sent it: templates belong to one exporter and one observation domain.
            tally: malformed and unused records are counted there.
        """
        rows, end = self.read_next(datagram, 0, exporter, tally)
        if any(datagram[end:]):
            self.clipped += 1
        return rows

    def read_next(self, data: bytes, at: int, exporter: str, tally: Tally) -> tuple[list[Row], int]:
        """Take the datagram that begins at `at`; give its flows and where it ends (always after `at`)."""
        version = int.from_bytes(data[at : at + 2], "big")
        if version == V5:
            return self._read_v5(data, at, exporter, tally)
        if version == V9:
            return self._read_v9(data, at, exporter, tally)
        return self._read_ipfix(data, at, exporter, tally)

    def remark(self, tally: Tally) -> None:
        """Say what a person should know once everything is read."""
        if self.untold:
            tally.unused += self.untold
            tally.remarks.append(
                say_many(
                    "{n} group of flow records could not be read: its template was never seen",
                    "{n} groups of flow records could not be read: their template was never seen",
                    self.untold,
                )
            )
        if self.sampling > 1:
            tally.remarks.append(
                say("the exporter keeps one packet in {rate}: volumes are a sample", rate=self.sampling)
            )
        if self.clipped:
            tally.remarks.append(
                say_many("{n} datagram is damaged or cut short", "{n} datagrams are damaged or cut short", self.clipped)
            )
        if self.templates and not self.flows and not self.untold:
            tally.remarks.append(say("only templates are there: they describe flows, and hold none"))

    def _read_v5(self, data: bytes, at: int, exporter: str, tally: Tally) -> tuple[list[Row], int]:
        if at + V5_HEADER > len(data):
            self.clipped += 1
            return [], len(data)
        count, uptime, seconds, nanoseconds, sampling = struct.unpack_from(">HIII6xH", data, at + 2)
        self.sampling = max(self.sampling, sampling & 0x3FFF)
        boot_us = seconds * 1_000_000 + nanoseconds // 1000 - uptime * 1000
        at += V5_HEADER
        fitting = min(count, (len(data) - at) // V5_RECORD)
        if fitting < count:
            self.clipped += 1
        rows = []
        sender = _Sender(exporter, 0, False, boot_us, seconds)
        for _ in range(fitting):
            src, dst, _, _, _, packets, octets, first, last, sport, dport, _, flags, proto, *_ = _V5.unpack_from(
                data, at
            )
            at += V5_RECORD
            values: dict[str, int | bytes] = {
                "src": src, "dst": dst, "packets": packets, "octets": octets, "first_uptime": first,
                "last_uptime": last, "src_port": sport, "dst_port": dport, "flags": flags, "protocol": proto,
            }  # fmt: skip
            rows += self._flow(values, sender, tally)
        return rows, at if fitting == count else len(data)

    def _read_v9(self, data: bytes, at: int, exporter: str, tally: Tally) -> tuple[list[Row], int]:
        if at + V9_HEADER > len(data):
            self.clipped += 1
            return [], len(data)
        uptime, seconds, _, source = struct.unpack_from(">IIII", data, at + 4)
        end = _v9_end(data, at + V9_HEADER)
        boot_us = seconds * 1_000_000 - uptime * 1000
        rows = self._read_sets(data[at + V9_HEADER : end], _Sender(exporter, source, False, boot_us, seconds), tally)
        while end < len(data) and data[end] == 0 and data[end : end + 4] in _PADDINGS:
            end += 1
        return rows, end

    def _read_ipfix(self, data: bytes, at: int, exporter: str, tally: Tally) -> tuple[list[Row], int]:
        if at + IPFIX_HEADER > len(data):
            self.clipped += 1
            return [], len(data)
        length, seconds, _, domain = struct.unpack_from(">HIII", data, at + 2)
        end = at + length
        if length < IPFIX_HEADER or end > len(data):
            self.clipped += 1
            end = len(data)
        rows = self._read_sets(data[at + IPFIX_HEADER : end], _Sender(exporter, domain, True, None, seconds), tally)
        return rows, end

    def _read_sets(self, body: bytes, sender: _Sender, tally: Tally) -> list[Row]:
        rows: list[Row] = []
        templates, options = (2, 3) if sender.ipfix else (0, 1)
        for number, content in self._sets(body):
            if number == templates:
                self._learn(content, sender)
            elif number == options:
                self._learn_options(content, sender)
            elif number > 255:  # noqa: PLR2004  # RFC 3954, 5.1: the lower ones are reserved
                template = self.templates.get((sender.exporter, sender.domain, number))
                if template is None:
                    self.untold += 1
                    continue
                for values in records(content, template, ipfix=sender.ipfix):
                    if values is None:
                        tally.rejected += 1
                        continue
                    rate = values.get("sampling")
                    if isinstance(rate, int):
                        self.sampling = max(self.sampling, rate)
                    if template.tells_flows:
                        rows += self._flow(values, sender, tally)
        return rows

    def _sets(self, body: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(body):
            number, length = struct.unpack_from(">HH", body, at)
            if number == 0 and length == 0:  # zeros to the end
                return
            if length < 4 or at + length > len(body):  # noqa: PLR2004  # the set's own header
                self.clipped += 1
                if length < 4:  # noqa: PLR2004
                    return
            yield number, body[at + 4 : at + length]
            at += length

    def _learn(self, content: bytes, sender: _Sender) -> None:
        at = 0
        while at + 4 <= len(content):
            number, count = struct.unpack_from(">HH", content, at)
            found = read_fields(content, at + 4, count, ipfix=sender.ipfix) if number > 255 else None  # noqa: PLR2004
            if found is None:  # padding, or damage
                return
            fields, at = found
            self._keep(sender, number, fields, tells_flows=True)

    def _learn_options(self, content: bytes, sender: _Sender) -> None:
        """Options are facts about the exporter: only their sampling rate is used."""
        at = 0
        while at + 6 <= len(content):
            number, first, second = struct.unpack_from(">HHH", content, at)
            # IPFIX: fields in all, scope fields among them; v9: bytes of scope fields, bytes of option fields.
            count = first if sender.ipfix else (first + second) // 4
            found = read_fields(content, at + 6, count, ipfix=sender.ipfix) if number > 255 else None  # noqa: PLR2004
            if found is None:
                return
            fields, at = found
            scopes = second if sender.ipfix else first // 4
            fields = [Field(size, None if place < scopes else name) for place, (size, name) in enumerate(fields)]
            self._keep(sender, number, fields, tells_flows=False)

    def _keep(self, sender: _Sender, number: int, fields: list[Field], *, tells_flows: bool) -> None:
        template = make_template(fields, tells_flows=tells_flows)
        key = (sender.exporter, sender.domain, number)
        if template is not None and (key in self.templates or len(self.templates) < MAX_TEMPLATES):
            self.templates[key] = template

    def _flow(self, values: dict[str, int | bytes], sender: _Sender, tally: Tally) -> list[Row]:
        """Give the record as a flow: one row, or none when it does not tell who spoke to whom."""
        src, dst = values.get("src"), values.get("dst")
        numbers = {name: value for name, value in values.items() if isinstance(value, int)}
        event = numbers.get("firewall_event")
        if not isinstance(src, bytes) or not isinstance(dst, bytes) or event == _CREATED:
            tally.unused += 1
            return []
        if len(src) not in _ADDRESS_LENGTHS or len(dst) not in _ADDRESS_LENGTHS:
            tally.rejected += 1
            return []
        self.flows += 1
        begin, end = _times(numbers, sender.boot_us, sender.seconds * 1_000_000)
        proto = numbers.get("protocol")
        src_port, dst_port = numbers.get("src_port"), numbers.get("dst_port")
        if proto in _ICMP and "icmp" in numbers:
            src_port, dst_port = numbers["icmp"] >> 8 & 0xFF, numbers["icmp"] & 0xFF
        elif proto in _ICMP and dst_port is not None and not src_port:
            # v5 and many v9 exporters write type and code in the destination port.
            src_port, dst_port = dst_port >> 8 & 0xFF, dst_port & 0xFF
        row = Row(
            exporter=sender.exporter,
            begin_us=begin,
            end_us=end,
            record=self.flows,
            src=_address(src),
            src_port=_port(src_port),
            dst=_address(dst),
            dst_port=_port(dst_port),
            proto=proto,
            octets=_first(numbers, "octets", "octets_total", "octets_out"),
            packets=_first(numbers, "packets", "packets_total", "packets_out"),
            octets_back=numbers.get("octets_back"),
            packets_back=numbers.get("packets_back"),
            flags=numbers.get("flags"),
            flags_back=numbers.get("flags_back"),
            denied=None if event is None else event == _DENIED,
            vlan=_port(numbers.get("vlan")) or None,
            src_mac=_mac(values.get("src_mac")),
            dst_mac=_mac(values.get("dst_mac")),
        )
        return [row]


_CREATED, _DENIED = 1, 3
"""Firewall events (ASA): a created flow is told again, with its volumes, when it ends."""
_ICMP = (1, 58)
_ADDRESS_LENGTHS = (4, 16)
_MAC_LENGTH = 6
_PADDINGS = (b"\0", b"\0\0", b"\0\0\0", b"\0\0\0\0")
_NTP_TO_UNIX = 2_208_988_800


def _v9_end(data: bytes, at: int) -> int:
    """Find where a v9 datagram ends: it does not say so, but no set is numbered as a version is."""
    while at + 4 <= len(data):
        number, length = struct.unpack_from(">HH", data, at)
        if length < 4 or number in {V5, V9, IPFIX}:  # noqa: PLR2004  # the set's own header
            return at
        at += length
    return len(data)


def _times(numbers: dict[str, int], boot_us: int | None, export_us: int) -> tuple[int, int]:
    """Give the flow's begin and end in microseconds, the export time where the record tells none that is possible."""
    if "boot_ms" in numbers:
        boot_us = numbers["boot_ms"] * 1000
    end = _time(numbers, "last", boot_us, export_us)
    begin = _time(numbers, "first", boot_us, export_us)
    lasted = numbers.get("lasted_us", numbers.get("lasted_ms", 0) * 1000)
    if end is None:
        end = begin + lasted if begin is not None else export_us
    end = end if 0 <= end < FAR_FUTURE_US else export_us
    if begin is None:
        begin = end - lasted
    return (begin, end) if 0 <= begin <= end and end - begin <= LONGEST_US else (end, end)


def _time(numbers: dict[str, int], which: str, boot_us: int | None, export_us: int) -> int | None:
    for unit, scale in (("_ms", 1000), ("_s", 1_000_000)):
        if value := numbers.get(which + unit):
            return value * scale
    if value := numbers.get(which + "_ntp"):
        return ((value >> 32) - _NTP_TO_UNIX) * 1_000_000 + ((value & 0xFFFFFFFF) * 1_000_000 >> 32)
    if (value := numbers.get(which + "_before_us")) is not None:
        return export_us - value
    value = numbers.get(which + "_uptime")
    if value is None or boot_us is None:
        return None
    time_us = boot_us + value * 1000
    # The 32-bit counter of milliseconds starts again every 49.7 days.
    return time_us - (1000 << 32) if time_us > export_us + (1000 << 31) else time_us


@lru_cache(maxsize=1 << 16)
def _address(packed: bytes) -> str:
    address = ip_address(packed)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _port(value: int | None) -> int | None:
    return value if value is not None and value <= 0xFFFF else None  # noqa: PLR2004


def _mac(value: int | bytes | None) -> str | None:
    return value.hex(":") if isinstance(value, bytes) and len(value) == _MAC_LENGTH and any(value) else None


def _first(numbers: dict[str, int], *names: str) -> int | None:
    """The first of the names with a value, zero only when no other has one."""
    held = [numbers[name] for name in names if name in numbers]
    return next((value for value in held if value), held[0] if held else None)
