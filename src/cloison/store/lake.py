"""Observations as Parquet, one folder a kind: what a distributed engine reads."""

from pathlib import Path

from cloison.errors import UnwritableFileError
from cloison.model.observations import Batch
from cloison.words import say, verbatim


class Lake:
    """A folder of observations being written."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, made when absent."""
        self._folder = folder
        self._pieces = 0

    def add(self, batch: Batch) -> None:
        """Write the next records.

        Raises:
            UnwritableFileError: the folder or a file cannot be written.
        """
        try:
            for kind, frame in batch.items():
                folder = self._folder / kind.value
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                frame.write_parquet(folder / f"{self._pieces:08}.parquet", compression="zstd")
        except OSError as error:
            raise UnwritableFileError(
                say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
                fix=say("choose another folder with --home DIR, or free this one"),
                where=str(self._folder),
            ) from error
        self._pieces += 1
