"""`cloison --server URL`: the same commands on what a server knows, asked through its API."""
