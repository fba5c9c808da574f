"""The map of the hospital that ships: an invented 250-bed hospital, described in docs/demo-hospital.md."""

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path


def shipped_map() -> AbstractContextManager[Path]:
    """Give a path to the shipped `hospital.toml`, good for the length of the context."""
    return as_file(files("cloison.rehearse").joinpath("hospital", "hospital.toml"))
