from dataclasses import replace

from tests.ops.crisis_room import ANNE, BRICE, desk_at, with_plan

from cloison.ops.crisis_motion import Signer, approve
from cloison.ops.keeping import STAGES as COUNT
from cloison.ui.web.crisis_page import MOST_NAMES, STAGES, offered, preferred
from cloison.ui.web.crisis_view import backup_card, cards_of


def test_there_is_a_name_for_each_stage_of_opening():
    assert len(STAGES) == COUNT


def test_what_may_be_doubted_begins_with_compartments_and_is_not_endless(tmp_path):
    desk = desk_at(tmp_path)
    ward = desk.hospital()
    assert offered(ward)[-1] == ("pacs", "PACS")
    many = replace(ward, assets=tuple(replace(ward.assets[0], id=f"pc-{n}") for n in range(2 * MOST_NAMES)))
    assert len(offered(many)) == MOST_NAMES
    desk.worker.stop()
    desk.database.close()


def test_the_choice_that_somebody_approved_is_shown_first(tmp_path):
    desk = desk_at(tmp_path)
    name = desk.open_by_hand("bureau", 0.9, "", ANNE)
    view = with_plan(desk, name)
    assert preferred(view, cards_of(view, desk.clock())) == ""
    seen = backup_card(view, desk.clock()).seen
    approve(desk, name, "backups", seen, [Signer(account=one[0], person=one[1], how="x") for one in (ANNE, BRICE)])
    desk.worker.finish("doors")
    desk.worker.stop()
    desk.database.close()
