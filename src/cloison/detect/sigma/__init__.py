"""Sigma rules: read, then looked for in tables of records."""
