from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloison.incident.hosts import Hosts
from cloison.model.case import CaseStatus
from cloison.model.finding import Barrier, Evidence, Finding, Technique, finding_id
from cloison.ops.watching_cases import follow_up
from cloison.store.cases import cases, open_cases, save_case
from cloison.store.database import Database
from cloison.store.logbook import entries
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def finding(minute=0, source="10.0.0.1", target="10.0.0.2", *, confidence=0.9, detector="scan", technique="T1021.002"):
    at = NOON + timedelta(minutes=minute)
    return Finding(
        id=finding_id(detector, source, at),
        detector=detector,
        technique=Technique(technique),
        barrier=Barrier.SPREAD,
        title=say("{host} looks for machines", host=source),
        explanation=say("it called many"),
        confidence=confidence,
        sources=(source,),
        targets=(target,),
        first_seen=at,
        last_seen=at,
        detected_at=at,
        evidence=(Evidence(origin=minute % 2, record=minute, note=say("no answer")),),
    )


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


def followed(database, *findings, minute=60, drill=False):
    now = NOON + timedelta(minutes=minute)
    return follow_up(
        database,
        findings,
        places={0: "conn.log", 1: "dns.log"},
        hospital=None,
        hosts=Hosts(None),
        mutes=(),
        last=now,
        now=now,
        drill=drill,
    )


def test_a_first_alert_opens_a_case_with_its_records_and_a_line_of_the_logbook(database):
    (change,) = followed(database, finding(1))
    assert (change.opened, change.hosts, change.alerts) == (True, ("10.0.0.1",), (finding(1).id,))
    (case,) = open_cases(database)
    assert case == change.case
    assert case.places == ((1, "dns.log"),)
    assert [entry.draft.case for entry in entries(database)] == [case.id]


def test_what_leaves_the_hospital_names_no_machine(database):
    (change,) = followed(database, finding(1))
    assert "10.0.0" not in str(change.told)
    assert change.case.id in str(change.told)


def test_the_same_findings_again_change_nothing(database):
    followed(database, finding(1))
    before = database.revision()
    assert followed(database, finding(1), minute=90) == ()
    assert len(entries(database)) == 1
    assert database.revision("cases") >= before - database.revision("logbook")


def test_another_alert_grows_the_case_and_says_which_machine_is_new(database):
    followed(database, finding(1))
    (change,) = followed(database, finding(1), finding(5, source="10.0.0.2", target="10.0.0.3"))
    assert (change.opened, change.hosts) == (False, ("10.0.0.2",))
    assert len(open_cases(database)) == 1


def test_a_clue_alone_calls_nobody(database):
    assert followed(database, finding(1, confidence=0.2)) == ()
    assert cases(database) == ()


def test_an_earlier_alert_that_joins_later_leaves_the_case_its_name(database):
    (opened,) = followed(database, finding(5))
    (grown,) = followed(database, finding(1, detector="sweep"), finding(5))
    assert grown.case.id == opened.case.id
    assert grown.case.incident.id != opened.case.incident.id
    assert not grown.opened


def test_two_cases_that_turn_out_to_be_one_become_the_older(database):
    first, second = finding(1, source="10.0.0.1"), finding(9, source="10.0.0.9", target="10.0.0.8")
    followed(database, first, second)
    assert len(open_cases(database)) == 2
    bridge = finding(7, source="10.0.0.1", target="10.0.0.9", detector="copy")
    followed(database, first, second, bridge)
    (left,) = open_cases(database)
    merged = [case for case in cases(database) if case.status is CaseStatus.MERGED]
    assert [case.merged_into for case in merged] == [left.id]


def test_a_closed_case_opens_again_by_a_new_alert_and_by_nothing_else(database):
    (change,) = followed(database, finding(1))
    save_case(database, replace(change.case, status=CaseStatus.CLOSED, closed_at=NOON))
    assert followed(database, finding(1)) == ()
    assert open_cases(database) == ()
    (again,) = followed(database, finding(1), finding(8))
    assert again.opened
    assert open_cases(database)[0].id == change.case.id


def test_an_exercise_never_touches_a_real_case(database):
    followed(database, finding(1))
    (change,) = followed(database, finding(1), drill=True)
    assert change.case.drill
    assert sorted(case.drill for case in open_cases(database)) == [False, True]
