"""A Windows event, whatever carried it here, and what it also means."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from cloison.model.observations import Kind

Row: TypeAlias = dict[str, object]
"""Column of a kind -> value; the times, the file and the record are the event's."""


class Event(NamedTuple):
    """One event of a host's log.

    Attributes:
        time: when it was created, ISO 8601.
        computer: the host that logged it, as logged.
        channel: "Security", "Microsoft-Windows-Sysmon/Operational"...
        provider: what wrote it: "Microsoft-Windows-Security-Auditing"...
        event_id: its number for the provider.
        fields: what rules test, name as logged -> text: the event's own fields, and the ones of `system_fields`.
    """

    time: str
    computer: str | None
    channel: str | None
    provider: str | None
    event_id: int | None
    fields: dict[str, str]


class Meaning(NamedTuple):
    """What some events mean besides: a logon, a share opened, a connection, a name asked for.

    Attributes:
        kind: what they become.
        read: (an event's fields, its computer) -> a row; null when this one means nothing.
    """

    kind: Kind
    read: Callable[[Mapping[str, str], str | None], Row | None]


_AUDIT = "Microsoft-Windows-Security-Auditing"
_SYSMON = "Microsoft-Windows-Sysmon"
_PROVIDERS: Mapping[str, str] = {
    "microsoft windows security auditing.": _AUDIT,
    "microsoft windows security auditing": _AUDIT,
    "security": _AUDIT,
    "sysmon": _SYSMON,
}
"""Names shown to people, in lower case -> the provider's own."""

_CHANNELS: Mapping[str, tuple[str, str]] = {
    "security": ("Security", _AUDIT),
    "microsoft-windows-sysmon/operational": ("Microsoft-Windows-Sysmon/Operational", _SYSMON),
}
"""Channels in which one provider writes nearly all."""


def usual_names(channel: str | None, provider: str | None) -> tuple[str | None, str | None]:
    """Give an event's channel and provider by Windows' own names; one that is missing is told from the other."""
    if provider:
        provider = _PROVIDERS.get(provider.lower(), provider)
    elif channel:
        provider = _CHANNELS.get(channel.lower(), (None, provider))[1]
    if not channel and provider:
        channel = next((name for name, its in _CHANNELS.values() if its.lower() == provider.lower()), channel)
    return channel, provider


LARGEST_ID = (1 << 32) - 1


def event_number(value: object) -> int | None:
    """Read an event's number; null when it is none."""
    if value.__class__ is int and 0 <= value <= LARGEST_ID:
        return value
    try:
        number = int(value)  # type: ignore[call-overload]  # the except says the rest
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= LARGEST_ID else None


@lru_cache(maxsize=1 << 14)
def system_fields(  # noqa: PLR0917  # by place, which the cache finds three times as fast
    provider: str | None,
    event_id: int | None,
    channel: str | None,
    computer: str | None,
    level: str | int | None,
    task: str | int | None,
    opcode: str | int | None,
    keywords: str | int | None,
    user_id: str | None,
) -> dict[str, str]:
    """Name the fields that every event has as rules do, leaving out those that are absent.

    The same few hundred come back for every event of a log: take a copy to add to it.
    """
    known: dict[str, object] = {
        "Provider_Name": provider,
        "EventID": event_id,
        "Channel": channel,
        "Computer": computer,
        "Level": level,
        "Task": task,
        "Opcode": opcode,
        "Keywords": keywords,
        "UserID": user_id,
    }
    return {name: str(value) for name, value in known.items() if value is not None}
