"""The same findings from several workers that see a part of the records each and never speak to each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import NETWORK, Context, Detector
from cloison.detect.fold import Fold, in_order, usable
from cloison.model.finding import Finding
from cloison.model.observations import SCHEMAS, Batch, Kind

_SEED = 0xC101


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One worker's part of the work.

    Attributes:
        detectors: those that work here.
        key: the column that parts their records; `NETWORK`: they see every record.
        part: which of the `parts` parts.
    """

    detectors: tuple[Detector, ...]
    key: str
    part: int
    parts: int

    @property
    def name(self) -> str:
        """Name the share, the same wherever it is made."""
        return f"{self.key}/{self.part}"

    def rows(self, batch: Batch) -> Batch:
        """Keep the records that this worker must see, in their order."""
        kinds = {kind for detector in self.detectors for kind in detector.reads}
        mine = {kind: frame for kind, frame in batch.items() if kind in kinds}
        if self.key != NETWORK:
            mine = {kind: frame.filter(part_of(self.key, self.parts) == self.part) for kind, frame in mine.items()}
        return {kind: frame for kind, frame in mine.items() if frame.height}


def part_of(key: str, parts: int) -> pl.Expr:
    """Give the part that a row belongs to, from 0; rows without a key are together."""
    return pl.col(key).hash(_SEED) % parts


def share_out(detectors: Sequence[Detector], parts: int) -> tuple[Share, ...]:
    """Share detectors out.

    Returns:
        For each key, one share for each part of the records; those that must see everything are dealt into at most as
        many hands.
    """
    shares = []
    for key in sorted({key_of(detector) for detector in detectors}):
        mine = tuple(detector for detector in detectors if key_of(detector) == key)
        if key == NETWORK:
            hands = [mine[hand::parts] for hand in range(min(parts, len(mine)))]
            shares += [Share(detectors=hand, key=key, part=part, parts=len(hands)) for part, hand in enumerate(hands)]
        else:
            shares += [Share(detectors=mine, key=key, part=part, parts=parts) for part in range(parts)]
    return tuple(shares)


def key_of(detector: Detector) -> str:
    """Give the column that parts a detector's records: `NETWORK` when a kind that it reads has no such column."""
    has_it = all(detector.key in SCHEMAS[kind] for kind in detector.reads)
    return detector.key if has_it else NETWORK


class Team:
    """Workers on one stream; what they find together is what one fold would have found.

    Attributes:
        late: rows that came after a later one of their kind.
    """

    def __init__(self, context: Context, parts: int, detectors: Sequence[Detector] | None = None) -> None:
        """Take what every worker knows, in how many parts to cut, and who works (all by default)."""
        chosen = known_detectors() if detectors is None else detectors
        self._workers = [(share, Fold(context, share.detectors)) for share in share_out(chosen, parts)]
        self._starts: dict[Kind, int] = {}
        self._latest: dict[Kind, int] = {}
        self.late = 0

    def step(self, batch: Batch) -> None:
        """See `Fold.step`."""
        whole = {kind: self._in_time(kind, usable(kind, frame)) for kind, frame in batch.items()}
        for share, fold in self._workers:
            fold.note_starts(self._starts)
            fold.step(share.rows(whole))

    def findings(self) -> tuple[Finding, ...]:
        """See `Fold.findings`."""
        return in_order(finding for _, fold in self._workers for finding in fold.findings())

    def _in_time(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Let a late row count as seen when it came, before a part of the records forgets what came before it."""
        if rows.is_empty():
            return rows
        latest = self._latest.get(kind, rows["seen_at"].to_physical().item(0))
        seen = pl.col("seen_at").to_physical()
        clock = pl.max_horizontal(seen.cum_max(), pl.lit(latest, pl.Int64()))
        self.late += rows.select((seen < clock).sum()).item()
        rows = rows.with_columns(ts=pl.coalesce("ts", "seen_at"), seen_at=clock.cast(rows.schema["seen_at"]))
        clocks = rows["seen_at"].to_physical()
        self._starts.setdefault(kind, clocks.item(0))
        self._latest[kind] = clocks.item(-1)
        return rows
