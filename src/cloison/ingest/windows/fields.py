"""An event's own fields, flattened to name -> text as its provider named them.

Numbers become text, absent values the empty text, values without a name "Data" (joined by line ends) and
"Data0", "Data1"...; what is nested keeps its innermost names. GUIDs get the braces that Windows shows them with
and that rules are written for; the EVTX reader leaves them out where the log holds them in binary.
"""

from collections.abc import Mapping, Sequence

import orjson

_DEEPEST = 16
"""Nesting beyond this is nobody's event: it is kept as JSON text."""

_GUID_LENGTH = 36
_DASHES = "----"
_UNNAMED = "Data"
_VALUE_KEYS = ("#text", "$t", "_text", "Value", "value")
_NAME_KEYS = ("@Name", "Name", "@name", "name")
_MOST_OF_A_VALUE = 3
"""Keys of an element that holds one value: the value, its name, its type."""


def gather(node: Mapping[str, object], into: dict[str, str]) -> None:
    """Add a flat element's fields; anything nested in it is flattened."""
    for name, value in node.items():
        kind = value.__class__
        if kind is str:
            into[name] = value if len(value) != _GUID_LENGTH else _braced(value)  # type: ignore[arg-type,assignment]
        elif kind is int:
            into[name] = str(value)
        else:
            _nested(name, value, into, 0)


def gather_list(nodes: Sequence[object], into: dict[str, str]) -> None:
    """Add the fields of a list: named values, flat elements, or values without a name."""
    rest: list[object] = []
    for node in nodes:
        if isinstance(node, dict) and not any(key in node for key in (*_VALUE_KEYS, *_NAME_KEYS)):
            gather(node, into)
        else:
            rest.append(node)
    if rest:
        _list(_UNNAMED, rest, into, 0)


def text(value: object) -> str:
    """Give a value as Windows shows it."""
    if isinstance(value, str):
        return _braced(value) if len(value) == _GUID_LENGTH else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # deeper than JSON's writers go
        return "…"


def _nested(name: str, value: object, into: dict[str, str], depth: int) -> None:
    if depth > _DEEPEST:
        _put(into, name, text(value), name)
    elif isinstance(value, dict):
        _object(name, value, into, depth)
    elif isinstance(value, list):
        _list(name, value, into, depth)
    else:
        _put(into, name, text(value), name)


def _object(name: str, node: dict[str, object], into: dict[str, str], depth: int) -> None:
    """Flatten an element: a value with its attributes, a named value, or an element of elements."""
    element = name.removesuffix("_attributes")
    if element == name and len(node) <= _MOST_OF_A_VALUE:
        named = next((node[key] for key in _NAME_KEYS if isinstance(node.get(key), str)), None)
        held = next((key for key in _VALUE_KEYS if key in node), None)
        if held is not None or (named and len(node) == 1):
            _nested(str(named or name), node[held] if held else None, into, depth + 1)
            return
    for key, value in node.items():
        if key == "#attributes":
            _nested(name, value, into, depth + 1)
        elif key.lstrip("@").startswith("xmlns"):
            continue
        elif isinstance(value, dict | list):
            _nested(key, value, into, depth + 1)
        else:
            _put(into, key.lstrip("@") or element, text(value), element)


def _list(name: str, values: Sequence[object], into: dict[str, str], depth: int) -> None:
    plain: list[str] = []
    for value in values:
        if isinstance(value, dict) and any(isinstance(value.get(key), str) for key in _NAME_KEYS):
            _object(name, value, into, depth)
        elif isinstance(value, dict) and any(key in value for key in _VALUE_KEYS):
            plain.append(text(next(value[key] for key in _VALUE_KEYS if key in value)))
        else:
            plain.append(text(value))
    if plain:
        into[name or _UNNAMED] = "\n".join(plain)
        if name == _UNNAMED and len(plain) > 1:
            into.update((f"{_UNNAMED}{at}", each) for at, each in enumerate(plain))


def _put(into: dict[str, str], name: str, value: str, element: str) -> None:
    """Keep a value under its innermost name; a second value of that name, under its element's name too."""
    name = name or _UNNAMED
    if into.setdefault(name, value) != value:
        into[f"{element}_{name}"] = value


def _braced(value: str) -> str:
    if value[8::5][:4] == _DASHES:
        return "{" + value + "}"
    return value
