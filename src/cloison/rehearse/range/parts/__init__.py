"""What stands in the range: one file per part, found by walking this package."""
