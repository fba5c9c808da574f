"""The whole story on the hospital that ships: its day and its intrusion are written, then really read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.incident.incident import open_incident
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident
from cloison.model.plan import PlanParameters, SealPlan
from cloison.ops.analysis import OnProgress, analyze
from cloison.ops.responding import make_plan
from cloison.ops.story import Earlier, Story
from cloison.rehearse.day import write_day
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load
from cloison.words import Sentence, say

DECISION = timedelta(minutes=30)
"""From the first doubt to the decision to seal: the clock of an attack that hospitals set themselves."""

OnStep = Callable[[Sentence], None]


def tell(hospital: Hospital, logs: list[Path], *, drill: bool, on_progress: OnProgress | None = None) -> Story:
    """Read logs against a map: findings, incident, leaks, plan, in one pass over the files.

    Raises:
        MissingFileError, NothingReadError: see `analyze`.
    """
    began = perf_counter()
    seen = census.start(AddressBook(hospital))
    analysis = analyze(logs, hospital, also=(seen.add,), on_progress=on_progress)
    incident = open_incident(analysis.findings, hospital, hosts=analysis.hosts, muted=analysis.muted)
    plan = _plan(hospital, incident)
    return Story(
        hospital=hospital,
        analysis=analysis,
        incident=incident,
        plan=plan,
        earlier=_earlier(hospital, logs, incident.opened_at, analysis.window_end) if plan else None,
        leaks=find_leaks(hospital, seen),
        drill=drill,
        seconds=perf_counter() - began,
    )


def _plan(hospital: Hospital, incident: Incident) -> SealPlan | None:
    suspicion = incident.suspicion.zones
    return make_plan(hospital, PlanParameters(suspicion=suspicion)) if suspicion else None


def _earlier(hospital: Hospital, logs: list[Path], opened_at: datetime | None, end: datetime | None) -> Earlier | None:
    """Read again what could be known when the decision was due."""
    if opened_at is None or end is None or opened_at + DECISION >= end:
        return None
    moment = opened_at + DECISION
    known = analyze(logs, hospital, until=moment)
    plan = _plan(hospital, open_incident(known.findings, hospital, hosts=known.hosts, muted=known.muted))
    return Earlier(moment=moment, plan=plan) if plan else None


def rehearse(folder: Path, *, seed: int, on_step: OnStep, on_progress: OnProgress | None = None) -> Story:
    """Write yesterday's logs of the hospital that ships into `folder`, then read them as any others."""
    with shipped_map() as path:
        hospital = load(path)
    on_step(say("Writing a day of the logs of {hospital}", hospital=hospital.name))
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    write_day(hospital, folder, seed=seed, start=midnight)
    on_step(say("Reading them, as those of any hospital"))
    return tell(hospital, [folder], drill=True, on_progress=on_progress)
