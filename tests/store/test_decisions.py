from datetime import UTC, datetime, timedelta

import pytest

from cloison.errors import ActedBeforeError
from cloison.model.crisis import Decision, DecisionKind, Declaration, Form
from cloison.model.hospital import CareServiceId
from cloison.model.logbook import Author, Draft
from cloison.model.plan import ServiceState
from cloison.store.cases import TOPIC as CASES
from cloison.store.database import Database
from cloison.store.decisions import CARE, count_forms, decide, decided, declare, declared, forms_counted
from cloison.store.logbook import check, entries
from cloison.words import say

NOW = datetime(2026, 1, 1, 2, 41, tzinfo=UTC)
LAB = CareServiceId("labo")


@pytest.fixture
def database(tmp_path):
    return Database.at(tmp_path)


def decision(number, person="A"):
    return Decision(number=number, at=NOW, kind=DecisionKind.APPROVE, account=person, person=person, choice="optimal")


def test_decisions_come_back_in_order_case_by_case(database):
    before = database.revision(CASES)
    for number in (1, 2):
        decide(database, "one", decision(number))
    decide(database, "two", decision(1))
    assert decided(database, "one") == (decision(1), decision(2))
    assert decided(database, "two") == (decision(1),)
    assert decided(database, "three") == ()
    assert database.revision(CASES) == before + 3


def test_of_two_people_who_decide_at_once_the_second_is_told_and_nothing_of_his_is_written(database):
    decide(database, "one", decision(1, "A"))
    with pytest.raises(ActedBeforeError):
        decide(database, "one", decision(1, "B"))
    assert decided(database, "one") == (decision(1, "A"),)


def test_what_is_said_of_care_comes_back_from_a_moment_on(database):
    old = Declaration(service=LAB, at=NOW - timedelta(days=2), person="A", state=ServiceState.STOPPED)
    fresh = Declaration(service=LAB, at=NOW, person="A", state=ServiceState.DEGRADED, note="papier")
    declare(database, old)
    declare(database, fresh)
    assert declared(database, NOW - timedelta(days=1)) == (fresh,)
    assert declared(database, NOW - timedelta(days=3)) == (old, fresh)


def test_the_latest_count_of_forms_counts_and_a_form_can_be_taken_away(database):
    before = database.revision(CARE)
    for count in (40, 12):
        count_forms(database, Form(service=LAB, name="Demande", count=count, place="B2", at=NOW, person="A"))
    other = Form(service=LAB, name="Résultat", count=5, place="B2", at=NOW, person="A")
    count_forms(database, other)
    assert [(form.name, form.count) for form in forms_counted(database)] == [("Demande", 12), ("Résultat", 5)]
    count_forms(database, Form(service=LAB, name="Demande", count=-1, place="", at=NOW, person="A"))
    assert forms_counted(database) == (other,)
    assert database.revision(CARE) == before + 4


def test_a_decision_and_what_the_logbook_says_of_it_are_written_together_or_not_at_all(database):
    entry = Draft(author="A", account="a", kind=Author.PERSON, text=say("{person} approved {n} doors", person="A", n=3))
    decide(database, "one", decision(1), entry, entry)
    assert [each.draft for each in entries(database)] == [entry, entry]
    with pytest.raises(ActedBeforeError):
        decide(database, "one", decision(1), entry)
    assert check(database).entries == 2
    declare(database, Declaration(service=LAB, at=NOW, person="A", state=None), entry)
    assert (check(database).entries, check(database).broken_at) == (3, None)
