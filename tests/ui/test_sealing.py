import json
from datetime import UTC, datetime

from tests.enforce.wards import BOTH, CORE, hospital

from cloison.enforce.rules import rules_of
from cloison.model.hospital import ConduitId
from cloison.model.sealing import DoorState, Proof, Vanishing, Verdict
from cloison.ui.languages import Translator
from cloison.ui.sealing import PROOFS, STATES, VANISHINGS, rules_document, verdicts_document
from cloison.words import say

WORDS = Translator("fr", "UTC")
RULES = rules_of(BOTH, hospital())


def test_people_have_a_word_for_everything_a_door_can_be():
    assert (set(STATES), set(PROOFS), set(VANISHINGS)) == (set(DoorState), set(Proof), set(Vanishing))
    assert WORDS.sentence(STATES[DoorState.SHUT](2)) == "2 portes fermées"


def test_a_verdict_says_when_its_door_opens_by_itself():
    verdict = Verdict(
        conduit=ConduitId("a>b"),
        state=DoorState.SHUT,
        proof=Proof.CLOSED,
        evidence=(say("{point} cannot be reached", point="x"),),
        lapses=datetime(2026, 1, 1, 3, tzinfo=UTC),
    )
    (door,) = verdicts_document([verdict], RULES, WORDS)["doors"]
    assert door == {
        "conduit": "a>b",
        "state": "shut",
        "proof": "proved-closed",
        "opens_by_itself_at": "2026-01-01T03:00:00Z",
        "evidence": ["x est injoignable"],
    }


def test_what_would_be_done_is_plain_json():
    document = rules_document(RULES, {CORE: "text"}, WORDS)
    assert json.loads(json.dumps(document))["points"][0]["text"] == "text"
