"""Counting verdicts: by kind of log, by family, by half; delays; quiet hours."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from evaluation.families import parent
from evaluation.figures import poisson, wilson
from evaluation.judging import ALERT, FalseAlarm, Verdict, false_alarms, quiet_hours
from evaluation.runs import Found, Outcome
from evaluation.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    trials: int

    def __str__(self) -> str:
        """Write "7 of 9 (45-94 %)", with the 95 % interval."""
        if self.trials == 0:
            return "none"
        low, high = wilson(self.hits, self.trials)
        return f"{self.hits} of {self.trials} ({low:.0%}-{high:.0%})".replace("%-", "-").replace("%", " %")


def share(verdicts: Iterable[Verdict], found: Callable[[Verdict], bool]) -> Share:
    """Count the verdicts that are found."""
    kept = list(verdicts)
    return Share(sum(map(found, kept)), len(kept))


def by_family(verdicts: Sequence[Verdict]) -> list[tuple[str, Share, Share]]:
    """Count scenarios by each parent technique of their label.

    Returns:
        (parent, found under that very parent, found under any labelled one), the most frequent first.
    """
    rows: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        for family in {parent(technique) for technique in verdict.scenario.label.techniques}:
            rows[family].append(verdict)
    return [
        (family, Share(sum(family in item.families for item in rows[family]), len(rows[family])),
         share(rows[family], lambda item: item.strict))
        for family in sorted(rows, key=lambda name: (-len(rows[name]), name))
    ]  # fmt: skip


BEHAVIOURS: Mapping[str, frozenset[str]] = {
    "scan": frozenset({"T1046", "T1018", "T1595"}),
    "guessing": frozenset({"T1110"}),
    "lateral movement": frozenset({"T1021", "T1047", "T1053", "T1569", "T1570"}),
    "exploitation": frozenset({"T1210", "T1190", "T1068"}),
    "command and control, tunnels, exfiltration": frozenset(
        {"T1071", "T1571", "T1572", "T1573", "T1041", "T1048", "T1105"}
    ),
}


MINUTE = timedelta(minutes=1)


def delays(verdicts: Sequence[Verdict]) -> list[tuple[str, int, timedelta, timedelta]]:
    """Give, by behaviour: how many were found with a clock, median delay from the window's start and from the finding's own first act.

    Scans are also given apart: those whose pace, from the first act to the test's bound, could not fill the test within
    a minute, and the others.
    """
    rows = []
    for name, wanted in BEHAVIOURS.items():
        timed = [
            (item.delay, item.own_delay)
            for item in verdicts
            if item.families & wanted and item.delay is not None and item.own_delay is not None
        ]
        parts = {name: timed}
        if name == "scan":
            parts["scan, fast"] = [times for times in timed if times[1] <= MINUTE]
            parts["scan, slow"] = [times for times in timed if times[1] > MINUTE]
        rows += [
            (part, len(times), _median(first for first, _ in times), _median(own for _, own in times))
            for part, times in parts.items()
            if times
        ]
    return rows


def _median(spans: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nobody attacked.

    Attributes:
        host_hours: inside machines times hours recorded.
    """

    source: str
    recordings: int
    host_hours: float
    alarms: tuple[FalseAlarm, ...]

    @property
    def alerts(self) -> int:
        """Alarms of confidence `ALERT` and above; the others are clues."""
        return sum(alarm.found.confidence >= ALERT for alarm in self.alarms)

    def rate(self) -> str:
        """Alerts by 24 host-hours, with the exact interval where there is an hour to speak of."""
        if self.host_hours < 1:
            return "too short for a rate"
        low, high = poisson(self.alerts, self.host_hours / 24)
        return f"{self.alerts / (self.host_hours / 24):.2f} ({low:.2f} to {high:.2f})"


def quiet(scenarios: Sequence[Scenario], outcomes: Mapping[str, Outcome]) -> list[Quiet]:
    """Gather quiet recordings by who made them; each ordinary machine attacked from outside stands alone."""
    groups: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        if quiet_hours(scenario):
            alone = scenario.label.verdict != "benign"
            groups[scenario.name if alone else f"{scenario.kind}: {scenario.source}"].append(scenario)
    return [
        Quiet(
            source=name,
            recordings=len(group),
            host_hours=sum(
                outcomes[recording.name].hours
                * (
                    len(recording.label.victims)
                    if recording.label.verdict == "mixed"
                    else outcomes[recording.name].inside
                )
                for item in group
                for recording in item.recordings
            ),
            alarms=tuple(alarm for item in group for alarm in false_alarms(item, outcomes)),
        )
        for name, group in sorted(groups.items())
    ]


def quiet_day(name: str, days: Mapping[str, Outcome]) -> Quiet:
    """Gather the quiet days of our own hospital."""
    return Quiet(
        source=name,
        recordings=len(days),
        host_hours=sum(day.hours * day.inside for day in days.values()),
        alarms=tuple(FalseAlarm(where=where, found=found) for where, day in days.items() for found in day.findings),
    )


def by_detector(findings: Iterable[Found]) -> str:
    """Write "scan T1046 x3, beacon T1071"."""
    counts: dict[str, int] = defaultdict(int)
    for found in findings:
        counts[f"{found.detector} {found.technique}"] += 1
    return ", ".join(f"{name} x{count}" if count > 1 else name for name, count in sorted(counts.items()))
