"""Events as forwarders write them in JSON: Winlogbeat, NXLog, Logstash, Wazuh, or Windows' own element."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from cloison.ingest.windows.audited import REGISTRY_VALUE_SET, SYSMON, spell_number_set
from cloison.ingest.windows.element import from_element
from cloison.ingest.windows.event import Event, event_number, system_fields, usual_names
from cloison.ingest.windows.fields import gather, gather_list
from cloison.ingest.windows.spellings import instant_of, respelt

_LEVELS = {
    "critical": "1", "error": "2", "warning": "3", "information": "4", "informational": "4", "info": "4",
    "verbose": "5", "debug": "5", "audit_success": "0", "audit_failure": "0",
}  # fmt: skip
"""Windows' standard levels (winmeta.xml)."""

_SEVERITIES = {"1": "5", "2": "4", "3": "3", "4": "2", "5": "1"}
"""NXLog's SeverityValue (NXLog reference manual, im_msvistalog) to Windows' levels."""

_KEYWORDS = {"audit success": "0x8020000000000000", "audit failure": "0x8010000000000000"}
_AUDIT = {"AUDIT_SUCCESS": _KEYWORDS["audit success"], "AUDIT_FAILURE": _KEYWORDS["audit failure"]}

_TRANSPORT = frozenset({
    "@metadata", "@timestamp", "@version", "AccountType", "ActivityID", "Category", "ERROR_EVT_UNRESOLVED",
    "EventID", "EventReceivedTime", "EventTime", "ExecutionProcessID", "ExecutionThreadID",
    "Hostname", "Keywords", "Level", "Message", "Opcode", "OpcodeValue", "ProviderGuid", "RecordNumber",
    "RelatedActivityID", "Severity", "SeverityValue", "SourceModuleName", "SourceModuleType", "SourceName",
    "SystemTime", "TenantId", "ThreadID", "TimeGenerated", "Version", "_index", "_id", "_type", "agent", "beat",
    "ecs", "event", "host", "input", "message", "port", "source", "tags", "type", "Channel", "Computer", "Task",
    "UserID", "Provider_Name", "Provider",
})  # fmt: skip
"""Names in a flat record of what carried the event, or of what every event has."""

_WITH_ACCOUNT = _TRANSPORT | {"AccountName", "Domain"}
"""Where NXLog looked up the name of the account that UserID gives, it says of what type it is, too."""

_QUARTER = timedelta(minutes=15)
"""Every offset from UTC in use is a multiple of it (IANA time zone database)."""

_WIDEST = timedelta(hours=14)


def from_object(read: Mapping[str, object]) -> Event | None:
    """Read one object of a log of events; null when it is no event, or does not say when."""
    inner = read.get("_source")
    if isinstance(inner, dict):  # as Elasticsearch gives it back
        read = inner
    for holds, reader in _SHAPES:
        if holds(read):
            return reader(read)
    other = respelt(read)
    if other is None:
        return None
    return next((reader(other) for holds, reader in _SHAPES if holds(other)), None)


def is_event(read: Mapping[str, object]) -> bool:
    """Tell whether an object looks like a Windows event."""
    inner = read.get("_source")
    read = inner if isinstance(inner, dict) else read
    if any(holds(read) for holds, _ in _SHAPES):
        return True
    other = respelt(read)
    return other is not None and any(holds(other) for holds, _ in _SHAPES)


def _is_element(read: Mapping[str, object]) -> bool:
    event = read.get("Event")
    return isinstance(event, dict) and isinstance(event.get("System"), dict)


def _from_wrapped(read: Mapping[str, object]) -> Event | None:
    event = read["Event"]
    return from_element(event) if isinstance(event, dict) else None


def _is_bare_element(read: Mapping[str, object]) -> bool:
    system = read.get("System")
    return isinstance(system, dict) and "EventID" in system


def _is_beat(read: Mapping[str, object]) -> bool:
    winlog = read.get("winlog")
    if isinstance(winlog, dict):
        return "event_id" in winlog or "event_data" in winlog
    return "event_id" in read and ("event_data" in read or "log_name" in read) and "@timestamp" in read


def _from_beat(read: Mapping[str, object]) -> Event | None:
    """Read what Winlogbeat writes, before version 7 (at the top) or since (under "winlog")."""
    winlog = read.get("winlog")
    told = winlog if isinstance(winlog, dict) else read
    created = read.get("@timestamp") or told.get("time_created") or _inside(read, "event", "created")
    if not isinstance(created, str):
        return None
    level = told.get("level", _inside(read, "log", "level"))
    user = told.get("user")
    event = _begun(
        created,
        computer=told.get("computer_name") or _host(read),
        channel=told.get("channel", told.get("log_name")),
        provider=told.get("provider_name", told.get("source_name")),
        number=told.get("event_id", _inside(read, "event", "code")),
        level=_LEVELS.get(str(level).lower(), level),
        task=told.get("task"),
        opcode=told.get("opcode"),
        keywords=_keywords(told.get("keywords")),
        user_id=user.get("identifier") if isinstance(user, dict) else None,
    )
    own: dict[str, str] = {}
    for name in ("event_data", "user_data"):
        part = told.get(name)
        if isinstance(part, list):
            gather_list(part, own)
        elif isinstance(part, dict):
            gather({key: value for key, value in part.items() if key != "xml_name"}, own)
    return _with(event, own, read.get("message"))


def _host(read: Mapping[str, object]) -> object:
    """Give the host that the forwarder names, where the event names none."""
    host = read.get("host")
    return host.get("name", host.get("hostname")) if isinstance(host, dict) else host


def _is_wazuh(read: Mapping[str, object]) -> bool:
    return _wazuh_part(read) is not None


def _wazuh_part(read: Mapping[str, object]) -> Mapping[str, object] | None:
    data = read.get("data")
    win = data.get("win") if isinstance(data, dict) else read.get("win")
    return win if isinstance(win, dict) and isinstance(win.get("system"), dict) else None


def _from_wazuh(read: Mapping[str, object]) -> Event | None:
    """Read what Wazuh's agent sends: Windows' names with a small first letter."""
    win = _wazuh_part(read) or {}
    system = win.get("system")
    if not isinstance(system, dict) or not isinstance(system.get("systemTime"), str):
        return None
    event = _begun(
        system["systemTime"],
        computer=system.get("computer"),
        channel=system.get("channel"),
        provider=system.get("providerName"),
        number=system.get("eventID"),
        level=system.get("level"),
        task=system.get("task"),
        opcode=system.get("opcode"),
        keywords=system.get("keywords"),
        user_id=None,
    )
    own: dict[str, str] = {}
    part = win.get("eventdata")
    if isinstance(part, dict):
        gather({_capital(key): value for key, value in part.items()}, own)
    return _with(event, own, system.get("message"))


def _capital(name: str) -> str:
    return name if name.startswith("param") else name[:1].upper() + name[1:]


def _is_flat(read: Mapping[str, object]) -> bool:
    return "EventID" in read and any(key in read for key in ("Channel", "SourceName", "Provider_Name", "Provider"))


def _from_flat(read: Mapping[str, object]) -> Event | None:
    """Read a record whose fields all lie side by side, as NXLog and most exports write it."""
    time = _flat_time(read)
    if time is None:
        return None
    kind = str(read.get("EventType", ""))
    event = _begun(
        time,
        computer=read.get("Hostname", read.get("Computer")) or _host(read),
        channel=read.get("Channel"),
        provider=read.get("SourceName", read.get("Provider_Name", read.get("Provider"))),
        number=read.get("EventID"),
        level=_LEVELS.get(kind.lower(), read.get("Level", _SEVERITIES.get(str(read.get("SeverityValue"))))),
        task=read.get("Task"),
        opcode=read.get("OpcodeValue", read.get("Opcode")),
        keywords=_AUDIT.get(kind) or _keywords(read.get("Keywords")),
        user_id=read.get("UserID"),
    )
    own: dict[str, str] = {}
    dropped = _TRANSPORT if "AccountType" not in read else _WITH_ACCOUNT
    gather({name: value for name, value in read.items() if name not in dropped}, own)
    if kind.lower() in _LEVELS:
        own.pop("EventType", None)
    return _with(event, own, read.get("Message", read.get("message")))


def _begun(
    time: str,
    *,
    computer: object,
    channel: object,
    provider: object,
    number: object,
    level: object,
    task: object,
    opcode: object,
    keywords: object,
    user_id: object,
) -> Event:
    """Give an event without its own fields."""
    host, (log, who) = _word(computer), usual_names(_word(channel), _word(provider))
    event_id = event_number(number)
    system = system_fields(
        who, event_id, log, host, _word(level), _word(task), _word(opcode), _word(keywords), _word(user_id)
    )
    return Event(time, host, log, who, event_id, system.copy())


def _word(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None


def _with(event: Event, own: dict[str, str], message: object) -> Event:
    """Add an event's own fields.

    Values without a name, which Winlogbeat calls param1, param2..., are "Data" too, as in every other reader; an
    event that the forwarder kept as its message only has that for "Data".
    """
    if not own and isinstance(message, str):
        own["Data"] = message
    elif all(name.startswith("param") for name in own):
        own["Data"] = "\n".join(own.values())
    event.fields.update(own)
    if event.event_id == REGISTRY_VALUE_SET and (event.channel or "").lower() == SYSMON:
        spell_number_set(event.fields)
    return event


def _keywords(value: object) -> object:
    """Write keywords as Windows does, 64 bits in hexadecimal."""
    if isinstance(value, int):
        return f"0x{value & (1 << 64) - 1:x}"
    if isinstance(value, list):
        words = [word for word in value if isinstance(word, str)]
        return next((_KEYWORDS[word.lower()] for word in words if word.lower() in _KEYWORDS), ", ".join(words))
    return value


def _flat_time(read: Mapping[str, object]) -> str | None:
    """Tell when a flat record's event was created.

    NXLog writes the host's local time without its zone, beside a time in UTC that what received the record
    added, or that Sysmon wrote: the difference tells the zone, to a quarter of an hour.
    """
    own = next((value for key in _TIMES if (value := instant_of(read.get(key))) is not None), None)
    if own is None:
        stamp = read.get("@timestamp")
        return stamp if isinstance(stamp, str) else None
    local = _instant(own)
    if local is None or local.tzinfo is not None:
        return own
    for utc, beside in (("@timestamp", "EventReceivedTime"), ("UtcTime", ""), ("@timestamp", "")):
        reference, at = _instant(read.get(utc)), _instant(read.get(beside)) if beside else local
        if reference is None or at is None or at.tzinfo is not None:
            continue
        behind = reference.replace(tzinfo=None) - at
        offset = round(behind / _QUARTER) * _QUARTER
        if abs(offset) <= _WIDEST:
            return _shifted(local, offset)
    return own


_TIMES = ("EventTime", "SystemTime", "TimeCreated", "TimeGenerated")


def _shifted(local: datetime, offset: timedelta) -> str | None:
    try:
        return (local + offset).replace(tzinfo=UTC).isoformat()
    except OverflowError:
        return None


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _inside(read: Mapping[str, object], outer: str, inner: str) -> object:
    node = read.get(outer)
    return node.get(inner) if isinstance(node, dict) else None


_SHAPES: tuple[tuple[Callable[[Mapping[str, object]], bool], Callable[[Mapping[str, object]], Event | None]], ...] = (
    (_is_element, _from_wrapped),
    (_is_bare_element, from_element),
    (_is_beat, _from_beat),
    (_is_wazuh, _from_wazuh),
    (_is_flat, _from_flat),
)
