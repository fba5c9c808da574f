"""A range without servers, and a scenario played in it: `python box.py FOLDER`, alone in fresh namespaces."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloison.model.scenario import Scenario, ScenarioStep
from cloison.rehearse.intruder.conductor import Conductor
from cloison.rehearse.intruder.truth import read_truth
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.keeper import Range
from cloison.rehearse.range.layout import lay_out
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

NONCE = "essai"


def step(minutes, act, from_, to, **parameters):
    return ScenarioStep(at=timedelta(minutes=minutes), act=act, from_=from_, to=to, parameters=parameters)


SCENARIO = Scenario(
    id="essai",
    name="Essai",
    story="",
    source="",
    begins=timedelta(),
    lasts=timedelta(minutes=60),
    speed=600.0,
    steps=(
        step(0, "fetch", "poste-adm-01", "internet"),
        step(1, "scan", "poste-adm-01", "fichiers-1", ports=[445], per_minute=3000.0),
        step(2, "scan", "poste-adm-01", "sauvegardes", ports=[445], hosts=5, per_minute=3000.0),
    ),
)


def played(folder, nonce):
    """Play it, and give the truth and what the acts said."""
    with shipped_map() as path:
        layout = lay_out(load(path))
    clock = Clock(began=datetime.now(UTC), origin=datetime.now(UTC), speed=600.0)
    with Range(layout=layout, folder=folder, clock=clock, nonce=NONCE, furnished=False, watched=False) as range_:
        conductor = Conductor(SCENARIO, layout, range_.setting, nonce=nonce, speed=600.0)
        conductor.start()
        until = time.monotonic() + 15
        while not conductor.over and time.monotonic() < until:
            time.sleep(0.05)
        conductor.stop()
        said = {path.name: path.read_text() for path in conductor.folder.glob("act-*.log")}
        return [(deed.act, deed.source, deed.target) for deed in read_truth(conductor.folder)], said


if __name__ == "__main__":
    deeds, said = played(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps({"deeds": deeds, "said": said}) + "\n")
