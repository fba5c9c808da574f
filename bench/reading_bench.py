"""`cloison analyze` over a generated 5-million-line conn.log, beside DuckDB's bare read and one group-by."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bench import conn_log

LINES = int(os.environ.get("CLOISON_BENCH_LINES", "5000000"))
ROUNDS = 3
AIM = 4.0

FLOOR = """
import sys, duckdb
duckdb.sql("set enable_progress_bar = false")
columns = [f"c{place:02d}" for place in range(21)]
relation = duckdb.sql(
    "select count(*), sum(n), sum(sent), sum(got) from (select c02, c04, c05, count(*) as n, sum(try_cast(c09 as bigint)) as sent,"
    f" sum(try_cast(c10 as bigint)) as got from read_csv('{sys.argv[1]}', delim='\\t', header=false, comment='#', quote='',"
    f" escape='', all_varchar=true, names={columns}) group by all)"
)
print(relation.fetchall())
"""


def main() -> None:
    """Print records a second, peak memory and the ratio to the floor."""
    with tempfile.TemporaryDirectory(prefix="cloison-bench-") as name:
        path = Path(name) / "conn.log"
        conn_log.write(path, LINES)
        size = path.stat().st_size / 1e6
        print(f"reading: {LINES:,} lines of conn.log, {size:,.0f} MB, {os.cpu_count()} cores, best of {ROUNDS}")
        path.read_bytes()  # both sides find the file in the page cache
        floor, ours, memory = [], [], []
        for _ in range(ROUNDS):
            floor.append(_timed([sys.executable, "-c", FLOOR, str(path)])[0])
            seconds, peak, output = _timed(
                [str(Path(sys.executable).with_name("cloison")), "analyze", str(path), "--format", "json"]
            )
            ours.append(seconds)
            memory.append(peak)
        document = json.loads(output)
        assert document["records"] == LINES, document["records"]
        print(f"  floor (DuckDB read_csv + one group-by)  {min(floor):6.2f} s   {LINES / min(floor):12,.0f} records/s")
        print(f"  cloison analyze (whole process)         {min(ours):6.2f} s   {LINES / min(ours):12,.0f} records/s")
        print(f"  peak memory {max(memory):,.0f} MB; findings {len(document['findings'])}")
        print(f"  ratio {min(ours) / min(floor):.2f} (aim: at most {AIM:.0f})")


def _timed(command: list[str]) -> tuple[float, float, str]:
    """Run a command; give its wall seconds, its peak memory in MB and its output."""
    before = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[:4]} ended with {process.returncode}")
    return perf_counter() - before, _megabytes(usage), output


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
