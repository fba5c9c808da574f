"""Bring addresses to one spelling, and tell which are no host's."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

import numpy as np
import numpy.typing as npt
import polars as pl

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"  # not \d, which is a digit of any script
_DOTTED = rf"^{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}$"

_GROUP = r"^(22[4-9]|23[0-9])\.|^ff[0-9a-f]{2}:|^255\.255\.255\.255$"
"""Multicast (RFC 5771: 224.0.0.0/4; RFC 4291: ff00::/8) and the limited broadcast (RFC 919)."""


def canonical(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Write addresses one way: dotted IPv4, RFC 5952 IPv6, IPv4-mapped as IPv4; what is no address becomes null."""
    for name in columns:
        column = table[name]
        if column.dtype != pl.String:
            continue
        dotted = column.str.contains(_DOTTED)
        if dotted.all(ignore_nulls=True):
            continue
        odd = column.filter(~dotted).unique()
        spelt = [spell(text) for text in odd]
        table = table.with_columns(
            pl.when(dotted).then(pl.col(name)).otherwise(pl.col(name).replace_strict(odd, spelt, default=None))
        )
    return table


def spelt(texts: pl.Series) -> npt.NDArray[np.bool_]:
    """Tell the texts that `canonical` would leave as they are; null is one of them."""
    well = (texts.is_null() | texts.str.contains(_DOTTED)).fill_null(value=True).to_numpy(writable=True)
    for place in (~well).nonzero()[0].tolist():
        well[place] = spell(texts[place]) == texts[place]
    return well


def group_address(address: pl.Expr) -> pl.Expr:
    """Tell multicast and broadcast addresses: no single host answers for them."""
    return address.str.contains(_GROUP)


@lru_cache(maxsize=1 << 16)
def spell(text: str) -> str | None:
    """Write one address as `canonical` does; null when it is none."""
    try:
        address = ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
