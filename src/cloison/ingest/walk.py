"""Find the files that a person means by the paths they give."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cloison.errors import MissingFileError
from cloison.words import say, verbatim


def find_files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Give each file once, with its path as people see it, sorted by that path.

    Folders are walked to the bottom; hidden files and links in them are left alone, so that a walk never
    leaves the folder nor turns in circles. What is named directly is always taken, link or not.

    Raises:
        MissingFileError: a path that was named is not there, or may not be read.
    """
    found: dict[str, Path] = {}
    seen: set[tuple[int, int]] = set()
    for path in paths:
        for file in _below(path):
            try:
                facts = file.stat()
            except OSError:  # gone since it was listed: opening it will say so
                found.setdefault(shown(file), file)
                continue
            if (facts.st_dev, facts.st_ino) not in seen:
                seen.add((facts.st_dev, facts.st_ino))
                found.setdefault(shown(file), file)
    return sorted(found.items())


def shown(path: Path) -> str:
    """Give a path as text that any screen or file can hold."""
    return os.fsencode(path).decode("utf-8", "replace")


def _below(path: Path) -> Iterator[Path]:
    try:
        is_folder = path.is_dir()
        if not is_folder:
            path.stat()
        elif not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))  # same words for both causes
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=shown(path),
        ) from error
    if not is_folder:
        yield path
        return
    for folder, folders, names in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if not name.startswith(".") and not file.is_symlink():
                yield file
