"""The map as traffic shows it: who is there, what passes, and what passes that nobody declared."""
