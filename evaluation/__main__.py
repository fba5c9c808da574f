"""Evaluate: python -m evaluation [--only FOLDER]... [--jobs N] [--out FILE]."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from typing import Any

from cloison.ops.analysis import analyze
from evaluation.judging import Verdict, judge
from evaluation.report import Evaluation, write
from evaluation.runs import Outcome, Snapshot, content, run_all, snapshot
from evaluation.scenarios import FOLDERS, WINDOWS, Scenario, read_scenarios
from evaluation.tallies import quiet, quiet_day
from evaluation.trust import cases

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
CACHE = Path.home() / ".cache" / "cloison" / "evaluation"
PAGE = REPOSITORY / "docs" / "evaluation.md"
SEEDS = (11, 12, 13, 14)


def main() -> int:
    """Run everything that is not in the cache, judge, write the page."""
    asked = _asked()
    if not asked.data.is_dir():
        sys.stderr.write(f"{asked.data}: the recordings are not here; name their folder with --data\n")
        return 3
    asked.cache.mkdir(parents=True, exist_ok=True)
    code = snapshot(REPOSITORY, asked.cache, asked.revision)
    scenarios = read_scenarios(asked.data, asked.only)
    archive = asked.data / "sigma" / "rules.tar.xz"
    rules = archive if "rules" in signature(analyze).parameters and archive.is_file() else None
    outcomes = _run(scenarios, code, asked, None)
    days = {} if asked.only else _quiet_days(code, asked)
    ruled_scenarios = [item for item in scenarios if item.kind in WINDOWS] if rules else []
    ruled = _run(ruled_scenarios, code, asked, rules)
    evaluation = gather(scenarios, outcomes, ruled_scenarios, ruled, days)
    if not asked.only:
        PAGE.write_text(write(evaluation))
    else:
        sys.stdout.write(write(evaluation))
    if asked.out:
        asked.out.write_text(json.dumps(_document(evaluation, outcomes, ruled, days), indent=1, default=str))
    return 0


def gather(
    scenarios: Sequence[Scenario],
    outcomes: Mapping[str, Outcome],
    ruled_scenarios: Sequence[Scenario],
    ruled: Mapping[str, Outcome],
    days: Mapping[str, Mapping[str, Outcome]],
) -> Evaluation:
    """Judge every scenario and put the figures together."""
    scored = [item for item in scenarios if _scored(item)]
    others = [item for item in scenarios if not _scored(item) and item.label.verdict != "benign"]
    with_rules = {**outcomes, **ruled}
    return Evaluation(
        verdicts=[judge(item, outcomes) for item in scored],
        with_rules=[judge(item, ruled) for item in ruled_scenarios if _scored(item)],
        unscored=[(item, [outcomes[recording.name] for recording in item.recordings]) for item in others],
        quiet=[*(quiet_day(name, found) for name, found in days.items()), *quiet(scenarios, outcomes)],
        quiet_with_rules=quiet(ruled_scenarios, ruled),
        known=cases(scenarios, with_rules, {name: day for found in days.values() for name, day in found.items()}),
    )


def _scored(scenario: Scenario) -> bool:
    return scenario.label.verdict in ("malicious", "mixed") and bool(scenario.label.techniques)


def _run(
    scenarios: Sequence[Scenario], code: Snapshot, asked: argparse.Namespace, rules: Path | None
) -> dict[str, Outcome]:
    given: dict[str, Any] = {"rules": str(rules)} if rules else {}
    mark = content([rules]) if rules else ""
    jobs = [
        (
            recording.name,
            {"paths": [str(path.resolve()) for path in recording.paths], **given},
            content(recording.paths) + mark,
        )
        for scenario in scenarios
        for recording in scenario.recordings
    ]
    return run_all(jobs, code, asked.cache, workers=asked.jobs, on_done=_tell)


def _quiet_days(code: Snapshot, asked: argparse.Namespace) -> dict[str, dict[str, Outcome]]:
    groups = {"our own hospital, with its map": True, "our own hospital, without a map": False}
    return {
        name: run_all(
            [(f"quiet day {seed}{'' if mapped else ', no map'}", {"seed": seed, "map": mapped}, "") for seed in SEEDS],
            code,
            asked.cache,
            workers=asked.jobs,
            on_done=_tell,
        )
        for name, mapped in groups.items()
    }


def _tell(name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{name[:100]}")


def _document(
    evaluation: Evaluation,
    outcomes: Mapping[str, Outcome],
    ruled: Mapping[str, Outcome],
    days: Mapping[str, Mapping[str, Outcome]],
) -> dict[str, Any]:
    return {
        "verdicts": [_verdict(item) for item in evaluation.verdicts],
        "with_rules": [_verdict(item) for item in evaluation.with_rules],
        "outcomes": {name: asdict(item) for name, item in outcomes.items()},
        "outcomes_with_rules": {name: asdict(item) for name, item in ruled.items()},
        "quiet_days": {name: asdict(item) for found in days.values() for name, item in found.items()},
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "scenario": verdict.scenario.name,
        "half": verdict.scenario.half,
        "techniques": verdict.scenario.label.techniques,
        "found": verdict.strict,
        "near": verdict.near,
        "by_the_first_technique": verdict.chief,
        "by_an_alert": verdict.alerted,
        "reason": verdict.reason,
        "delay_seconds": verdict.delay.total_seconds() if verdict.delay else None,
        "own_delay_seconds": verdict.own_delay.total_seconds() if verdict.own_delay else None,
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--only", action="append", default=[], choices=FOLDERS, help="print these folders alone")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--revision", help="the code to run, as git names it (default: the work tree)")
    parser.add_argument("--out", type=Path, help="write everything as JSON")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of recordings")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where results are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
