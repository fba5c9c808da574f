"""What Cloison keeps: the map file."""
