"""The process that analyses recordings, one job a line: `analyze` itself, and nothing else.

A job that crashes or grows takes this process with it, not the evaluation: see `runs`.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from cloison.errors import CloisonError
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital
from cloison.model.observations import Batch, Kind
from cloison.model.rules import RuleSet
from cloison.ops import analysis
from cloison.ops.rules import rules_of
from cloison.rehearse.day import write_day
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = 60_000_000
HOSTS = 1 << 20
"""Machines counted at most."""


class Exposure:
    """How many machines of the inside spoke, and for how long: the denominator of false alarms."""

    def __init__(self, hospital: Hospital | None) -> None:
        self._book = AddressBook(hospital)
        self._seen: set[str] = set()
        self._minutes: set[int] = set()

    def add(self, batch: Batch) -> None:
        """Take the machines and the minutes of a batch."""
        for kind, frame in batch.items():
            self._minutes.update(frame["seen_at"].drop_nulls().to_physical().unique() // MINUTE)
            if kind is Kind.FLOW and len(self._seen) < HOSTS:
                # Those that spoke: an address that is only called may not exist.
                spoke = pl.concat([frame["src"], frame.filter(pl.col("answered"))["dst"]])
                self._seen.update(self._book.table(spoke).filter("inside")["address"])
            elif kind is Kind.EVENT:
                self._seen.update(frame["computer"].drop_nulls().str.to_lowercase().unique())

    @property
    def hours(self) -> float:
        """Time in which something was recorded; a silence counts for an hour at most, as several captures may be one file."""
        minutes = sorted(self._minutes)
        return sum(min(after - before, 60) for before, after in pairwise(minutes)) / 60

    @property
    def count(self) -> int:
        """At least one: somebody recorded this."""
        return max(len(self._seen), 1)


def work(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do one job.

    Args:
        job: `paths` and, for Windows logs, `rules`; or `seed` and `map` for a quiet day of our own hospital.
    """
    if "seed" in job:
        with tempfile.TemporaryDirectory(prefix="cloison-quiet-") as name:
            return _quiet_day(Path(name), seed=job["seed"], mapped=job["map"])
    return _analysed([Path(path) for path in job["paths"]], None, job.get("rules"))


def _quiet_day(folder: Path, *, seed: int, mapped: bool) -> dict[str, Any]:
    with shipped_map() as path:
        hospital = load(path)
    write_day(hospital, folder, seed=seed, start=MONDAY + timedelta(days=seed), intrusion=False)
    return _analysed([folder], hospital if mapped else None, None)


def _analysed(paths: list[Path], hospital: Hospital | None, rules: str | None) -> dict[str, Any]:
    exposure = Exposure(hospital)
    options: dict[str, Any] = {"rules": [Path(rules)]} if rules else {}
    try:
        found = analysis.analyze(paths, hospital, also=(exposure.add,), **options)
    except CloisonError as error:
        reasons = [str(reason) for _, reason in getattr(error, "reasons", ())]
        return {"error": f"nothing read: {'; '.join(sorted(set(reasons))[:3]) or error.problem}"}
    return {
        "records": found.records,
        "inside": exposure.count,
        "hours": exposure.hours,
        "aliases": found.hosts.aliases(),
        "refused": [refusal.path for refusal in found.refusals],
        "findings": [_finding(finding) for finding in found.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "detector": finding.detector,
        "technique": finding.technique,
        "techniques": list(finding.techniques),
        "confidence": finding.confidence,
        "title": str(finding.title),
        "explanation": str(finding.explanation),
        "sources": list(finding.sources),
        "targets": list(finding.targets),
        "first_seen": finding.first_seen.isoformat(),
        "last_seen": finding.last_seen.isoformat(),
        "detected_at": finding.detected_at.isoformat(),
    }


@cache
def _rules_read(folders: tuple[Path, ...]) -> RuleSet:
    return rules_of(folders)


def main() -> None:
    """Answer each job of the standard input by one line of JSON."""
    # Thousands of rules are read once a process, not once a recording.
    setattr(analysis, rules_of.__name__, lambda folders=(): _rules_read(tuple(folders)))
    answers = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not spoil an answer
    for line in sys.stdin:
        try:
            answer = work(json.loads(line))
        except Exception as error:  # noqa: BLE001 - a crash is an outcome, with its reason
            answer = {"error": f"crash: {type(error).__name__}: {str(error)[:300]}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
