"""Protocols' detail in captures, as tshark dissects them: one file for each family of protocols."""
