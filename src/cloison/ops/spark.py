"""The same detectors on an existing Spark cluster, for logs that have outgrown one machine.

Every share of the work (`cloison.detect.partition`) is one group of rows, sorted by time in its Spark partition and
folded as it streams by (`mapInArrow`), so that a worker holds no more than a fold does. Spark is an extra of the
package: nothing else imports this file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa

from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import NETWORK, Context, Detector
from cloison.detect.fold import Fold, has_ends, in_order
from cloison.detect.partition import Share, share_out
from cloison.detect.state import dump, load
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital
from cloison.model.observations import SCHEMAS, TIME, Batch, Kind

SparkTable: TypeAlias = Any
"""A `pyspark.sql.DataFrame`; pyspark is imported when it is used."""

_PLACE = ("share", "kind", "seen_at", "origin", "record")
_ANSWER = "share string, findings binary"


def tables_of(session: Any, lake: Path) -> dict[Kind, SparkTable]:  # noqa: ANN401 - a SparkSession
    """Open the folders that `cloison.store.lake.Lake` wrote."""
    return {kind: session.read.parquet(str(lake / kind)) for kind in Kind if (lake / kind).is_dir()}


def find_on_spark(
    tables: Mapping[Kind, SparkTable],
    *,
    parts: int,
    hospital: Hospital | None = None,
    detectors: Sequence[Detector] | None = None,
) -> tuple[Finding, ...]:
    """Give the findings that one fold over the same records would give.

    Args:
        tables: observations, columns as in `SCHEMAS`; each record once.
        parts: how many workers share the records of one key.
        hospital: what addresses mean.
        detectors: who works; all by default. Those without a key see every record, on one worker each.
    """
    chosen = known_detectors() if detectors is None else tuple(detectors)
    shares = share_out(chosen, parts)
    rows = _shared(tables, shares)
    if rows is None:
        return ()
    count = len(shares)
    ordered = rows.repartition(count, "share").sortWithinPartitions("share", "seen_at", "origin", "record", "kind")
    judge = _Judge(shares={share.name: share for share in shares}, starts=_starts(tables), hospital=hospital)
    answers = ordered.mapInArrow(judge, _ANSWER).collect()
    found: list[Finding] = []
    for answer in answers:
        found += load(bytes(answer["findings"]), None, {})
    return in_order(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """What a worker runs: folds the shares that come by, one after the other."""

    shares: Mapping[str, Share]
    starts: Mapping[Kind, int]
    hospital: Hospital | None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        name, fold = None, None
        for piece in batches:
            table = pl.DataFrame(pl.from_arrow(piece))
            for (mine,), rows in table.partition_by("share", as_dict=True, maintain_order=True).items():
                if mine != name:
                    if fold is not None:
                        yield _answer(str(name), fold)
                    name, fold = mine, self._begin(str(mine))
                if fold is not None:
                    fold.step(_batch(rows))
        if fold is not None:
            yield _answer(str(name), fold)

    def _begin(self, name: str) -> Fold:
        context = Context(book=AddressBook(self.hospital), hospital=self.hospital, starts=dict(self.starts))
        return Fold(context, self.shares[name].detectors)


def _answer(name: str, fold: Fold) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {"share": [name], "findings": [dump(list(fold.findings()), {})]},
        schema=pa.schema([("share", pa.string()), ("findings", pa.binary())]),
    )


def _batch(rows: pl.DataFrame) -> Batch:
    """Find each kind's own columns again, with their types."""
    tables = {}
    for kind in Kind:
        mine = rows.filter(pl.col("kind") == kind.value)
        if mine.height:
            tables[kind] = mine.select(_typed(kind, column, dtype) for column, dtype in SCHEMAS[kind].items())
    return tables


def _typed(kind: Kind, column: str, dtype: pl.DataType) -> pl.Expr:
    if column in ("seen_at", "origin", "record"):
        return pl.col(column).cast(dtype)
    wide = pl.col(f"{kind}_{column}")
    return (wide.cast(TIME) if dtype == TIME else wide.cast(dtype)).alias(column)


def _shared(tables: Mapping[Kind, SparkTable], shares: Sequence[Share]) -> SparkTable | None:
    """Put the kinds in one wide table, each row once for every share that must see it."""
    from pyspark.sql import functions as sql  # noqa: PLC0415 - an extra of the package

    parts = []
    for kind, table in tables.items():
        named = [_names(sql, kind, share) for share in shares if any(kind in one.reads for one in share.detectors)]
        if not named:
            continue
        present = reduce(lambda left, right: left & right, (sql.col(name).isNotNull() for name in _needed(kind)))
        own = [
            (sql.unix_micros(column) if dtype == TIME else sql.col(column)).alias(f"{kind}_{column}")
            for column, dtype in SCHEMAS[kind].items()
            if column not in ("seen_at", "origin", "record")
        ]
        parts.append(
            table.filter(present).select(
                sql.explode(sql.array_compact(sql.array(*named))).alias("share"),
                sql.lit(kind.value).alias("kind"),
                sql.unix_micros("seen_at").alias("seen_at"),
                "origin",
                "record",
                *own,
            )
        )
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), parts) if parts else None


def _names(sql: Any, kind: Kind, share: Share) -> Any:  # noqa: ANN401 - Spark's column functions
    """Give a share's name on the rows that it must see, null elsewhere."""
    name = sql.lit(share.name)
    if share.key == NETWORK:
        return name
    assert share.key in SCHEMAS[kind]  # noqa: S101 - or `share_out` had made it NETWORK
    part = sql.pmod(sql.xxhash64(share.key), sql.lit(share.parts))
    return sql.when(part == share.part, name)


def _needed(kind: Kind) -> tuple[str, ...]:
    return ("src", "dst", "seen_at") if has_ends(kind) else ("seen_at",)


def _starts(tables: Mapping[Kind, SparkTable]) -> dict[Kind, int]:
    """Find when the stream of each kind begins: the one thing that a worker cannot know from its part."""
    from pyspark.sql import functions as sql  # noqa: PLC0415 - an extra of the package

    starts = {}
    for kind, table in tables.items():
        present: Callable[[Any, Any], Any] = lambda left, right: left & right  # noqa: E731
        usable = table.filter(reduce(present, (sql.col(name).isNotNull() for name in _needed(kind))))
        first = usable.agg(sql.min(sql.unix_micros("seen_at"))).first()[0]
        if first is not None:
            starts[kind] = int(first)
    return starts
