from dataclasses import replace
from datetime import timedelta

from tests.incident.test_suspicion import NOON, finding

from cloison.model.mute import Scope, behaviour_of, mute
from cloison.words import say


def decided(one, **more):
    return mute(
        one, **{"scope": Scope.PAIR, "reason": "essai", "since": NOON, "until": NOON + timedelta(days=9), **more}
    )


def test_the_same_alert_and_scope_give_the_same_decision():
    one = finding("10.1.0.5")
    assert decided(one).id == decided(one, reason="autre").id
    assert decided(one).id != decided(one, scope=Scope.HOST).id


def test_rules_are_told_apart_by_their_names_and_not_by_their_counts():
    one = finding("10.1.0.5")
    first = replace(one, title=say("“{rule}” on {computer}", rule="a", computer="pc-1"))
    other = replace(one, title=say("“{rule}” on {computer}", rule="b", computer="pc-1"))
    assert behaviour_of(first) != behaviour_of(other)
    assert behaviour_of(first) == behaviour_of(
        replace(one, title=say("“{rule}” on {computer}", rule="a", computer="pc-2"))
    )
