"""The API, version 1, one file a subject; `screen.py` finds them."""
