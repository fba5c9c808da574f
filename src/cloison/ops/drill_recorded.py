"""An exercise on recorded logs or captures: doors in dry run, everything else as on the night."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from cloison.detect.fold import Context, start
from cloison.detect.live import Live
from cloison.incident.hosts import Hosts
from cloison.incident.identities import Identities
from cloison.ingest.reading import open_reading
from cloison.model.addressing import AddressBook
from cloison.model.drill import FlowCount, Milestone, Moment
from cloison.model.finding import Finding
from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.observations import Batch
from cloison.ops.moving import Means
from cloison.ops.rules import rules_of
from cloison.ops.sealing import arm
from cloison.words import Sentence, say

DRIVER = "memory"

STEP = timedelta(minutes=10)
"""What is read at once: the moment of an alert is known to this."""

_NOTES = (
    say("The doors moved in memory: no device was touched, and none was proved closed."),
    say("Nobody knows what the intruder of these records did: every alert counts as his, and his first act is theirs."),
)


def dry(hospital: Hospital) -> Hospital:
    """Give the map with every point of cut in memory: a person's doors too, so that the exercise can end."""
    points = tuple(replace(point, driver=DRIVER, address=None) for point in hospital.enforcement_points)
    return replace(hospital, enforcement_points=points)


@dataclass(slots=True, kw_only=True)
class RecordedScene:
    """See `cloison.ops.drill.Scene`. Made by `on_records`."""

    hospital: Hospital
    means: Means
    where: str = "recorded"
    speed: float = 1.0
    notes: tuple[Sentence, ...] = _NOTES
    _live: Live = field(init=False)
    _identities: Identities = field(init=False)
    _batches: Iterator[Batch] = field(init=False)
    _last: datetime | None = None
    _over: bool = False

    def __post_init__(self) -> None:  # noqa: D105 - what follows from the fields
        context = Context(book=AddressBook(self.hospital), hospital=self.hospital, watchlist=(), rules=rules_of(()))
        self._live = Live(start(context))
        self._identities = Identities(self.hospital)

    @property
    def tried(self) -> Hospital:
        """The map."""
        return self.hospital

    def follow(self, paths: Sequence[Path]) -> None:
        """Begin to read.

        Raises:
            MissingFileError: a path is not there.
        """
        self._batches = (part for batch in open_reading(paths).batches() for part in in_steps(batch, STEP))

    def look(self) -> tuple[Finding, ...]:
        """Read the records of the next minutes."""
        batch = next(self._batches, None)
        if batch is None:
            self._over = True
            return ()
        self._identities.add(batch)
        seen = [frame["seen_at"].max() for frame in batch.values() if frame.height]
        self._last = max((one for one in [*seen, self._last] if isinstance(one, datetime)), default=None)
        return self._live.step(batch)

    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return self._live.fold.findings()

    def hosts(self) -> Hosts:
        """The machines as the records tell them."""
        return self._identities.hosts()

    def over(self) -> bool:
        """Tell whether all is read."""
        return self._over

    def story(self, at: datetime) -> datetime:
        """Give the last moment read: the present of these records."""
        return self._last or at

    def first_act(self) -> Moment | None:
        """Give the start of the earliest act that was found."""
        first = min((finding.first_seen for finding in self.findings()), default=None)
        return Moment(milestone=Milestone.FIRST_ACT, at=datetime.now(UTC), story=first) if first else None

    def hostile(self, finding: Finding) -> bool:
        """Count every finding as the intruder's."""
        del finding
        return True

    def deeds(self) -> int:
        """Know none."""
        return 0

    def shut(self, levels: Mapping[ConduitId, Level]) -> None:
        """Nothing passes doors in memory."""

    def stay(self) -> int | None:
        """Nothing passes doors in memory."""
        return None

    def care(self, levels: Mapping[ConduitId, Level]) -> tuple[FlowCount, ...]:
        """No message is counted in records."""
        del levels
        return ()


def in_steps(batch: Batch, step: timedelta) -> Iterator[Batch]:
    """Cut records into stretches of time, in order: a batch may hold a whole day."""
    marked = {kind: frame.with_columns(step=pl.col("seen_at").dt.truncate(step)) for kind, frame in batch.items()}
    moments = sorted({moment for frame in marked.values() for moment in frame["step"].unique()})
    for moment in moments:
        parts = {kind: frame.filter(pl.col("step") == moment).drop("step") for kind, frame in marked.items()}
        yield {kind: frame for kind, frame in parts.items() if not frame.is_empty()}


def on_records(paths: Sequence[Path], hospital: Hospital, home: Path) -> RecordedScene:
    """Prepare an exercise on recorded events.

    Args:
        paths: logs or captures.
        hospital: the map.
        home: where the exercise keeps its own journal and its doors.

    Raises:
        MissingFileError: a path is not there.
        UnwritableFileError: the folder cannot be written.
    """
    scene = RecordedScene(hospital=dry(hospital), means=Means(home=home))
    scene.follow(paths)
    arm(scene.hospital, scene.means)
    return scene
