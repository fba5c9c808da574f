"""Windows events and Sigma rules, made to order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import orjson
import polars as pl

from cloison.detect.sigma.matching import Matcher
from cloison.detect.sigma.reading import read_rules
from cloison.model.observations import SCHEMAS, Kind
from cloison.model.rules import Rule, RuleSet, RuleText

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SYSMON = "Microsoft-Windows-Sysmon/Operational"
HEAD = "title: Made\nlogsource: {product: windows, category: process_creation}\nlevel: high\ntags: [attack.t1059.003]\n"


def event(
    at: float = 0.0, computer: str = "pc-1.hopital.example", channel: str = SYSMON, event_id: int = 1, **data: str
) -> dict[str, object]:
    """One event, `at` seconds after the beginning."""
    seen = START + timedelta(seconds=at)
    return {
        "ts": seen,
        "seen_at": seen,
        "computer": computer,
        "channel": channel,
        "provider": "Made",
        "event_id": event_id,
        "data": orjson.dumps(data).decode(),
    }


def created(at: float = 0.0, **data: str) -> dict[str, object]:
    return event(at, **data)


def table(events: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    ordered = sorted(events, key=lambda one: one["seen_at"])
    rows = [{**one, "origin": 0, "record": place} for place, one in enumerate(ordered, start=1)]
    return pl.DataFrame(rows, schema=dict(SCHEMAS[Kind.EVENT]))


def text(detection: str, head: str = HEAD, file: str = "made.yml") -> RuleText:
    return RuleText(file=file, content=f"{head}detection:\n{detection}".encode())


def rules(*details: str, head: str = HEAD) -> RuleSet:
    """Rules that were all accepted."""
    read = read_rules(text(detection, head, f"made{place}.yml") for place, detection in enumerate(details))
    assert read.refusals == ()
    return read


def rule(detection: str, head: str = HEAD) -> Rule:
    return rules(detection, head=head).rules[0]


def matching(detection: str, events: Sequence[Mapping[str, object]], head: str = HEAD) -> list[int]:
    """Places of the events that a rule matches."""
    return Matcher(rules(detection, head=head).rules).matches(Kind.EVENT, table(events))["at"].to_list()
