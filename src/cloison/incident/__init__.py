"""From findings to what is suspected, and why."""
