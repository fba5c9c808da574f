"""From traffic to a map, and from a map and traffic to its leaks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.chart.proposal import Proposal, propose
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.leak import LeakReport
from cloison.model.reading import Source
from cloison.ops.analysis import OnProgress, ReadThrough, read_through
from cloison.store.hospital_file import save
from cloison.store.traffic import KeptTraffic, keep, recall
from cloison.words import Sentence

TRAFFIC = "traffic"


def learn(
    paths: Sequence[Path],
    existing: Hospital | None,
    *,
    render: Callable[[Sentence], str],
    unseen_after: timedelta,
    write: tuple[Path, Path] | None,
    on_progress: OnProgress | None = None,
) -> tuple[Proposal, ReadThrough]:
    """Propose a map from what was read, or complete the one there is.

    Args:
        paths: logs, captures or folders.
        existing: None: there is no map yet.
        render: writes names and reasons in the map's language.
        unseen_after: how long an entry may stay silent.
        write: (map file, home): both are written; None: nothing is.
        on_progress: told after each batch.

    Raises:
        MissingFileError, NothingReadError: see `read_through`.
        BadMapError, UnwritableFileError: see `save` and `keep`.
    """
    seen = census.start(AddressBook(existing))
    through = read_through(paths, also=(seen.add,), on_progress=on_progress)
    labels = through.reading.labels
    proposal = propose(seen, existing, render=render, unseen_after=unseen_after, sources=labels)
    if write is not None:
        map_file, home = write
        save(map_file, proposal.hospital)
        if through.last is not None:
            # Absolute, for `cloison map` may be run from another folder.
            sources = tuple(
                replace(source, path=str(Path(source.path).absolute())) for source in through.reading.sources
            )
            keep(_traffic(home, map_file), seen.edges(), KeptTraffic(sources=sources, until=through.last))
    return proposal, through


def keep_more(
    hospital: Hospital,
    exchanges: pl.DataFrame,
    sources: Sequence[Source],
    until: datetime,
    *,
    map_file: Path,
    home: Path,
) -> None:
    """Add exchanges to those of the last learning: their leaks are listed together.

    Args:
        hospital: the map.
        exchanges: as `cloison.chart.census.Census.edges` gives them.
        sources: files of their records, by origin.
        until: last moment that was read, UTC.
        map_file: the map's file.
        home: where Cloison keeps what it learns.

    Raises:
        UnwritableFileError: see `keep`.
    """
    folder = _traffic(home, map_file)
    known = recall(folder, census.EDGE_SCHEMA)
    seen = census.start(AddressBook(hospital))
    before: tuple[Source, ...] = ()
    if known is not None:
        seen.keep(known[0])
        before, until = known[1].sources, max(until, known[1].until)
    more = exchanges.with_columns((pl.col("origin") + len(before)).cast(exchanges.schema["origin"]))
    seen.keep(more.select(*census.EDGE_SCHEMA))
    named = tuple(replace(source, path=str(Path(source.path).absolute())) for source in sources)
    keep(folder, seen.edges(), KeptTraffic(sources=(*before, *named), until=until))


def leaks_in(
    hospital: Hospital, paths: Sequence[Path], *, on_progress: OnProgress | None = None
) -> tuple[LeakReport, tuple[Source, ...]]:
    """Find the traffic that no conduit declares, and the paths to care that traffic proves.

    Raises:
        MissingFileError, NothingReadError: see `read_through`.
    """
    seen = census.start(AddressBook(hospital))
    through = read_through(paths, also=(seen.add,), on_progress=on_progress)
    return find_leaks(hospital, seen), through.reading.sources


def leaks_learned(
    hospital: Hospital, map_file: Path, home: Path
) -> tuple[LeakReport, tuple[Source, ...], datetime] | None:
    """Find the leaks in the traffic of the last learning; None when there was none.

    The moment is the last one that was read then.
    """
    kept = recall(_traffic(home, map_file), census.EDGE_SCHEMA)
    if kept is None:
        return None
    exchanges, traffic = kept
    return find_leaks(hospital, census.resume(AddressBook(hospital), exchanges)), traffic.sources, traffic.until


def _traffic(home: Path, map_file: Path) -> Path:
    """Two maps in one folder are two hospitals: each keeps its own traffic."""
    return home / TRAFFIC / map_file.stem
