"""The range's ordinary life: who does what when, and what came of it."""
