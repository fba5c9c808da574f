"""A computer whose events match rules that others wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.sigma.ends import ends_of
from cloison.detect.sigma.watching import Book, RulesWatch, RuleTunables
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRules(RuleTunables):
    """Rules over a host's own log: Sigma rules, those that ship and those of the folders given.

    A rule's level tells how it counts: by the specification a match of level high calls for a prompt look, one of level
    medium for a look now and then. So a medium rule is a clue (its chance is below one half) until a rule of another
    technique, medium at least, matches on the same computer within `window_minutes`; a low one stays a clue, and an
    informational one is only told beside others. Matches of one technique on one computer are one finding. A rule that
    goes on matching a sizeable share of what a computer logs, for hours, describes its ordinary work, and is dropped.

    Source: the Sigma specification 2.1 (levels); MITRE ATT&CK (tags).
    """

    name: ClassVar[str] = "host-rules"
    technique: ClassVar[Technique] = Technique("T1059")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.EVENT: ("computer", "channel", "provider", "event_id", "data")
    }
    key: ClassVar[str] = "computer"

    def watch(self, context: Context) -> "HostRulesWatch | None":
        """Begin to watch a stream of records; nothing to do without a rule about events."""
        book = Book(context.rules)
        return HostRulesWatch(self.name, self, book) if book.matcher.speaks_of(Kind.EVENT) else None


class HostRulesWatch(RulesWatch):
    """Every computer whose events matched."""

    def owned(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Leave out the events that do not say which computer logged them."""
        del kind
        return rows.filter(pl.col("computer") != "").with_columns(owner="computer")

    def ends(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Let the event say who called whom."""
        del kind
        return rows.with_columns(*ends_of(rows))

    def name_of(self, owner: str) -> str:
        """Give the computer's name, as logged."""
        return owner


DETECTOR = HostRules()
