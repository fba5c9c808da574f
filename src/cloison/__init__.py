"""Cloison: watertight doors for a hospital's information system."""

__version__ = "0.1.0"
