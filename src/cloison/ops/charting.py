"""From traffic to a map, and from a map and traffic to its leaks."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.chart.proposal import Proposal, propose
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.leak import LeakReport
from cloison.ops.analysis import OnProgress, ReadThrough, read_through
from cloison.words import Sentence


def learn(
    paths: Sequence[Path],
    existing: Hospital | None,
    *,
    render: Callable[[Sentence], str],
    unseen_after: timedelta,
    on_progress: OnProgress | None = None,
) -> tuple[Proposal, ReadThrough]:
    """Propose a map from what was read, or complete the one there is.

    Raises:
        MissingFileError, NothingReadError: see `read_through`.
    """
    seen = census.start(AddressBook(existing))
    through = read_through(paths, also=(seen.add,), on_progress=on_progress)
    return propose(seen, existing, render=render, unseen_after=unseen_after), through


def look_for_leaks(
    hospital: Hospital, paths: Sequence[Path], *, on_progress: OnProgress | None = None
) -> tuple[LeakReport, ReadThrough]:
    """Find the traffic that no conduit declares, and the paths to care that traffic proves.

    Raises:
        MissingFileError, NothingReadError: see `read_through`.
    """
    seen = census.start(AddressBook(hospital))
    through = read_through(paths, also=(seen.add,), on_progress=on_progress)
    return find_leaks(hospital, seen), through
