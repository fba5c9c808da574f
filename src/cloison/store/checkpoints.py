"""Where the watch stopped: one file, replaced whole, so that a crash leaves the one before."""

from pathlib import Path

from cloison.store.private import replace_private

WATCH = "watch"
"""Folder of a home where the watch keeps what is its own."""

CHECKPOINT = "checkpoint"


def keep_checkpoint(home: Path, state: bytes) -> None:
    """Replace the checkpoint; only its owner may read it.

    Raises:
        UnwritableFileError: it cannot be written; the one before stays.
    """
    replace_private(home / WATCH / CHECKPOINT, state)


def kept_checkpoint(home: Path) -> bytes | None:
    """Give the latest checkpoint; None when there is none."""
    try:
        return (home / WATCH / CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None


def drop_checkpoint(home: Path) -> None:
    """Forget where the watch stopped: it begins anew."""
    (home / WATCH / CHECKPOINT).unlink(missing_ok=True)
