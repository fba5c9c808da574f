from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.enforce.wards import SERVERS_TO_BACKUPS, hospital

from cloison.enforce.life import life_of
from cloison.errors import BadValueError, NotApprovedError
from cloison.model.hospital import Hospital
from cloison.ops.moving import Means
from cloison.ops.red_button import LONGEST, approve_in_advance, press
from cloison.store.journal import Journal

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TWO = {"first": "A. Durand", "second": "B. Martin"}


def means(folder, now=NOW):
    return Means(home=folder, clock=lambda: now)


def test_one_person_presses_what_two_approved(tmp_path):
    approve_in_advance(hospital(), means(tmp_path), **TWO, until=NOW + 30 * DAY)
    told = press(hospital(), means(tmp_path, NOW + 29 * DAY), person="C. Petit")
    assert (told["approved by"], told["and by"], told["pressed by"]) == ("A. Durand", "B. Martin", "C. Petit")
    with Journal(tmp_path) as journal:
        assert life_of(journal.records).underway is None


@pytest.mark.parametrize("second", [None, "a. durand"])
def test_an_approval_in_advance_always_wants_two(tmp_path, second):
    with pytest.raises(NotApprovedError):
        approve_in_advance(hospital(), means(tmp_path), first="A. Durand", second=second, until=NOW + DAY)


@pytest.mark.parametrize("until", [NOW, NOW - DAY, NOW + LONGEST + DAY])
def test_it_ends_within_a_year(tmp_path, until):
    with pytest.raises(BadValueError):
        approve_in_advance(hospital(), means(tmp_path), **TWO, until=until)


def test_a_button_that_closes_nothing_cannot_be_approved(tmp_path):
    with pytest.raises(BadValueError):
        approve_in_advance(Hospital(name="vide"), means(tmp_path), **TWO, until=NOW + DAY)


def test_it_is_over_after_its_date_and_for_other_passages(tmp_path):
    assert press(hospital(), means(tmp_path), person="C. Petit") is None
    approve_in_advance(hospital(), means(tmp_path), **TWO, until=NOW + DAY)
    assert press(hospital(), means(tmp_path, NOW + DAY), person="C. Petit") is None
    fewer = replace(hospital(), conduits=tuple(one for one in hospital().conduits if one.id != SERVERS_TO_BACKUPS))
    assert press(fewer, means(tmp_path), person="C. Petit") is None
    with pytest.raises(NotApprovedError):
        press(hospital(), means(tmp_path), person=" ")
