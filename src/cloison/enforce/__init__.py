"""Doors that really close: from a plan to rules, to devices, to what they hold, to a verdict."""
