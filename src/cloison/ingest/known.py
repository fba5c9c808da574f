"""Find the formats: one class a module, by walking the package."""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from cloison.ingest import formats
from cloison.ingest.format import Format


@cache
def known_formats() -> tuple[Format, ...]:
    """Give every format, by the name of its module.

    Raises:
        TypeError: a module does not hold exactly one format.
    """
    return tuple(_format_of(module.name) for module in pkgutil.iter_modules(formats.__path__))


def recognise(head: bytes, among: Sequence[Format]) -> Format | None:
    """Give the first format that recognises a file's beginning."""
    return next((format_ for format_ in among if format_.recognise(head)), None)


def _format_of(module_name: str) -> Format:
    module = importlib.import_module(f"{formats.__name__}.{module_name}")
    found: list[Format] = [
        value()
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "recognise")
    ]
    if len(found) != 1:
        msg = f"{module.__name__} must hold one format, and holds {len(found)}"
        raise TypeError(msg)
    return found[0]
