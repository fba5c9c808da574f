"""What a detector is to the fold: what it declares, and the state that it keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import polars as pl

from cloison.model.addressing import AddressBook
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.hospital import Hospital
from cloison.model.indicator import Indicator
from cloison.model.observations import Kind
from cloison.model.rules import RuleSet

NETWORK = "network"
"""The key of a detector that judges each host by what all the others do: one worker sees everything."""


class Rebuilt:
    """What a watch makes anew from its context, and which is therefore never saved with its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a detector may know beside the records.

    Attributes:
        book: where addresses live, of the map or of nobody (private addresses are inside).
        hospital: the map; None when there is none.
        watchlist: what a person wants to be told of.
        rules: rules that others wrote, to look for in hosts' logs.
        starts: clock of the stream's first record of each kind, microseconds since 1970. The fold notes it before
            the watches see the record; a worker that sees a part of the stream is given that of the whole.
    """

    book: AddressBook
    hospital: Hospital | None = None
    watchlist: tuple[Indicator, ...] = ()
    rules: RuleSet = field(default_factory=RuleSet)
    starts: dict[Kind, int] = field(default_factory=dict)

    def began(self, kinds: Iterable[Kind]) -> int:
        """Give the clock of the stream's first record of these kinds; one of them has been seen."""
        return min(self.starts[kind] for kind in kinds if kind in self.starts)


class Watch(Protocol):
    """A detector's state over one stream of records."""

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """Take the next records.

        The result must not depend on where the stream is cut: what counts is carried, never assumed to start
        with a batch.

        Args:
            tables: the kinds that the detector reads, absent when they have no row; columns as declared in
                `reads`, after those of `cloison.detect.fold.PREPARED`.
        """

    def findings(self) -> list[Finding]:
        """Give every finding so far, in any order; the state goes on."""


class Detector(Protocol):
    """One behaviour to notice. An instance is a frozen dataclass whose fields are its tunables.

    Attributes:
        name: kebab-case, the same as its docs page, docs/detectors/<name>.md.
        technique: the ATT&CK technique that it shows when it cannot be more precise.
        barrier: the barrier that it watches.
        reads: for each kind of observation, the columns it wants beside those of PREPARED.
        key: "src", "dst" or "computer": the column that parts the records, rows of two values never meeting in one
            judgement; `NETWORK` when hosts are judged by what others do. A test splits the records and wants the
            same findings.

    A detector whose findings do not change when connections that repeat one of the day are left out may say so, with a
    class variable `repeats` that is False: `wants_repeats`.
    """

    name: ClassVar[str]
    technique: ClassVar[Technique]
    barrier: ClassVar[Barrier]
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]]
    key: ClassVar[str]

    def watch(self, context: Context) -> Watch | None:
        """Begin to watch a stream of records; None when the context gives it nothing to look for."""


def wants_repeats(detector: Detector) -> bool:
    """Tell whether a detector is given the connections that repeat one of the day, see `repeats.Repeats`."""
    return bool(getattr(detector, "repeats", True))
