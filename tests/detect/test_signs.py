from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from tests.detect.traffic import DAY, HOUR, findings_of, rpc

from cloison.detect.detectors.directory_survey import DirectorySurvey
from cloison.detect.signs import Sign, SignWatch
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind
from cloison.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sign at once, one that wants three, one that wants three machines."""

    name, technique, barrier, key = "sample", Technique("T1210"), Barrier.SPREAD, "network"
    reads = {Kind.RPC: ("operation",)}  # noqa: RUF012 - a constant
    signs = {  # noqa: RUF012 - a constant
        "one": Sign(technique="T1187", confidence=0.5, note=say("one")),
        "three": Sign(technique="T1210", confidence=0.6, need=3, note=say("three")),
        "wide": Sign(technique="T1135", confidence=0.4, machines=3, note=say("wide")),
    }
    window: timedelta = timedelta(minutes=1)
    memory: int = 0
    popular: int = 0

    def watch(self, context):
        return SignWatch(self, context)

    def rows(self, tables):
        return [tables[Kind.RPC].lazy().with_columns(sign=pl.col("operation")).filter(pl.col("sign").is_in(self.signs))]

    def words(self, run, strongest):
        return say("{source}", source=run.source), strongest.note

    def excuses(self, run, _):
        return run.source == "10.9.9.9"


def calls(name, *times, src="10.1.0.1", dst="10.2.0.1"):
    return [rpc(at, src, dst, "any", name) for at in times]


def test_one_sign_that_needs_no_other_is_enough():
    (one,) = findings_of(calls("one", 5), Sample())
    assert (one.technique, one.confidence, one.targets) == ("T1187", 0.5, ("10.2.0.1",))


def test_a_sign_that_wants_several_wants_them_on_one_machine_within_the_window():
    assert findings_of(calls("three", 0, 50, 100), Sample()) == ()
    assert findings_of([*calls("three", 0, 1), *calls("three", 2, dst="10.2.0.2")], Sample()) == ()
    (one,) = findings_of(calls("three", 0, 20, 40), Sample())
    assert (one.detected_at - one.first_seen).total_seconds() == 40
    assert len(one.evidence) == 3


def test_a_sign_that_wants_machines_wants_different_ones():
    assert findings_of(calls("wide", 0, 1, 2, 3), Sample()) == ()
    (one,) = findings_of([row for i in range(3) for row in calls("wide", i, dst=f"10.2.0.{i}")], Sample())
    assert len(one.targets) == 3


def test_several_signs_are_one_finding_of_the_strongest():
    (one,) = findings_of([*calls("one", 0), *calls("three", 1, 2, 3)], Sample())
    assert (one.technique, one.confidence) == ("T1210", 0.65)


def test_an_excused_host_is_not_told():
    assert findings_of(calls("one", 5, src="10.9.9.9"), Sample()) == ()


def test_a_machine_does_nothing_to_itself():
    assert findings_of(calls("one", 5, src="10.2.0.1"), Sample()) == ()


def test_habit_is_forgotten_after_its_memory():
    rows = calls("one", 0, 9 * HOUR, DAY, 4 * DAY)
    assert len(findings_of(rows, Sample())) == 4
    assert len(findings_of(rows, Sample(memory=2))) == 2


def test_what_enough_hosts_do_is_ordinary():
    rows = [row for i in range(6) for row in calls("one", i, src=f"10.1.0.{i}")]
    assert len(findings_of(rows, Sample(popular=4))) == 3
    assert DirectorySurvey().popular > 1
