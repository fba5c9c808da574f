"""Labels, findings and outcomes made by hand."""

from datetime import UTC, datetime, timedelta

from evaluation.runs import Found, Outcome
from evaluation.scenarios import Label, Recording, Scenario

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def label(
    verdict: str = "malicious",
    *,
    attackers=("10.0.0.5",),
    victims=("SRV-FIC.hopital.example",),
    masters=(),
    computers=(),
    techniques=("T1021.002",),
    start=NOON,
    end=NOON + timedelta(hours=1),
) -> Label:
    return Label(
        verdict=verdict, attackers=attackers, victims=victims, masters=masters, computers=computers,
        techniques=techniques, start=start, end=end,
    )  # fmt: skip


def found(
    technique: str = "T1021",
    *sources: str,
    targets: tuple[str, ...] = (),
    confidence: float = 0.8,
    minute: float = 5,
    detector: str = "essai",
    also: tuple[str, ...] = (),
) -> Found:
    at = NOON + timedelta(minutes=minute)
    return Found(
        id=f"{detector}{technique}{minute}", detector=detector, technique=technique,
        techniques=(technique, *also), confidence=confidence,
        title="something", explanation="something", sources=sources or ("10.0.0.5",), targets=targets,
        first_seen=at - timedelta(minutes=1), last_seen=at + timedelta(minutes=1), detected_at=at,
    )  # fmt: skip


def outcome(*findings: Found, error: str = "", aliases=None, inside: int = 2, hours: float = 12.0) -> Outcome:
    return Outcome(error=error, records=10, inside=inside, hours=hours, findings=findings, aliases=aliases or {})


def scenario(*labels: Label, name: str = "pcap/essai", kind: str = "pcap") -> Scenario:
    recordings = tuple(Recording(name=f"{name}/{place}", paths=(), label=item) for place, item in enumerate(labels))
    return Scenario(name=name, kind=kind, what="an attack", source="essai", recordings=recordings)


def outcomes(one: Scenario, *results: Outcome) -> dict[str, Outcome]:
    return {recording.name: result for recording, result in zip(one.recordings, results, strict=True)}
