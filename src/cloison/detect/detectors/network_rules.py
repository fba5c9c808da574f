"""A machine whose traffic matches rules that others wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.sigma.matching import as_text
from cloison.detect.sigma.watching import Book, RulesWatch, RuleTunables
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind

_APART = "\n"
"""Between a machine's name and the kind of record: no name holds it."""

_SHARED = ("clock", "began", "seq", "origin", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRules(RuleTunables):
    """Rules over names asked for, web requests, files of shares and remote calls: Sigma rules of the folders given.

    Levels count as in `host-rules`. Each kind of record is followed by itself: rules about names do not support rules
    about web requests. The machine that asked is the source, the one asked the target.

    Source: the Sigma specification 2.1 (levels); MITRE ATT&CK (tags).
    """

    name: ClassVar[str] = "network-rules"
    technique: ClassVar[Technique] = Technique("T1071")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.DNS: ("dst_port", "query", "query_type", "code", "answers"),
        Kind.HTTP: ("dst_port", "method", "host", "path", "user_agent", "status"),
        Kind.SMB: ("action", "share", "name"),
        Kind.RPC: ("endpoint", "operation", "pipe"),
    }
    key: ClassVar[str] = "src"

    def watch(self, context: Context) -> "NetworkRulesWatch | None":
        """Begin to watch a stream of records; nothing to do without a rule about these kinds."""
        book = Book(context.rules)
        return NetworkRulesWatch(self.name, self, book) if any(map(book.matcher.speaks_of, self.reads)) else None


class NetworkRulesWatch(RulesWatch):
    """Every machine whose records matched, for each kind of record."""

    def owned(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """A record is the asking machine's."""
        columns = (*_SHARED, "src", "dst", *NetworkRules.reads[kind])
        return rows.select(columns).with_columns(owner=pl.col("src") + f"{_APART}{kind}")

    def ends(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """The asking machine acts on the one asked."""
        shown = (as_text(name, rows.schema[name]).alias(name) for name in NetworkRules.reads[kind])
        data = pl.struct(*shown).struct.json_encode()
        return rows.with_columns(actor="src", target="dst", data=data)

    def name_of(self, owner: str) -> str:
        """Give the machine's address."""
        return owner.partition(_APART)[0]


DETECTOR = NetworkRules()
