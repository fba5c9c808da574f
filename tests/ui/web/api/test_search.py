import shutil
from random import Random

import pytest
from tests.detect.traffic import batch, busy_office, in_order
from tests.store.test_history import keep

from cloison.model.people import Role
from cloison.ops.search import HISTORY

A = "/api/v1"


@pytest.fixture
def known(far):
    """Three hours of an office in the console's history; gives one of its machines."""
    folder = far.room.console.home / HISTORY
    rows = in_order(busy_office(Random(1), hours=3))
    keep(folder, batch(rows))
    yield rows[0]["src"]
    shutil.rmtree(folder)


def test_the_past_is_looked_at_the_same_here_and_there(far, known):
    code, told = far.alike("search", known, "192.0.2.99")
    assert (code, known in told, "not met: 192.0.2.99" in told) == (1, True, True)
    far.alike("search", known, "--format", "json", "--from", "2026-01-01", "--to", "2099-01-01")
    with far.room.browser(Role.READER) as reader:
        found = reader.post(f"{A}/search", json={"words": [known]}).json()
        assert found["hits"][0]["indicator"] == known
        assert reader.post(f"{A}/search", json={}).json()["error"] == "bad-value"
        assert reader.post(f"{A}/search", json={"words": ["10.0.0/99"]}).status_code == 422
        assert reader.post(f"{A}/watchlist", json={"add": {"words": [known]}}).status_code == 403


def test_what_is_watched_for_is_one_list_here_and_there(far, known):
    assert "2 indicators are watched for" in far.there("search", known, "evil.example", "--watch")[1]
    assert far.here("search", known, "--unwatch")[1] == "1 indicator is watched for\n"
    assert far.there("search", "evil.example", "--unwatch")[1] == "0 indicators are watched for\n"
    with far.room.browser(Role.SECURITY_OFFICER) as officer:
        assert officer.post(f"{A}/watchlist", json={}).json() == {"watched": 0}
