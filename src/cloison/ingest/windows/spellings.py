"""Rarer ways in which tools write events in JSON, brought to the ones that are read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

_IDS = ("eventid", "event_id", "eventcode", "id")
_CHANNELS = ("channel", "logname", "log_name")
_PROVIDERS = (
    *("sourcename", "providername", "provider_name", "provider", "eventsourcename", "source_name"),
    "eventsource",
)
_COMPUTERS = ("hostname", "computer", "computername", "computer_name", "machinename", "host")
_TIMES = (
    *("eventtime", "systemtime", "timecreated", "time_created", "timegenerated", "timestamp", "_time"),
    "@timestamp",
)
_OF_THE_HEAD = frozenset((*_IDS, *_CHANNELS, *_PROVIDERS, *_COMPUTERS, *_TIMES))
_PAYLOAD = "payload"
"""Where EvtxECmd keeps the event's own fields, as JSON text."""

_PROPERTIES = "properties"
"""The values, without their names, that PowerShell's ConvertTo-Json gives."""

_HEADS = ("winlog.", "Event.", "System.", "event_data.")
_DOT_NET = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_MILLISECONDS = 1e11
"""Seconds since 1970 reach this in the year 5138: a larger number counts milliseconds."""

_DEEPEST = 8


def respelt(read: Mapping[str, object]) -> Mapping[str, object] | None:
    """Write an object as Winlogbeat, Windows or NXLog would; null when it does not look like an event.

    Args:
        read: names joined by dots ("winlog.event_data.TargetUserName"), or fields side by side under other names:
            Splunk's EventCode, PowerShell's Id and LogName, EvtxECmd's EventId, Velociraptor's times in seconds.
    """
    if any(key.startswith(_HEADS) for key in read):
        return _nested(read)
    system = read.get("System")
    if isinstance(system, Mapping):
        return None
    names = {key.casefold(): key for key in reversed(list(read))}
    number, channel, provider = (_first(read, names, these) for these in (_IDS, _CHANNELS, _PROVIDERS))
    if number is None or (channel is None and provider is None) or not _is_number(number):
        return None
    flat: dict[str, object] = {
        key: value
        for key, value in read.items()
        if key.casefold() not in _OF_THE_HEAD and key.casefold() not in {_PAYLOAD, _PROPERTIES}
    }
    flat |= _own(read, names)
    flat |= {
        "EventID": int(float(str(number))),
        "Channel": channel,
        "SourceName": provider if provider is not None else "",
        "Hostname": _first(read, names, _COMPUTERS),
        "EventTime": instant_of(_first(read, names, _TIMES)),
    }
    return flat


def instant_of(value: object) -> str | None:
    """Write a time as ISO 8601: text as it is, .NET's "/Date(…)/", or a number of seconds or milliseconds."""
    if isinstance(value, Mapping):
        value = value.get("value", value.get("DateTime"))
    if isinstance(value, str):
        stamp = _DOT_NET.fullmatch(value)
        return value if stamp is None else instant_of(float(stamp[1]) / 1000)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if abs(value) > _MILLISECONDS else value
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return None


def _nested(read: Mapping[str, object]) -> Mapping[str, object]:
    tree: dict[str, object] = {}
    for key, value in read.items():
        *outer, last = key.split(".", _DEEPEST)
        node = tree
        for name in outer:
            inner = node.setdefault(name, {})
            node = inner if isinstance(inner, dict) else node
        node[last] = value
    return tree


def _first(read: Mapping[str, object], names: Mapping[str, str], wanted: tuple[str, ...]) -> object:
    found = (read[names[name]] for name in wanted if name in names)
    return next((value for value in found if value is not None and value != ""), None)


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and re.fullmatch(r"\d{1,10}(\.0+)?", str(value)) is not None


def _own(read: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    payload = read.get(names.get(_PAYLOAD, ""))
    if isinstance(payload, str) and payload.startswith('{"'):
        try:
            inner = orjson.loads(payload)
        except orjson.JSONDecodeError:
            inner = None
        if isinstance(inner, dict):
            return {name: inner[name] for name in ("EventData", "UserData") if name in inner}
    values = read.get(names.get(_PROPERTIES, ""))
    if isinstance(values, list) and values:
        return {"Data": [one.get("Value") if isinstance(one, Mapping) else one for one in values]}
    return {_PAYLOAD.capitalize(): payload} if payload is not None else {}
