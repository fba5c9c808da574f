"""Find the drivers: every module of `cloison.enforce.drivers` holds one, under the name `DRIVER`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import cloison.enforce.drivers
from cloison.enforce.driver import Driver


@cache
def known_drivers() -> Mapping[str, Driver]:
    """Give each driver by the name that the map calls it."""
    package = cloison.enforce.drivers
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    found: list[Driver] = [module.DRIVER for module in modules]
    return {driver.name: driver for driver in sorted(found, key=lambda each: each.name)}
