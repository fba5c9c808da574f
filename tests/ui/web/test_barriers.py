from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloison.model.drill import Drill, DrillId, FlowCount, Milestone, Moment
from cloison.model.finding import Barrier
from cloison.model.hospital import ConduitId, FlowId
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.ui.web.barriers import LARGEST_HOLE, Slice, slices_of
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def drill(*, incident_after=None, shut=0, proved=0, sent=0, lost=0, deeds=3):
    moments = [Moment(milestone=Milestone.BEGUN, at=NOON, story=NOON)]
    if deeds:
        moments.append(Moment(milestone=Milestone.FIRST_ACT, at=NOON, story=NOON))
    if incident_after is not None:
        later = NOON + incident_after
        moments.append(Moment(milestone=Milestone.INCIDENT, at=NOON, story=later))
    doors = [Proof.CLOSED] * proved + [Proof.NOT_PROVED] * (shut - proved)
    flow = FlowCount(
        flow=FlowId("a"), vital=True, cut=False, sent=sent, acknowledged=sent - lost, lost=lost, delayed=0, slowest=0.1
    )
    return Drill(
        id=DrillId("d"),
        scenario="s",
        name="Nuit",
        hospital="CH",
        where="range",
        speed=10.0,
        deeds=deeds,
        moments=tuple(moments),
        seen=(),
        decision=None,
        verdicts=tuple(
            Verdict(conduit=ConduitId(str(place)), state=DoorState.SHUT, proof=proof, evidence=())
            for place, proof in enumerate(doors)
        ),
        care=(flow,) if sent else (),
        crossed=0,
    )


def holes(held):
    return {each.barrier: each.hole for each in slices_of(held)}


def test_each_barrier_has_its_slice_and_what_is_not_measured_says_so():
    found = holes(drill())
    assert list(found) == list(Barrier)
    assert found[Barrier.ENTRY] is found[Barrier.RECOVERY] is found[Barrier.DEGRADED] is None


def test_an_intruder_who_was_never_noticed_and_doors_that_never_shut_are_wide_open():
    found = holes(drill())
    assert (found[Barrier.INFILTRATION], found[Barrier.SPREAD]) == (1.0, 1.0)


def test_holes_are_what_was_measured():
    found = holes(drill(incident_after=timedelta(hours=4), shut=4, proved=3, sent=200, lost=2))
    assert (found[Barrier.INFILTRATION], found[Barrier.SPREAD], found[Barrier.DEGRADED]) == (0.25, 0.25, 0.01)


def test_where_nobody_knows_what_the_intruder_did_nothing_is_claimed():
    assert holes(drill(deeds=0))[Barrier.INFILTRATION] is None


@given(share=st.floats(min_value=0.0, max_value=1.0))
def test_the_area_of_a_hole_grows_with_what_passes(share):
    one = Slice(barrier=Barrier.SPREAD, hole=share, measured=say("x"))
    assert 0.0 <= one.radius <= LARGEST_HOLE
    assert replace(one, hole=min(1.0, share + 0.1)).radius >= one.radius
