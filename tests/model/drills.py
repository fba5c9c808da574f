"""An exercise that was held, invented."""

from datetime import UTC, datetime, timedelta

from cloison.model.drill import Decision, Drill, DrillId, FlowCount, Milestone, Moment, Seen
from cloison.model.finding import FindingId, Technique
from cloison.model.hospital import ConduitId, FlowId
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.words import say

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
STORY = datetime(2026, 3, 2, 2, tzinfo=UTC)
SPEED = 60.0

SECONDS = {
    Milestone.BEGUN: 0.0,
    Milestone.FIRST_ACT: 5.0,
    Milestone.FIRST_FINDING: 17.0,
    Milestone.INCIDENT: 17.0,
    Milestone.PLAN: 17.5,
    Milestone.APPROVED: 17.6,
    Milestone.SHUT: 21.8,
    Milestone.REOPENED: 31.0,
    Milestone.OVER: 34.0,
}


def moment(milestone, seconds=None):
    passed = timedelta(seconds=SECONDS[milestone] if seconds is None else seconds)
    return Moment(milestone=milestone, at=BEGUN + passed, story=STORY + passed * SPEED)


def seen(name, *, seconds, hostile=True, alert=True):
    at = timedelta(seconds=seconds)
    return Seen(
        id=FindingId(name),
        detector="scan",
        technique=Technique("T1046"),
        title=say("{source} looks for machines and services on the network", source="10.1.0.10"),
        told_at=BEGUN + at,
        detected_at=STORY + at * SPEED,
        hostile=hostile,
        alert=alert,
    )


def drill(name="20260302-090000", **changes):
    facts = {
        "id": DrillId(name),
        "scenario": "nuit",
        "name": "La nuit",
        "hospital": "CH de l'Exemple",
        "where": "range",
        "speed": SPEED,
        "deeds": 12,
        "moments": tuple(moment(one) for one in Milestone),
        "seen": (seen("a", seconds=17), seen("b", seconds=9, hostile=False), seen("c", seconds=25, hostile=False)),
        "decision": Decision(
            doors=2, at_lifeline=1, care_lost_if_nothing=900.0, care_lost_if_sealed=80.0, first="A", second="B"
        ),
        "verdicts": (
            Verdict(conduit=ConduitId("a>b"), state=DoorState.SHUT, proof=Proof.CLOSED, evidence=()),
            Verdict(conduit=ConduitId("b>c"), state=DoorState.SHUT, proof=Proof.NOT_PROVED, evidence=()),
        ),
        "care": (
            FlowCount(
                flow=FlowId("images"), vital=True, cut=False, sent=9, acknowledged=9, lost=0, delayed=1, slowest=2.5
            ),
            FlowCount(
                flow=FlowId("fichiers"), vital=False, cut=True, sent=4, acknowledged=3, lost=1, delayed=0, slowest=0.1
            ),
        ),
        "crossed": 0,
        **changes,
    }
    return Drill(**facts)
