"""Look for indicators in the history; what logs and bulletins say is a parameter or a table, never a query's text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from cloison.model.indicator import Indicator, IndicatorKind
from cloison.model.matching import ADDRESS, Matcher
from cloison.model.noun import noun
from cloison.store.history import EXCHANGES, NAMES, hour_files

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

HITS = 1_000
"""Lines given for one indicator; the count tells how many there were."""


@noun
class Hit:
    """A seen thing that answers to an indicator: who, to whom, when, how often.

    Attributes:
        sort: "address", or what the name is a name of: site, host, user, hash, ja3, ja4, agent, file.
        name: what was seen; None for an address.
        services: "tcp/443"..., sorted; empty for a name.
        records: observations rolled up.
    """

    indicator: Indicator
    sort: str
    name: str | None
    src: str | None
    dst: str | None
    services: tuple[str, ...]
    records: int
    first: datetime
    last: datetime


@noun
class LookBack:
    """What a search gave.

    Attributes:
        hits: by first moment, at most `HITS` an indicator.
        found: hits in all.
        hours: how many hours of history were looked at.
        since: the first of them; None when there is none.
        until: end of the last of them.
        spoiled: files that could not be read.
    """

    hits: tuple[Hit, ...]
    found: int
    hours: int
    since: datetime | None
    until: datetime | None
    spoiled: tuple[str, ...]


def look_back(
    folder: Path, indicators: Sequence[Indicator], *, since: datetime | None = None, until: datetime | None = None
) -> LookBack:
    """Look for indicators in the hours kept between two moments (whole hours, both included)."""
    files, hours, spoiled = _files(folder, since, until)
    hits: list[Hit] = []
    if indicators and hours:
        matcher = Matcher(indicators)
        with duckdb.connect(":memory:") as base:
            base.execute("set enable_progress_bar = false")
            base.execute("set timezone = 'UTC'")
            if files[EXCHANGES]:
                hits += _addresses(base, files[EXCHANGES], matcher)
            if files[NAMES] and any(one.kind is not IndicatorKind.NETWORK for one in indicators):
                hits += _names(base, files[NAMES], matcher)
    ordered = sorted(hits, key=lambda hit: (hit.first, hit.sort, hit.name or "", hit.src or "", hit.dst or ""))
    return LookBack(
        hits=_shortened(ordered),
        found=len(hits),
        hours=len(hours),
        since=min(hours, default=None),
        until=max(hours) + timedelta(hours=1) if hours else None,
        spoiled=tuple(spoiled),
    )


def _files(
    folder: Path, since: datetime | None, until: datetime | None
) -> tuple[dict[str, list[str]], set[datetime], list[str]]:
    files: dict[str, list[str]] = {EXCHANGES: [], NAMES: []}
    hours: set[datetime] = set()
    spoiled = []
    for table, mine in files.items():
        for hour, path in sorted(hour_files(folder, table)):
            if (since and hour + timedelta(hours=1) <= since) or (until and hour > until):
                continue
            if _whole(path):
                mine.append(str(path))
                hours.add(hour)
            else:
                spoiled.append(str(path))
    return files, hours, spoiled


def _whole(path: Path) -> bool:
    """Tell whether a file ends as Parquet does, and its footer can be understood."""
    try:
        pl.read_parquet_schema(path)
    except (OSError, pl.exceptions.PolarsError):
        return False
    return True


def _addresses(base: duckdb.DuckDBPyConnection, files: list[str], matcher: Matcher) -> list[Hit]:
    seen = base.execute(
        "select distinct unnest([src, dst]) as value from read_parquet($files)", {"files": files}
    ).fetchall()
    found = _matched(((ADDRESS, value) for (value,) in seen), matcher)
    if found.is_empty():
        return []
    base.register("wanted", found.to_arrow())
    rows = base.execute(
        """select place, src, dst, list_sort(list(distinct coalesce(proto, 'ip') || coalesce('/' || dst_port, ''))),
                  sum(records)::ubigint, epoch_us(min(first)), epoch_us(max(last))
           from read_parquet($files) join wanted on value = src or value = dst
           group by place, src, dst""",
        {"files": files},
    ).fetchall()
    return [
        Hit(
            indicator=matcher.indicators[place],
            sort=ADDRESS,
            name=None,
            src=src,
            dst=dst,
            services=tuple(services),
            records=records,
            first=_moment(first),
            last=_moment(last),
        )
        for place, src, dst, services, records, first, last in rows
    ]


def _names(base: duckdb.DuckDBPyConnection, files: list[str], matcher: Matcher) -> list[Hit]:
    seen = base.execute("select distinct sort, name from read_parquet($files)", {"files": files}).fetchall()
    found = _matched(seen, matcher)
    if found.is_empty():
        return []
    base.register("wanted", found.to_arrow())
    rows = base.execute(
        """select place, kept.sort, kept.name, src, dst, sum(records)::ubigint, epoch_us(min(first)),
                  epoch_us(max(last))
           from read_parquet($files) kept join wanted on wanted.sort = kept.sort and wanted.value = kept.name
           group by all""",
        {"files": files},
    ).fetchall()
    return [
        Hit(
            indicator=matcher.indicators[place],
            sort=sort,
            name=name,
            src=src,
            dst=dst,
            services=(),
            records=records,
            first=_moment(first),
            last=_moment(last),
        )
        for place, sort, name, src, dst, records, first, last in rows
    ]


def _matched(seen: Iterable[tuple[str, str]], matcher: Matcher) -> pl.DataFrame:
    places = {indicator: place for place, indicator in enumerate(matcher.indicators)}
    rows = [
        (places[indicator], sort, value)
        for sort, value in seen
        if value is not None
        for indicator in dict.fromkeys(matcher.find(sort, value))
    ]
    return pl.DataFrame(rows, schema={"place": pl.Int64(), "sort": pl.String(), "value": pl.String()}, orient="row")


def _shortened(hits: list[Hit]) -> tuple[Hit, ...]:
    told: Counter[Indicator] = Counter()
    kept = []
    for hit in hits:
        told[hit.indicator] += 1
        if told[hit.indicator] <= HITS:
            kept.append(hit)
    return tuple(kept)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
