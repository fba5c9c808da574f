"""The one decorator of Cloison's nouns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def noun(plain: type[T]) -> type[T]:
    """Make a frozen, slotted, keyword-only dataclass that refuses unknown keys at the doors."""
    return noun_written_as({})(plain)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def noun_written_as(keys: Mapping[str, str]) -> Callable[[type[T]], type[T]]:
    """Make a noun whose fields have other names in files.

    pydantic reads `__pydantic_config__` when a `TypeAdapter` is built on the class, so the model itself
    imports no framework; without it a misspelt key would be dropped silently.

    Args:
        keys: field name -> key in files, where they differ. A trailing underscore is always dropped
            (`from_` is written `from`).
    """

    def dress(plain: type[T]) -> type[T]:
        config: dict[str, Any] = {
            "extra": "forbid",
            "alias_generator": lambda name: keys.get(name, name.rstrip("_")),
            "allow_inf_nan": False,
        }
        plain.__pydantic_config__ = config  # type: ignore[attr-defined]
        return dataclass(frozen=True, slots=True, kw_only=True)(plain)

    return dress
