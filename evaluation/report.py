"""docs/evaluation.md, always in the same order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from evaluation.families import NEIGHBOURS
from evaluation.figures import reliability
from evaluation.judging import ALERT, Verdict
from evaluation.runs import Outcome
from evaluation.scenarios import LEFT_OUT, Scenario
from evaluation.tallies import Quiet, by_detector, by_family, delays, share
from evaluation.trust import Case, fit, scores

HEAD = """# Evaluation

Written by `make eval` (`python -m evaluation`): `cloison analyze` over the recordings of `../shared/data`, which others
made, and over quiet days of the [shipped hospital](demo-hospital.md). Not edited by hand.

**What counts.** A scenario is a file, a directory of logs read together, or one run recorded by several sensors; then
each recording alone must suffice. It is found when a finding names a labelled machine (attacker, victim or command
server, by address or by name without its domain), has the parent technique of the label, and overlaps the window. The
column *neighbours* also takes the families listed at the end. One act often shows several techniques, and a finding of
a rule bears them all; the column *by the first technique* looks at the chief one only. The column *by an alert* leaves
clues aside (confidence below {alert}). Intervals are Wilson's, at 95 %. Nothing is counted by flow or by event.

**What this cannot prove.** Most attack recordings hold an attack and little else, and most are older than the tools
they should be found by; benign ones are few and short. Half A was looked at while the detectors were made, half B was
not looked into case by case; halves are drawn from a hash of the origin's name, so that one run is in one half whatever
recorded it. The flows under `netflow/derived` come from captures that are also in `pcap`. A split of public recordings
is no unseen hospital: expect less there. For Windows, half B is no longer blind: its files' names, which tell the event,
stand in the list of misses, a dozen of those misses were opened, and rules were written after that.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured.

    Attributes:
        verdicts: of every scored scenario, with what ships alone.
        with_rules: of the Windows scenarios, with the folder of rules; empty when it was not tried.
        unscored: scenarios without a label to judge by, and what was found there.
        quiet: sources of benign hours; `quiet_with_rules` the same for Windows logs with the folder of rules.
        known: findings of which the truth is known.
    """

    verdicts: Sequence[Verdict]
    with_rules: Sequence[Verdict]
    unscored: Sequence[tuple[Scenario, Sequence[Outcome]]]
    quiet: Sequence[Quiet]
    quiet_with_rules: Sequence[Quiet]
    known: Sequence[Case]


def write(evaluation: Evaluation) -> str:
    """Give the page."""
    parts = [
        HEAD.format(alert=ALERT),
        _found(evaluation),
        _families(evaluation),
        _delays(evaluation),
        _quiet(evaluation),
        _calibration(evaluation.known),
        _misses("Misses", evaluation.verdicts),
        _misses("Misses with the folder of rules", evaluation.with_rules),
        _false_alarms(evaluation),
        _unscored(evaluation),
        _neighbours(),
    ]
    return "\n".join(part for part in parts if part)


def _found(evaluation: Evaluation) -> str:
    rows = []
    for name, verdicts in _kinds(evaluation):
        rows.append(
            [
                name,
                str(share(verdicts, lambda item: item.strict)),
                *(
                    str(share((item for item in verdicts if item.scenario.half == half), lambda item: item.strict))
                    for half in "AB"
                ),
                str(share(verdicts, lambda item: item.near)),
                str(share(verdicts, lambda item: item.chief)),
                str(share(verdicts, lambda item: item.alerted)),
            ]
        )
    columns = ["kind of log", "found", "half A", "half B", "neighbours", "by the first technique", "by an alert"]
    return _section("Scenarios found", columns, rows)


def _kinds(evaluation: Evaluation) -> list[tuple[str, list[Verdict]]]:
    kinds = sorted({verdict.scenario.kind for verdict in evaluation.verdicts})
    groups = [
        ("**network**", [item for item in evaluation.verdicts if _network(item)]),
        *((kind, [item for item in evaluation.verdicts if item.scenario.kind == kind]) for kind in kinds if kind in ("zeek", "pcap", "eve", "netflow")),
        ("**Windows, what ships**", [item for item in evaluation.verdicts if not _network(item)]),
        *((kind, [item for item in evaluation.verdicts if item.scenario.kind == kind]) for kind in kinds if kind in ("evtx", "winlog_json")),
        ("**Windows, with the folder of rules**", list(evaluation.with_rules)),
        *((f"{kind}, with the folder of rules", [item for item in evaluation.with_rules if item.scenario.kind == kind]) for kind in kinds if kind in ("evtx", "winlog_json")),
    ]  # fmt: skip
    return [(name, verdicts) for name, verdicts in groups if verdicts]


def _network(verdict: Verdict) -> bool:
    return verdict.scenario.kind not in ("evtx", "winlog_json")


def _families(evaluation: Evaluation) -> str:
    pages = [
        ("Network, by technique family", [item for item in evaluation.verdicts if _network(item)]),
        ("Windows with what ships, by technique family", [item for item in evaluation.verdicts if not _network(item)]),
        ("Windows with the folder of rules, by technique family", list(evaluation.with_rules)),
    ]
    return "\n".join(
        _section(
            title,
            ["family", "found under this family", "found under any labelled family"],
            [[family, str(under), str(found)] for family, under, found in by_family(verdicts)],
        )
        for title, verdicts in pages
        if verdicts
    )


def _delays(evaluation: Evaluation) -> str:
    rows = [
        [name, str(count), _span(late), _span(own)]
        for name, count, late, own in delays([item for item in evaluation.verdicts if _network(item)])
    ]
    note = (
        "Median over the network scenarios found. The true delay lies between the two: labels seldom give the first\n"
        "hostile act, so the recording's start stands for it (too early where ordinary traffic comes first), and the\n"
        "first act that the finding itself reports is the latest it can be. A scan is slow when its own pace cannot fill\n"
        "the sequential test within a minute: 12 machines that do not answer, or 23 ports of one.\n"
    )
    return _section("Delay", ["behaviour", "found", "from the recording's start", "from its own first act"], rows, note)


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds:,.1f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"


def _quiet(evaluation: Evaluation) -> str:
    def rows(sources: Iterable[Quiet], suffix: str) -> list[list[str]]:
        return [
            [item.source + suffix, str(item.recordings), f"{item.host_hours:,.1f}", str(item.alerts),
             str(len(item.alarms) - item.alerts), item.rate()]
            for item in sources
        ]  # fmt: skip

    note = (
        "Host-hours are the inside machines that spoke times the hours recorded. In a recording of an ordinary machine\n"
        "attacked from the internet, an alert is false when it accuses that machine. A silence counts for an hour at most.\n"
    )
    columns = ["source", "recordings", "host-hours", "alerts", "clues", "alerts in 24 host-hours (95 %)"]
    every = rows(evaluation.quiet, "") + rows(evaluation.quiet_with_rules, ", with the folder of rules")
    return _section("Benign hours", columns, every, note)


def _calibration(known: Sequence[Case]) -> str:
    if not known:
        return ""
    bars = [
        [f"{row.low:.1f} to {row.high:.1f}", str(row.count), f"{row.said:.2f}", f"{row.true / row.count:.2f}",
         "#" * round(20 * row.true / row.count)]
        for row in reliability([case.found.confidence for case in known], [case.true for case in known])
    ]  # fmt: skip
    fits = fit(known)
    curves = [
        [item.detector, f"{item.learnt[1]} of {item.learnt[0]}", f"{item.tested[1]} of {item.tested[0]}",
         f"{item.slope:.2f}", f"{item.shift:+.2f}", _figure(item.before), _figure(item.after),
         "yes" if item.adopted else "no"]
        for item in fits
    ]  # fmt: skip
    halves = []
    for half in "AB":
        before, error, after, moved, count = scores(known, fits, half)
        halves.append([half, str(count), f"{before:.3f}", f"{after:.3f}", f"{error:.3f}", f"{moved:.3f}"])
    note = (
        "A finding is right when, on a malicious recording, it names a labelled machine in the window, or, on a mixed\n"
        "one, does so with a labelled or neighbouring family; wrong when it is a false alarm as defined above; else it\n"
        "is left out. These recordings hold far more attacks than a hospital's year: the figures say how confidences\n"
        "compare with each other, not how often an alert is right in a quiet hospital (see benign hours).\n"
    )
    moved_note = (
        "Per detector, 1 / (1 + exp(-(slope x logit(confidence) + shift))) learnt on half A (Platt 1999, pulled towards\n"
        "slope 1 and shift 0), tried on half B. A curve is followed (`incident/belief.py`) only where it lowers what the\n"
        "detector says and half B agrees: recordings of attacks hold few honest doubles, so a detector that is right\n"
        "here may still be shy for good reason.\n"
    )
    return "\n".join(
        [
            _section("Calibration", ["confidence", "findings", "said", "right", ""], bars, note),
            _section("Recalibration", ["detector", "right in A", "right in B", "slope", "shift", "Brier in B before", "after", "followed"], curves, moved_note),
            _table(["half", "findings", "Brier", "recalibrated", "calibration error", "recalibrated"], halves) + "\n",
        ]
    )  # fmt: skip


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _misses(title: str, verdicts: Sequence[Verdict]) -> str:
    rows = [
        [item.scenario.name, item.scenario.half, ", ".join(item.scenario.label.techniques), item.reason]
        for item in verdicts
        if not item.strict
    ]
    return _section(f"{title} ({len(rows)})", ["scenario", "half", "label", "why"], rows) if rows else ""


def _false_alarms(evaluation: Evaluation) -> str:
    rows = [
        [alarm.where + suffix, f"{alarm.found.detector} {alarm.found.technique}", f"{alarm.found.confidence:.2f}",
         f"{', '.join(alarm.found.sources)}: {alarm.found.title}"]
        for sources, suffix in ((evaluation.quiet, ""), (evaluation.quiet_with_rules, " (rules)"))
        for item in sources
        for alarm in item.alarms
    ]  # fmt: skip
    return _section(f"Every false alarm ({len(rows)})", ["where", "detector", "confidence", "what"], rows)


def _unscored(evaluation: Evaluation) -> str:
    rows = [
        [scenario.name, scenario.label.verdict, f"{sum(item.records for item in outcomes):,}",
         "; ".join(item.error for item in outcomes if item.error)
         or by_detector(found for item in outcomes for found in item.findings) or "nothing"]
        for scenario, outcomes in evaluation.unscored
    ]  # fmt: skip
    note = "Their labels name no technique, or nothing at all: what is found there is listed, and counts nowhere.\n\n"
    note += "Left out: " + "; ".join(f"`{name}` ({why})" for name, why in LEFT_OUT.items()) + ".\n"
    return _section(f"Not scored ({len(rows)})", ["scenario", "label", "records", "found"], rows, note)


def _neighbours() -> str:
    rows = [[", ".join(sorted(group)), why] for why, group in NEIGHBOURS]
    return _section("Neighbouring families", ["families", "why"], rows)


def _section(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    body = _table(columns, rows) if rows else "None."
    return f"## {title}\n\n" + (f"{note}\n" if note else "") + body + "\n"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
