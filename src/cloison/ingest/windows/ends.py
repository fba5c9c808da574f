"""Who and where, in an event's fields."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address

from cloison.ingest.addresses import spell

Fields = Mapping[str, str]

_ABSENT = frozenset({"", "-", "?", "N/A", "NULL", "(NULL)", "LOCAL", "Unknown", "%%1833"})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_SYSTEM = frozenset({"S-1-0-0", "S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-7"})
"""Nobody, the system itself, its two services, the anonymous: no account that a person uses ([MS-DTYP] 2.4.2.4)."""

_LARGEST_PORT = 65535


def given(fields: Fields, name: str) -> str | None:
    """Give a field, null where Windows writes that there is none."""
    value = fields.get(name)
    return None if value is None or value.strip() in _ABSENT else value.strip()


@lru_cache(maxsize=1 << 16)
def address(written: str | None) -> str | None:
    """Read an address, with or without a port; null for this host itself and for what is no address."""
    if not written:
        return None
    host = written.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    found = spell(host)
    if found is None:
        return None
    read = ip_address(found)
    return None if read.is_loopback or read.is_unspecified else found


def port(written: str | None) -> int | None:
    """Read a port; null when it is none, or zero."""
    if written is None or not written.isascii() or not written.isdigit() or len(written) > len("65535"):
        return None
    number = int(written)
    return number if 0 < number <= _LARGEST_PORT else None


def account(written: str | None) -> str | None:
    """Give an account's bare name, in lower case as Windows compares names: no domain, no realm."""
    if written is None:
        return None
    bare = written.rpartition("\\")[2].partition("@")[0].strip().lower()
    return bare or None


def actor(fields: Fields, user: str | None) -> str | None:
    """Give the account that asked, when it is an account of its own and another than the user."""
    if fields.get("SubjectUserSid") in _SYSTEM:
        return None
    asked = account(given(fields, "SubjectUserName"))
    return None if asked is None or asked == user else asked


def machine(written: str | None) -> str | None:
    """Give a computer's name without the backslashes that some events put before it; null for this one."""
    if written is None:
        return None
    name = written.strip().lstrip("\\")
    return None if not name or name in _ABSENT or name.lower() in _HERE else name


def peer(fields: Fields, address_field: str, name_field: str) -> str | None:
    """Give where a request came from: its address, else the name that the other side gave."""
    return address(fields.get(address_field)) or machine(fields.get(name_field))
