"""The hospital that ships with the product, its ordinary day, and an intrusion into it: only text is written."""
