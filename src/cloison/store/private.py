"""Files that only their owner may read, replaced in one step."""

import os
from pathlib import Path

from cloison.errors import UnwritableFileError
from cloison.words import say, verbatim


def replace_private(path: Path, content: bytes) -> None:
    """Put content in the place of a file, whole or not at all, whatever happens meanwhile.

    Args:
        path: its folder is made when it is not there, for its owner alone.
        content: the whole of it.

    Raises:
        UnwritableFileError: the folder or the file cannot be written; what was there is untouched.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())  # else a power cut may leave the new name on an empty file
        fresh.replace(path)
    except OSError as error:
        raise UnwritableFileError(
            say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another folder with --home DIR, or free this one"),
            where=str(path.parent),
        ) from error
