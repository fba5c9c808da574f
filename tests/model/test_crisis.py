from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from cloison.model.crisis import Decision, DecisionKind, Motion
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.words import say

DECISIONS = TypeAdapter(Decision)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_decision_comes_back_as_it_was_written():
    verdict = Verdict(
        conduit=ConduitId("a>b"),
        state=DoorState.SHUT,
        proof=Proof.CLOSED,
        evidence=(say("{n} tried", n=3),),
        lapses=NOW,
    )
    decision = Decision(
        number=2,
        at=NOW,
        kind=DecisionKind.MOVED,
        motion=Motion.SEAL,
        levels=((ConduitId("a>b"), Level.CLOSED),),
        verdicts=(verdict,),
    )
    assert DECISIONS.validate_json(DECISIONS.dump_json(decision, exclude_defaults=True)) == decision


def test_a_misspelt_key_is_refused():
    with pytest.raises(ValidationError):
        DECISIONS.validate_python({"number": 1, "at": NOW, "kind": "plan", "persson": "A"})
