"""Events as Windows' own XML, turned into JSON by whatever tool: {"Event": {"System": ..., "EventData": ...}}."""

from collections.abc import Mapping

from cloison.ingest.windows.event import Event, event_number, system_fields
from cloison.ingest.windows.fields import gather, gather_list
from cloison.ingest.windows.spellings import instant_of

_SCALAR = (str, int)
_DEEPER = ("UserData", "ProcessingErrorData")


def from_element(element: Mapping[str, object]) -> Event | None:
    """Read an Event element; null when it does not say when it was created.

    An event's own field wins over the system's of the same name: the Channel of "a log was cleared" is the log
    that was cleared, and rules mean that one.
    """
    system = element.get("System")
    if not isinstance(system, dict):
        return None
    time = instant_of(_attribute(system, "TimeCreated", "SystemTime") or system.get("TimeCreated"))
    if time is None:
        return None
    provider = _plain(_attribute(system, "Provider", "Name"))
    provider = provider if provider is None else str(provider)
    number = event_number(_plain(system.get("EventID")))
    computer, channel = _text(system.get("Computer")), _text(system.get("Channel"))
    fields = system_fields(
        provider,
        number,
        channel,
        computer,
        _plain(system.get("Level")),
        _plain(system.get("Task")),
        _plain(system.get("Opcode")),
        _plain(system.get("Keywords")),
        _text(_attribute(system, "Security", "UserID")),
    ).copy()
    own = element.get("EventData")
    if isinstance(own, dict):
        gather(own, fields)
    elif isinstance(own, list):
        gather_list(own, fields)
    else:
        for name in _DEEPER:
            own = element.get(name)
            if isinstance(own, dict):
                _gather_elements(own, fields)
    return Event(time, computer, channel, provider, number, fields)


def _gather_elements(own: Mapping[str, object], fields: dict[str, str]) -> None:
    """Flatten user data, whose fields lie one element deeper, on their own first: they win too."""
    inner: dict[str, str] = {}
    gather(own, inner)
    fields.update(inner)


def _attribute(system: Mapping[str, object], element: str, name: str) -> object:
    """Give an attribute of an element, whichever way the tool wrote attributes."""
    apart = system.get(element + "_attributes")
    if isinstance(apart, dict):
        return apart.get(name)
    node = system.get(element)
    if node is None or not isinstance(node, dict):
        return None
    within = node.get("#attributes", node)
    if not isinstance(within, dict):
        return None
    return within.get(name, within.get(f"@{name}"))


def _plain(node: object) -> str | int | None:
    """Give an element's value: plain, or beside its attributes."""
    if isinstance(node, _SCALAR):
        return node
    if isinstance(node, dict):
        inner = next((node[key] for key in ("#text", "$t", "Value", "value") if key in node), None)
        return inner if isinstance(inner, _SCALAR) else None
    return None


def _text(node: object) -> str | None:
    value = _plain(node)
    return None if value is None or value == "" else str(value)
