"""Tell datagrams of exported flows from other bytes."""

from cloison.ingest.exported import IPFIX, IPFIX_HEADER, V5, V5_HEADER, V5_RECORD, V9, V9_HEADER

RETIRED = {1: "NetFlow v1", 7: "NetFlow v7", 8: "NetFlow v8"}
_LONGEST_DATAGRAM = 1 << 16
_RETIRED_HEADERS = {1: (16, 52), 7: (24, 52), 8: (28, 8)}
"""Version -> bytes of its header, and bytes that a record takes at least."""


def looks_exported(data: bytes, *, whole: bool) -> bool:
    """Tell whether bytes begin with a datagram of NetFlow v5, v9 or IPFIX.

    Args:
        data: from the datagram's first byte.
        whole: it is one datagram and nothing after; else it may be cut, or followed by others.
    """
    if len(data) < IPFIX_HEADER:
        return False
    version, second = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if version == V5:
        fits = len(data) == V5_HEADER + V5_RECORD * second if whole else len(data) >= V5_HEADER
        return fits and 1 <= second <= 64 and _plausible_clock(data[8:12])  # noqa: PLR2004  # 30 by the book
    if version == V9:
        # The count is of records; 4 bytes is the shortest that a record and its share of a set can be.
        return (
            len(data) >= V9_HEADER + 4
            and 1 <= second <= _LONGEST_DATAGRAM // 4
            and _plausible_clock(data[8:12])
            and _plausible_set(data[V9_HEADER : V9_HEADER + 4], reserved=(0, 1))
            and (not whole or _tiled(data, V9_HEADER))
        )
    if version == IPFIX:
        fits = second == len(data) if whole else second >= IPFIX_HEADER
        return (
            fits
            and _plausible_clock(data[4:8])
            and (second == IPFIX_HEADER or _plausible_set(data[IPFIX_HEADER : IPFIX_HEADER + 4], reserved=(2, 3)))
            and (not whole or _tiled(data, IPFIX_HEADER))
        )
    return False


def _tiled(data: bytes, at: int) -> bool:
    """Tell whether sets follow each other up to the end, padding apart: other protocols rarely do that."""
    while at + 4 <= len(data):
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 4:  # noqa: PLR2004  # the set's own header
            return not any(data[at:])
        at += length
    return at <= len(data)


def looks_sampled(data: bytes) -> bool:
    """Tell whether a datagram is sFlow v5: version, kind of the agent's address, and no more samples than fit."""
    if len(data) < 28 or data[:4] != b"\0\0\0\5" or data[4:8] not in {b"\0\0\0\1", b"\0\0\0\2"}:  # noqa: PLR2004
        return False
    at = 24 if data[7] == 1 else 36
    return int.from_bytes(data[at : at + 4], "big") * 8 <= len(data)


def _plausible_clock(seconds: bytes) -> bool:
    """From 1996, when NetFlow began, to 2100; or a router whose clock was never set, in its first ten years."""
    value = int.from_bytes(seconds, "big")
    return 820_454_400 <= value < 4_102_444_800 or value < 315_360_000  # noqa: PLR2004  # the years above


def _plausible_set(header: bytes, reserved: tuple[int, int]) -> bool:
    number, length = int.from_bytes(header[:2], "big"), int.from_bytes(header[2:4], "big")
    return (number in reserved or number > 255) and length >= 4  # noqa: PLR2004  # as `Exporters` reads sets


def retired_version(head: bytes) -> str | None:
    """Name the version when these are datagrams of a retired NetFlow."""
    version, count = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:4], "big")
    if version not in RETIRED:
        return None
    header, record = _RETIRED_HEADERS[version]
    fits = 1 <= count <= 64 and len(head) >= header + count * record and _plausible_clock(head[8:12])  # noqa: PLR2004
    return RETIRED[version] if fits else None
