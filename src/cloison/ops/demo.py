"""The whole story on the hospital that ships: its day and its intrusion are written, then really read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.incident.incident import open_incident
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.plan import PlanParameters
from cloison.ops.analysis import OnProgress, analyze
from cloison.ops.responding import make_plan
from cloison.ops.story import Story
from cloison.rehearse.day import write_day
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load
from cloison.words import Sentence, say

OnStep = Callable[[Sentence], None]


def tell(hospital: Hospital, logs: list[Path], *, drill: bool, on_progress: OnProgress | None = None) -> Story:
    """Read logs against a map: findings, incident, leaks, plan, in one pass over the files.

    Raises:
        MissingFileError, NothingReadError: see `analyze`.
    """
    began = perf_counter()
    seen = census.start(AddressBook(hospital))
    analysis = analyze(logs, hospital, also=(seen.add,), on_progress=on_progress)
    incident = open_incident(analysis.findings, hospital)
    suspicion = incident.suspicion.zones
    plan = make_plan(hospital, PlanParameters(suspicion=suspicion)) if suspicion else None
    return Story(
        hospital=hospital,
        analysis=analysis,
        incident=incident,
        plan=plan,
        leaks=find_leaks(hospital, seen),
        drill=drill,
        seconds=perf_counter() - began,
    )


def rehearse(folder: Path, *, seed: int, on_step: OnStep, on_progress: OnProgress | None = None) -> Story:
    """Write yesterday's logs of the hospital that ships into `folder`, then read them as any others."""
    with shipped_map() as path:
        hospital = load(path)
    on_step(say("Writing a day of the logs of {hospital}", hospital=hospital.name))
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    write_day(hospital, folder, seed=seed, start=midnight)
    on_step(say("Reading them, as those of any hospital"))
    return tell(hospital, [folder], drill=True, on_progress=on_progress)
