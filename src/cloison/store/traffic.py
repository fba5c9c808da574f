"""What the last learning saw, kept so that leaks can be listed without reading the logs again."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from cloison.errors import UnwritableFileError
from cloison.model.noun import noun
from cloison.model.reading import Source
from cloison.words import say, verbatim

EXCHANGES = "exchanges.parquet"
FILES = "files.json"
FORMAT = 1


@noun
class KeptTraffic:
    """Exchanges between machines, and the files whose records prove them.

    Attributes:
        sources: paths by origin, with their formats; nothing else is kept of them.
        until: last moment that was read, UTC.
    """

    sources: tuple[Source, ...]
    until: datetime


def keep(folder: Path, exchanges: pl.DataFrame, traffic: KeptTraffic) -> None:
    """Replace what the folder keeps; only its owner may read it: who speaks to whom is a prize.

    Args:
        folder: made when absent.
        exchanges: as `cloison.chart.census.Census.edges` gives them.
        traffic: where they come from.

    Raises:
        UnwritableFileError: the folder or a file cannot be written.
    """
    page = {
        "format": FORMAT,
        "until": traffic.until.isoformat(),
        "files": [{"path": source.path, "format": source.format} for source in traffic.sources],
    }
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The exchanges last: they are looked for first, and then the names of their files are there.
        _replace(folder / FILES, json.dumps(page, ensure_ascii=True).encode())
        fresh = _beside(folder / EXCHANGES)
        exchanges.write_parquet(fresh, compression="zstd")
        fresh.chmod(0o600)
        fresh.replace(folder / EXCHANGES)
    except OSError as error:
        raise UnwritableFileError(
            say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another folder with --home DIR, or free this one"),
            where=str(folder),
        ) from error


def recall(folder: Path, schema: Mapping[str, pl.DataType]) -> tuple[pl.DataFrame, KeptTraffic] | None:
    """Give what the folder keeps.

    Args:
        folder: as `keep` filled it.
        schema: columns that the exchanges must have.

    Returns:
        None when there is nothing, or nothing that can be trusted to be whole: learning again replaces it.
    """
    try:
        page = json.loads((folder / FILES).read_bytes())
        exchanges = pl.read_parquet(folder / EXCHANGES)
        sources = tuple(Source(path=str(file["path"]), format=str(file["format"])) for file in page["files"])
        until = datetime.fromisoformat(page["until"])
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None
    if page.get("format") != FORMAT or exchanges.schema != pl.Schema(schema) or until.tzinfo is None:
        return None
    if exchanges.height and exchanges["origin"].max() >= len(sources):  # type: ignore[operator] # a count
        return None
    return exchanges, KeptTraffic(sources=sources, until=until)


def _replace(path: Path, content: bytes) -> None:
    fresh = _beside(path)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    fresh.replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")
