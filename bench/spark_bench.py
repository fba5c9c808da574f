"""The same records folded here, and by a standalone Spark cluster of a master and two workers on the loopback."""

import os
import tempfile
from pathlib import Path
from time import perf_counter

from bench import conn_log
from bench.spark_cluster import cluster, missing, session
from cloison.ops.analysis import analyze
from cloison.store.lake import Lake

LINES = int(os.environ.get("CLOISON_BENCH_SPARK_LINES", "300000"))
WORKERS = 2


def main() -> None:
    """Print how long each takes, and whether they found the same."""
    reason = missing()
    if reason:
        print(f"spark: left out, {reason}")
        return
    from cloison.ops.spark import find_on_spark, tables_of  # noqa: PLC0415 - an extra of the package

    with tempfile.TemporaryDirectory(prefix="cloison-spark-") as name:
        folder = Path(name)
        conn_log.write(folder / "conn.log", LINES)
        lake = Lake(folder / "lake")
        began = perf_counter()
        alone = analyze([folder / "conn.log"], also=(lake.add,))
        here = perf_counter() - began
        with cluster(folder, WORKERS) as address, session(address) as spark:
            began = perf_counter()
            found = find_on_spark(tables_of(spark, folder / "lake"), parts=WORKERS)
            there = perf_counter() - began
    print(f"spark: {LINES:,} connections, standalone cluster on loopback, a master and {WORKERS} workers of one core")
    print(f"  here (reading included)   {here:6.1f} s   {len(alone.findings)} findings")
    print(f"  cluster, judging alone    {there:6.1f} s   {len(found)} findings, identical: {found == alone.findings}")


if __name__ == "__main__":
    main()
