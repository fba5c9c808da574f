"""The paper kit: what is printed before the night when no screen answers."""
