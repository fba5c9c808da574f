"""One file for each sort of enforcement point."""
