"""Use cases: each wires the rooms together for one thing a person asks; this floor owns the clock."""
