"""The nouns. Import them from their files: `from cloison.model.hospital import Zone`."""
