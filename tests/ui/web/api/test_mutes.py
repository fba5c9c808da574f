import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.store.test_cases import case_of

from cloison.model.case import CaseStatus
from cloison.model.people import Role
from cloison.store.cases import save_case

SOON = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"
NORMAL = ("--reason", "télémaintenance", "--until", SOON)


@pytest.fixture
def alert(far):
    """An alert of a case that the console keeps."""
    case = case_of("mutes", status=CaseStatus.CLOSED)
    save_case(far.room.console.database, case)
    return case.findings[0].id


def test_an_alert_is_called_normal_through_the_server_listed_and_taken_back(far, alert):
    code, said, _ = far.there("mute", alert, *NORMAL)
    assert (code, said.startswith("Muted: sweep T1046")) == (0, True)
    assert far.there("mute", alert, *NORMAL)[1].startswith("Muted again: ")
    code, listed = far.alike("mute", "--list")
    assert (code, "1 mute\n" in listed, "télémaintenance" in listed) == (0, True, True)
    (one,) = json.loads(far.alike("mute", "--list", "--format", "json")[1])["mutes"]
    assert "calls an alert normal" in far.alike("logbook", "--case", "mutes")[1]
    with far.room.browser(Role.SECURITY_OFFICER) as officer:
        findings = officer.get("/api/v1/cases/mutes/findings").json()
        assert findings[0]["evidence"][0]["path"] == "conn.log"
        assert findings[0]["muted"]["id"] == one["id"]
    assert far.there("mute", "--remove", one["id"])[1].startswith("Muted no longer: ")
    assert far.alike("mute", "--list") == (0, "0 mutes\n")


def test_what_cannot_be_normal_is_refused(far, alert):
    for words in ((alert,), ("zzzz", *NORMAL), (alert, "--reason", " ", "--until", SOON), (alert, "logs", *NORMAL)):
        assert far.there("mute", *words)[0] == 2, words
    assert "[not-allowed]" in far.there("mute", alert, *NORMAL, token=far.token_of(Role.ON_CALL))[2]
