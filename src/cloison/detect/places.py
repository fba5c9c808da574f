"""Addresses as numbers, and which of them are inside."""

import re
from ipaddress import ip_address

import numpy as np
import numpy.typing as npt
import polars as pl

from cloison.model.addressing import AddressBook, Numbers, ipv4_numbers

_BROADCAST = ip_address("255.255.255.255")  # RFC 919

ENTRIES = 1 << 21
"""Addresses remembered (about 20 bytes each); beyond, the memory is emptied and filled again."""


def address_key(column: str) -> pl.Expr:
    """Give a 64-bit number for each address, the same for the same text.

    Two addresses of one hospital share a number with a probability below n²/2^65: 3e-8 for a million.
    Numbers are stable within one version of Polars only, so they are never written in a finding.
    """
    return pl.col(column).hash(0x0C10)


def joined_key(*parts: pl.Expr) -> pl.Expr:
    """Mix numbers into one, where order matters: the pair (a, b) is not (b, a)."""
    mixed = parts[0].hash(1)
    for place, part in enumerate(parts[1:], start=2):
        mixed = mixed ^ part.hash(place)
    return mixed


class Places:
    """Tells inside from outside, asking the book once per address."""

    def __init__(self, book: AddressBook) -> None:
        self._book = book
        self._known = pl.DataFrame(schema={"key": pl.UInt64(), "inside": pl.Boolean(), "outside": pl.Boolean()})

    def locate(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `src_key`, `src_inside`, `dst_key`, `dst_inside`, `dst_outside` to rows that have `src` and `dst`.

        A machine known by its name alone is inside: only a log of ours calls it so. What is neither inside nor
        outside is no machine: multicast, broadcast, loopback, unspecified addresses, and text that is neither
        an address nor a host name.
        """
        rows = rows.with_columns(src_key=address_key("src"), dst_key=address_key("dst"))
        self._learn(rows)
        inside, outside = (self._known.filter(side)["key"].implode() for side in ("inside", "outside"))
        return rows.with_columns(
            src_inside=pl.col("src_key").is_in(inside),
            dst_inside=pl.col("dst_key").is_in(inside),
            dst_outside=pl.col("dst_key").is_in(outside),
        )

    def _learn(self, rows: pl.DataFrame) -> None:
        if self._known.height > ENTRIES:
            self._known = self._known.clear()
        known = self._known["key"].implode()
        unknown = (
            rows.lazy().filter(~pl.col(f"{side}_key").is_in(known)).select(key=f"{side}_key", address=side)
            for side in ("src", "dst")
        )
        new = pl.concat(pl.collect_all(unknown)).filter(pl.col("key").is_first_distinct())
        if new.height == 0:
            return
        inside, outside = self._sides(new["address"])
        added = new.select("key").with_columns(inside=pl.Series(inside), outside=pl.Series(outside))
        self._known = pl.concat([self._known, added])

    def _sides(self, addresses: pl.Series) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Tell which addresses are inside and which outside: IPv4 ones together, the few others one by one."""
        numbers = ipv4_numbers(addresses)
        inside = self._book.inside_of(numbers)
        outside = ~inside & _machines(numbers)
        for place in (numbers < 0).nonzero()[0].tolist():
            address = addresses[place]
            inside[place] = self._book.locate(address)[2] or _named(address)
            outside[place] = not inside[place] and _machine(address)
        return inside, outside


_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}\$?")
"""A host name (RFC 1123), with the underscore and the final $ that Windows allows."""


def _machines(numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Say of IPv4 numbers what `_machine` says of text."""
    first = numbers >> 24
    group = ((first >= 224) & (first < 240)) | (numbers == int(_BROADCAST))  # noqa: PLR2004 - RFC 5771
    machines: npt.NDArray[np.bool_] = ~(group | (first == 127) | (numbers == 0))  # noqa: PLR2004 - RFC 1122
    return machines


def _named(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _machine(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    group = address.is_multicast or address == _BROADCAST
    return not (group or address.is_loopback or address.is_unspecified)
