"""Planner: in which order what was lost comes back."""
