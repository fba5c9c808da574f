import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS

from cloison.errors import BadValueError
from cloison.model.case import CaseStatus
from cloison.ui.cli.remote_case import Wish, decide


def test_one_decision_after_the_other_is_taken_there(far):
    server = far.server
    opened = decide(server, None, Wish(doubt="bureau:0.4", note="appel"))
    name = opened.case.id
    assert dict(opened.suspicion) == {"bureau": 0.4}
    assert dict(decide(server, name, Wish(doubt="pacs")).suspicion) == {"bureau": 0.4, "pacs": 1.0}
    assert decide(server, name, Wish(pin=(OFFICE_TO_SERVERS, "shut"))).standing.shut == (OFFICE_TO_SERVERS,)
    planned = decide(server, name, Wish(plan=True))
    assert planned.standing.plan is not None
    assert not planned.planning
    assert decide(server, name, Wish(withdraw=True)).standing.proposal is None
    assert decide(server, name, Wish(doubt="pacs:0")).standing.cleared == ("pacs",)
    decide(server, name, Wish(doubt="bureau:0"))
    with pytest.raises(BadValueError, match="nothing is suspected"):
        decide(server, name, Wish(plan=True))
    assert decide(server, name, Wish(close=True, note="fin")).case.status is CaseStatus.CLOSED
