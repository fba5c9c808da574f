"""Logs that grow while tests watch them."""

from pathlib import Path

from tests.ingest.logs import CONN, conn, tsv

HEADER = "".join(
    line for line in tsv("conn", CONN, []).splitlines(keepends=True) if line.startswith("#") and "close" not in line
)


def body(rows):
    return "".join(line for line in tsv("conn", CONN, rows).splitlines(keepends=True) if not line.startswith("#"))


def quiet_office(begin=0, count=300):
    """Machines that speak with their server as ever."""
    return [
        conn(begin + i, src=f"10.1.0.{i % 40 + 10}", dst="10.1.9.1", port=443, uid=f"C{begin}x{i}")
        for i in range(count)
    ]


def sweep(begin=0, source="10.1.0.66", machines=40):
    """A machine that looks for others, which do not answer."""
    return [
        conn(
            begin + i / 10,
            src=source,
            dst=f"10.2.0.{i + 1}",
            port=445,
            conn_state="S0",
            duration="-",
            uid=f"S{i}{source}",
        )
        for i in range(machines)
    ]


def append(path: Path, rows) -> None:
    """Add rows to a log, begun when absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as out:
        if not out.tell():
            out.write(HEADER)
        out.write(body(rows))


def plain(findings, place):
    """Give findings as values that two readings share: evidence by file and line."""
    return {
        finding.id: (
            str(finding.title),
            str(finding.explanation),
            finding.confidence,
            finding.sources,
            finding.targets,
            finding.first_seen,
            finding.last_seen,
            finding.detected_at,
            tuple((place(item.origin), item.record, str(item.note)) for item in finding.evidence),
        )
        for finding in findings
    }
