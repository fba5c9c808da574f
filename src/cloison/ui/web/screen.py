"""A screen: one file of `screens/`, found by walking, with its routes and its place in the navigation."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter

from cloison.model.people import Right
from cloison.ui.web import api, screens
from cloison.words import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the navigation.

    Attributes:
        order: from the left; Situation is 10, Carte 20, Main courante 30, Soins 40, Exercices 50, Réglages 90.
        right: who has it sees the place.
        in_story: shown in a demonstration that tells a story.
        live: shown in a console that people sign in to.
    """

    address: str
    name: Sentence
    order: int
    right: Right = Right.READ
    in_story: bool = True
    live: bool = True


def screen_routers() -> tuple[APIRouter, ...]:
    """Give the routers of all screens."""
    return tuple(module.router for module in _modules(screens))


def api_routers() -> tuple[APIRouter, ...]:
    """Give the routers of the API."""
    return tuple(module.router for module in _modules(api))


def places() -> tuple[Place, ...]:
    """Give the navigation, in order. A screen says its places in `PLACES`."""
    found = (place for module in _modules(screens) for place in getattr(module, "PLACES", ()))
    return tuple(sorted(found, key=lambda place: place.order))


def tabs(rights: frozenset[Right]) -> tuple[Place, ...]:
    """Give the pages of Réglages that these rights open, in order. A screen says its own in `TABS`."""
    found = (place for module in _modules(screens) for place in getattr(module, "TABS", ()))
    return tuple(sorted((place for place in found if place.right in rights), key=lambda place: place.order))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in sorted(iter_modules(package.__path__), key=lambda one: one.name):
        yield import_module(f"{package.__name__}.{found.name}")
