import pytest

from cloison.enforce.verdicts import broken_lifelines, judge
from cloison.model.hospital import ConduitId, ZoneId
from cloison.model.sealing import Answer, Proof, Sight, Trial


def trial(port, *, lifeline=False):
    return Trial(conduit=ConduitId("a>b"), zone=ZoneId("a"), host="10.0.0.1", port=port, lifeline=lifeline)


SMB = trial(445)
VITAL = trial(104, lifeline=True)


@pytest.mark.parametrize(
    ("before", "after", "heard", "proof"),
    [
        (Answer.CONNECTED, Answer.SILENT, False, Proof.CLOSED),
        (Answer.CONNECTED, Answer.SILENT, True, Proof.LEAKING),
        (Answer.CONNECTED, Answer.CONNECTED, False, Proof.LEAKING),
        (Answer.REFUSED, Answer.REFUSED, None, Proof.LEAKING),
        (Answer.REFUSED, Answer.SILENT, None, Proof.NOT_PROVED),
        (Answer.CONNECTED, Answer.SILENT, None, Proof.NOT_PROVED),
        (Answer.SILENT, Answer.SILENT, None, Proof.NOT_PROVED),
        (Answer.UNKNOWN, Answer.UNKNOWN, None, Proof.NOT_PROVED),
    ],
)
def test_a_door_is_proved_by_what_answered_and_does_not_any_more(before, after, heard, proof):
    found, evidence = judge([SMB], {SMB: Sight(answer=before)}, {SMB: Sight(answer=after, heard=heard)})
    assert found is proof
    assert evidence


def test_without_trials_nothing_is_claimed():
    assert judge([], {}, {})[0] is Proof.NOT_PROVED


def test_a_lifeline_breaks_only_if_it_answered_before():
    up, down, unknown = (Sight(answer=answer) for answer in (Answer.CONNECTED, Answer.SILENT, Answer.UNKNOWN))
    assert broken_lifelines([VITAL], {VITAL: up}, {VITAL: down})
    assert not broken_lifelines([VITAL], {VITAL: down}, {VITAL: down})
    assert not broken_lifelines([VITAL], {VITAL: up}, {VITAL: unknown})
    assert not broken_lifelines([SMB], {SMB: up}, {SMB: down})


def test_a_lifeline_that_answers_is_no_leak():
    up = {VITAL: Sight(answer=Answer.CONNECTED, heard=True)}
    assert judge([VITAL], up, up)[0] is Proof.NOT_PROVED
