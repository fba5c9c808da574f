"""Families of ordinary traffic: each takes the day and adds what its machines did."""
