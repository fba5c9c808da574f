"""Spread: who is reached from the suspected zones, through which passages, and when."""
