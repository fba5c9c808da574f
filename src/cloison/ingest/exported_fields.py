"""What the fields of exported flows mean, and the templates that lay them out.

Sources: RFC 3954 (NetFlow v9) section 8, RFC 7011 (IPFIX) sections 3 and 7, RFC 5103 (biflows), IANA "IPFIX
Information Elements"; Cisco's ASA "NetFlow Implementation Guide" for firewall events.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

REVERSE = 29_305
"""Private enterprise number of RFC 5103: the same element, of the other direction."""

ELEMENTS = {
    1: "octets",
    2: "packets",
    4: "protocol",
    6: "flags",
    7: "src_port",
    8: "src",
    11: "dst_port",
    12: "dst",
    21: "last_uptime",
    22: "first_uptime",
    23: "octets_out",
    24: "packets_out",
    27: "src",
    28: "dst",
    32: "icmp",
    34: "sampling",
    50: "sampling",
    56: "src_mac",
    58: "vlan",
    80: "dst_mac",
    85: "octets_total",
    86: "packets_total",
    139: "icmp",
    150: "first_s",
    151: "last_s",
    152: "first_ms",
    153: "last_ms",
    154: "first_ntp",
    155: "last_ntp",
    156: "first_ntp",
    157: "last_ntp",
    158: "first_before_us",
    159: "last_before_us",
    160: "boot_ms",
    161: "lasted_ms",
    162: "lasted_us",
    231: "octets",
    232: "octets_back",
    233: "firewall_event",
    243: "vlan",
    298: "packets",
    299: "packets_back",
    305: "sampling",
    323: "last_ms",
}
"""Information element -> what Cloison takes it for; the others are skipped."""

REVERSED = {1: "octets_back", 2: "packets_back", 85: "octets_back", 86: "packets_back", 6: "flags_back"}

TEXTS = {"src", "dst", "src_mac", "dst_mac"}
"""Kept as bytes; the rest are unsigned integers, of any length up to 8 (RFC 7011, 6.2: reduced-size encoding)."""

VARIABLE = 0xFFFF
MAX_FIELDS = 1024
"""A template longer than this is damage: routers send fewer than 100 fields."""


class Field(NamedTuple):
    """One field of a template: its length in bytes (`VARIABLE` when each record tells), and its name if it is used."""

    length: int
    name: str | None


class Template(NamedTuple):
    """How the records of a data set are laid out.

    Attributes:
        fields: in order.
        shortest: bytes that a record takes at least.
        tells_flows: False for options: facts about the exporter.
    """

    fields: tuple[Field, ...]
    shortest: int
    tells_flows: bool


def make_template(fields: list[Field], *, tells_flows: bool) -> Template | None:
    """Make a template; None when its records would take no room, and a data set would never end."""
    shortest = sum(1 if field.length == VARIABLE else field.length for field in fields)
    return Template(tuple(fields), shortest, tells_flows) if shortest else None


def read_fields(body: bytes, at: int, count: int, *, ipfix: bool) -> tuple[list[Field], int] | None:
    """Read `count` field specifiers from `at`; give them and where they end, None when they do not fit."""
    fields: list[Field] = []
    for _ in range(count):
        if at + 4 > len(body):
            return None
        element, length = struct.unpack_from(">HH", body, at)
        at += 4
        names = ELEMENTS
        if ipfix and element & 0x8000:
            if at + 4 > len(body):
                return None
            (enterprise,) = struct.unpack_from(">I", body, at)
            at += 4
            element &= 0x7FFF
            names = REVERSED if enterprise == REVERSE else {}
        name = names.get(element)
        if name is not None and name not in TEXTS and length > 8:  # noqa: PLR2004  # no counter is longer
            name = None
        # Only IPFIX has fields of variable length.
        fields.append(Field(length, name))
    return fields, at


def records(body: bytes, template: Template, *, ipfix: bool) -> Iterator[dict[str, int | bytes] | None]:
    """Give the used fields of each record of a data set; None for a record that its set cuts short.

    What is left and shorter than the shortest record is padding. Zero-filled padding that could pass for a
    record ends the set too.
    """
    at = 0
    while at + template.shortest <= len(body):
        values: dict[str, int | bytes] = {}
        for length, name in template.fields:
            if ipfix and length == VARIABLE:
                length, at = _variable_length(body, at)  # noqa: PLW2901  # the record's own length
            end = at + length
            if end > len(body):
                yield None
                return
            if name is not None:
                part = body[at:end]
                if name in TEXTS:
                    values[name] = part
                elif length:
                    # The first of two elements with one meaning stays, unless it is zero.
                    values[name] = values.get(name) or int.from_bytes(part, "big")
            at = end
        yield values


def _variable_length(body: bytes, at: int) -> tuple[int, int]:
    """RFC 7011, 7: one byte, or 255 and two bytes."""
    if at >= len(body):
        return len(body), at
    if body[at] < 255:  # noqa: PLR2004
        return body[at], at + 1
    if at + 3 > len(body):
        return len(body), at
    return struct.unpack_from(">H", body, at + 1)[0], at + 3
