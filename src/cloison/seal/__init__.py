"""Seal: which doors to close, with the proof that nothing better exists (DESIGN section 7)."""
