"""Windows events: from whatever carries them to observations."""
