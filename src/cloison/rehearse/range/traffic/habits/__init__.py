"""What people and machines of the range do: one file per habit, found by walking this package."""
