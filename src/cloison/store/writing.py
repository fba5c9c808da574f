"""A hospital as tidy TOML text."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from cloison.model.hospital import Hospital
from cloison.store.keys import TABLES, Plain, plain_of

_WIDTH = 100
"""A list longer than this is written one value a line."""

_INDENT = "    "


def value_text(value: object, indent: str = "") -> str:
    """Write one value.

    Args:
        value: text, number, boolean, aware date and time, list or table.
        indent: of the line on which it begins.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML 1.0.0, basic strings
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
    if isinstance(value, list):
        return _list_text(value, indent)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {value_text(one, indent)}" for key, one in value.items()) + " }"
    return repr(value)


def _list_text(values: list[object], indent: str) -> str:
    short = "[" + ", ".join(value_text(one, indent) for one in values) + "]"
    if len(short) + len(indent) <= _WIDTH and "\n" not in short:
        return short
    inner = indent + _INDENT
    lines = "".join(f"{inner}{value_text(one, inner)},\n" for one in values)
    return f"[\n{lines}{indent}]"


def keys_text(table: Plain, keys: Iterable[str]) -> str:
    """Write keys and values, one a line."""
    return "".join(f"{key} = {value_text(table[key])}\n" for key in keys)


def entry_text(table: str, entry: Plain) -> str:
    """Write one entry of a table; what traffic showed of it comes last, in a table of its own."""
    text = f"[[{table}]]\n" + keys_text(entry, (key for key in entry if key != "learned"))
    return text + learned_text(table, entry["learned"]) if "learned" in entry else text


def learned_text(table: str, learned: Plain) -> str:
    """Write the sub-table of what traffic showed of the entry above it."""
    return f"[{table}.learned]\n" + keys_text(learned, learned)


def hospital_text(hospital: Hospital) -> str:
    """Write a whole new file."""
    plain = plain_of(hospital)
    parts = [keys_text(plain, (key for key in plain if key not in TABLES))]
    parts.extend(entry_text(table, entry) for table in TABLES for entry in plain.get(table, ()))
    return "\n".join(parts)
