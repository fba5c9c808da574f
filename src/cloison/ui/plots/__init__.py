"""Pictures for people who look rather than read, and the same as data."""
