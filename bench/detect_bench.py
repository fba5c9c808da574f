"""The detectors over a generated month, live, and under a flood: records a second, memory, lag, cost of each.

`CLOISON_BENCH_DAY_LINES` (default 1,000,000: a month of 30 million) sets the size; it takes about 150 bytes of disk a line.
"""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import ClassVar

import numpy as np
import polars as pl

from bench import month
from bench.reading_bench import FLOOR, _timed
from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context, Detector
from cloison.detect.fold import Fold, start
from cloison.detect.live import Live
from cloison.ingest.reading import open_reading
from cloison.model.addressing import AddressBook
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Batch, Kind, conform
from cloison.store.history import History, Keeping

DAY_LINES = int(os.environ.get("CLOISON_BENCH_DAY_LINES", "1000000"))
DAYS = int(os.environ.get("CLOISON_BENCH_DAYS", str(month.DAYS)))
LIVE_RATE = 50_000
LIVE_SECONDS = 60
FLOOD = 1_000_000


def main(only: Sequence[str] = ()) -> None:
    """Run the parts named, or all."""
    with tempfile.TemporaryDirectory(prefix="cloison-month-") as name:
        folder = Path(name)
        first = folder / "conn.01.log"
        month.write(folder, DAY_LINES, days=DAYS if not only or "month" in only else 1)
        for part, run in (("month", _month), ("each", _each), ("live", _live), ("history", _history)):
            if not only or part in only:
                run(folder if part == "month" else first)
        if not only or "flood" in only:
            _flood(folder)


def _month(folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e9
    lines = DAYS * DAY_LINES
    print(f"month: {lines:,} connections in {DAYS} files, {size:.1f} GB, {os.cpu_count()} cores, one run")
    before = _processor()
    floor, _, _ = _timed([sys.executable, "-c", MONTH_FLOOR, f"{folder}/*.log"])
    between = _processor()
    seconds, memory, output = _timed(
        [str(Path(sys.executable).with_name("cloison")), "analyze", str(folder), "--format", "json"]
    )
    ours, theirs = _processor() - between, between - before
    document = json.loads(output)
    assert document["records"] == lines, document["records"]
    print(f"  floor (DuckDB read_csv + one group-by)  {floor:7.1f} s  {lines / floor:12,.0f} records/s")
    print(f"  cloison analyze, every detector         {seconds:7.1f} s  {lines / seconds:12,.0f} records/s")
    print(f"  ratio {seconds / floor:.2f} (aim: at most 3); peak memory {memory:,.0f} MB (aim: under 2,000)")
    print(
        f"  of processor time {theirs:.1f} s and {ours:.1f} s, ratio {ours / theirs:.2f} (what counts on a busy machine)"
    )
    print(f"  findings {len(document['findings'])}")


def _processor() -> float:
    """Seconds of processor that ended children took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _each(path: Path) -> None:
    batches = list(open_reading([path]).batches())
    rows = sum(frame.height for batch in batches for frame in batch.values())
    print(f"each detector over the first day ({rows:,} connections), seconds of processor for a million records")
    bare, _ = _folded(batches, (_Idle(),))
    costs = []
    for detector in known_detectors():
        if Kind.FLOW not in detector.reads:
            continue
        seconds, fold = _folded(batches, (detector,))
        costs.append(((seconds - bare) * 1e6 / rows, len(fold.save()), detector.name))
    for seconds, state, name in sorted(costs, reverse=True):
        print(f"  {name:20} {seconds:6.3f} s   state saved in {state / 1e6:6.2f} MB")
    seconds, fold = _folded(batches, known_detectors())
    print(
        f"  all together         {seconds * 1e6 / rows:6.3f} s   ({rows / seconds:,.0f} records/s; nobody {bare:.2f} s)"
    )
    began = perf_counter()
    saved = fold.save()
    print(f"  all states: {len(saved) / 1e6:.1f} MB, saved in {perf_counter() - began:.2f} s")


@dataclass(frozen=True, slots=True)
class _Idle:
    """A detector that wants the connections and does nothing."""

    name: ClassVar[str] = "idle"
    technique: ClassVar[Technique] = Technique("T0000")
    barrier: ClassVar[Barrier] = Barrier.ENTRY
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.FLOW: ("dst_port", "proto", "answered", "src_bytes")}
    key: ClassVar[str] = "src"

    def watch(self, _: Context) -> "_Idle":
        return self

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""

    def findings(self) -> list[Finding]:
        return []


def _folded(batches: Sequence[Batch], detectors: Sequence[Detector]) -> tuple[float, Fold]:
    fold = start(Context(book=AddressBook(None)), detectors)
    began = process_time()
    for batch in batches:
        fold.step(batch)
    fold.findings()
    return process_time() - began, fold


def _live(path: Path) -> None:
    whole = pl.concat([batch[Kind.FLOW] for batch in open_reading([path]).batches()])
    seconds = min(LIVE_SECONDS, whole.height // LIVE_RATE // 2)
    warm = whole.height - seconds * LIVE_RATE
    live = Live(start(Context(book=AddressBook(None))))
    live.step({Kind.FLOW: whole.head(warm)})
    # A second's records come at its end; judging them may have to wait for the second before.
    free, lags = 0.0, []
    for second in range(seconds):
        began = perf_counter()
        live.step({Kind.FLOW: whole.slice(warm + second * LIVE_RATE, LIVE_RATE)})
        free = max(free, float(second)) + perf_counter() - began
        lags.append(free - second)
    print(
        f"live: {LIVE_RATE:,} records/s for {seconds} s after {warm:,} records: lag at most {max(lags):.2f} s, "
        f"median {np.median(lags):.2f} s (aim: under 2)"
    )


def _history(path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="cloison-history-") as name:
        history = History(Path(name), Keeping(), now=datetime.now(UTC))
        rows, seconds = 0, 0.0
        for batch in open_reading([path]).batches():
            began = perf_counter()
            history.add(batch)
            seconds += perf_counter() - began
            rows += sum(frame.height for frame in batch.values())
        began = perf_counter()
        history.close()
        seconds += perf_counter() - began
        size = sum(file.stat().st_size for file in Path(name).rglob("*.parquet"))
    print(
        f"history: {rows:,} records kept in {seconds:.1f} s ({rows / seconds:,.0f} records/s), {size / 1e6:.1f} MB a day"
    )


# Told its columns: left to guess them, DuckDB takes many seconds for each further file.
MONTH_FLOOR = FLOOR.replace(
    "all_varchar=true, names={columns}", "auto_detect=false, columns={dict.fromkeys(columns, 'VARCHAR')}"
)

FLOODED = """
import resource, sys
from bench.detect_bench import flood
from cloison.detect.detector import Context
from cloison.detect.fold import start
from cloison.model.addressing import AddressBook
fold = start(Context(book=AddressBook(None)))
bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for batch in flood(int(sys.argv[1])):
    fold.step(batch)
print(len(fold.findings()), len(fold.save()), bare)
"""


def flood(count: int, piece: int = 50_000) -> Iterator[Batch]:
    """Make `count` distinct sources within a minute, and names of 60 kB beside: what an attacker would write."""
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    for first in range(0, count, piece):
        number = pl.DataFrame({"record": range(first, min(first + piece, count))})
        time = pl.lit(begin) + pl.duration(microseconds=pl.col("record") * (60_000_000 // count))
        address = pl.format(
            "10.{}.{}.{}", pl.col("record") // 65_536, pl.col("record") // 256 % 256, pl.col("record") % 256
        )
        common = {"ts": time, "seen_at": time, "origin": 0, "src": address}
        flows = number.with_columns(
            **{**common, "dst": pl.lit("10.200.0.1"), "dst_port": pl.col("record") % 60_000, "proto": pl.lit("tcp")},
            answered=pl.lit(value=False),
        )
        names = number.head(100).with_columns(
            **common,
            dst=pl.lit("10.200.0.53"),
            query=pl.lit("a" * 60_000) + pl.format("{}.example", "record"),
        )
        yield {Kind.FLOW: conform(Kind.FLOW, flows), Kind.DNS: conform(Kind.DNS, names)}


def _flood(_folder: Path) -> None:
    seconds, memory, output = _timed([sys.executable, "-c", FLOODED, str(FLOOD)])
    findings, state, bare = (int(word) for word in output.split())
    print(
        f"flood: {FLOOD:,} distinct sources in {timedelta(minutes=1)}, and names of 60 kB: {seconds:.1f} s, "
        f"{findings} findings, peak memory {memory:,.0f} MB ({bare / 1024:,.0f} MB before), state {state / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
