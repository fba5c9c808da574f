from datetime import UTC, datetime, timedelta

import pytest
from tests.incident.test_suspicion import finding

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.mute import Scope
from cloison.ops.muting import LONGEST, mute_finding, mutes_kept, unmute

SEEN = finding("10.1.0.5", "10.2.0.1")
SOON = datetime.now(UTC) + timedelta(days=30)


def muted(home, name=SEEN.id, *, reason="télémaintenance", until=SOON, scope=Scope.PAIR):
    return mute_finding(home, name, [SEEN, finding("10.1.0.6")], scope=scope, reason=reason, until=until)


def test_an_alert_is_muted_by_the_beginning_of_its_id_and_once(tmp_path):
    first, again = muted(tmp_path, SEEN.id[:6])
    assert (first.finding, again) == (SEEN.id, False)
    second, again = muted(tmp_path, reason="autre raison")
    assert (again, mutes_kept(tmp_path)) == (True, (second,))


def test_a_decision_is_taken_back_by_its_id_or_the_alerts(tmp_path):
    one, _ = muted(tmp_path)
    assert unmute(tmp_path, one.id) == one
    muted(tmp_path)
    assert unmute(tmp_path, SEEN.id[:8]).finding == SEEN.id
    assert mutes_kept(tmp_path) == ()


@pytest.mark.parametrize("name", ["", "zzzz"])
def test_an_unknown_alert_or_mute_is_refused(tmp_path, name):
    with pytest.raises(UnknownIdError):
        muted(tmp_path, name)
    with pytest.raises(UnknownIdError):
        unmute(tmp_path, name)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  "},
        {"reason": "x" * 501},
        {"until": datetime.now(UTC) - timedelta(days=1)},
        {"until": datetime.now(UTC) + LONGEST + timedelta(days=2)},
    ],
)
def test_a_mute_wants_a_reason_and_an_end_within_a_year(tmp_path, wrong):
    with pytest.raises(BadValueError):
        muted(tmp_path, **wrong)
    assert mutes_kept(tmp_path) == ()
