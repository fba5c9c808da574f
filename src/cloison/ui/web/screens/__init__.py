"""The pages, one file a screen; `screen.py` finds them."""
