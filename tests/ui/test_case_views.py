from tests.enforce.wards import hospital
from tests.ops.crisis_room import ANNE, desk_at, with_plan

from cloison.ops.crisis_care import care_now
from cloison.ops.crisis_choices import levels_of
from cloison.ops.crisis_desk import digest
from cloison.ui.case_views import activity_document, case_document, case_in_short
from cloison.ui.languages import Translator

WORDS = Translator("fr")


def test_a_case_tells_the_digest_that_an_approval_must_send_back(tmp_path):
    desk = desk_at(tmp_path)
    view = with_plan(desk, desk.open_by_hand("bureau", 0.9, "", ANNE))
    told = case_document(view, WORDS)
    total = next(choice for choice in told["choices"] if choice["name"] == "total-cut")
    assert total["seen"] == digest(levels_of("total-cut", view.standing.plan, view.hospital))
    assert told["suspicion"] == {"bureau": 0.9}
    assert told["title"] == "Anne D. doute de bureau"
    assert case_in_short(view.case, WORDS)["status"] == "open"
    assert [one["kind"] for one in told["decisions"]] == ["suspect", "plan"]
    assert activity_document(care_now(desk, hospital())[0])["state"] == "normal"
    desk.worker.stop()
    desk.database.close()
