"""Care: what a set of closed doors and lost zones takes from each care service, in care-hours."""
