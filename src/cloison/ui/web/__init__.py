"""The local page: one server, no script, nothing fetched from elsewhere."""
