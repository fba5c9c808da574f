from datetime import UTC, datetime, timedelta

import pytest

from cloison.store.numbers import mistakes


def found(data):
    return [(mistake.path, str(mistake.reason)) for mistake in mistakes(data)]


@pytest.mark.parametrize(
    ("table", "entry", "path"),
    [
        ("zone", {"patient_records": -1}, ("patient_records",)),
        ("zone", {"patient_records": 10**400}, ("patient_records",)),
        ("conduit", {"close_minutes": -0.1}, ("close_minutes",)),
        ("conduit", {"spread": {"closed": 1.5}}, ("spread", "closed")),
        ("conduit", {"spread_per_hour": {"open": -1}}, ("spread_per_hour", "open")),
        ("care_service", {"care_per_hour": 1e300}, ("care_per_hour",)),
        ("care_service", {"degraded": {"capacity": 1.01}}, ("degraded", "capacity")),
        ("care_service", {"degraded": {"hours": -1}}, ("degraded", "hours")),
        ("flow", {"learned": {"records": -1}}, ("learned", "records")),
    ],
)
def test_impossible_numbers_are_refused(table, entry, path):
    assert [place for place, _ in found({table: [entry]})] == [(table, 0, *path)]


def test_bounds_themselves_are_allowed():
    data = {
        "conduit": [{"close_minutes": 0, "spread": {"open": 1, "lifeline": 1, "closed": 0}}],
        "care_service": [{"degraded": {"capacity": 1.0}}],
    }
    assert found(data) == []


def test_closing_a_door_cannot_help_an_intruder():
    data = {
        "conduit": [
            {"spread": {"open": 0.1, "lifeline": 0.2, "closed": 0.3}},
            {"spread_per_hour": {"open": 1, "lifeline": 2}},
            {"spread": {"open": 0.1, "closed": 0.2}},
        ]
    }
    assert found(data) == [
        (("conduit", 0, "spread", "lifeline"), '"lifeline" is above "open"'),
        (("conduit", 0, "spread", "closed"), '"closed" is above "lifeline"'),
        (("conduit", 1, "spread_per_hour", "lifeline"), '"lifeline" is above "open"'),
        (("conduit", 2, "spread", "closed"), '"closed" is above "open"'),
    ]


def test_rates_and_probabilities_are_not_given_together():
    data = {"conduit": [{"spread": {}, "spread_per_hour": {}}]}
    assert found(data) == [(("conduit", 0, "spread"), '"spread" and "spread_per_hour" are both given')]


def test_what_was_seen_last_was_not_seen_before_the_first():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    data = {
        "flow": [
            {"learned": {"first": now, "last": now - timedelta(hours=1)}},
            {"learned": {"first": now, "last": now}},
        ]
    }
    assert found(data) == [(("flow", 0, "learned", "last"), '"last" is before "first"')]
