"""Find the detectors: every module of `cloison.detect.detectors` holds one, under the name `DETECTOR`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import cloison.detect.detectors
from cloison.detect.detector import Detector


@cache
def known_detectors() -> tuple[Detector, ...]:
    """Give one instance of each detector, by name."""
    package = cloison.detect.detectors
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    found: list[Detector] = [module.DETECTOR for module in modules]
    return tuple(sorted(found, key=lambda detector: detector.name))
