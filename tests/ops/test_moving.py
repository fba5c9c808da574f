from datetime import timedelta

from tests.enforce.wards import CABINET, CORE
from tests.ops.doors import ready

from cloison.ops.moving import Means, asked_by_hand, by_hand, each, held, opened, unarmed, unsure
from cloison.ops.sealing import seal
from cloison.store.journal import Journal


def test_every_step_is_in_the_journal_before_and_after_it(tmp_path):
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={"approved by": "A. Durand"})
    with Journal(tmp_path) as journal:
        told = [(record.step.value, record.done) for record in journal.records]
        approvals = [dict(record.said).get("approved by") for record in journal.records]
    assert told == [
        *[("arm", False), ("arm", True), ("begin", True), ("apply", True)],
        *[(step, done) for step in ("stage", "apply", "verify", "confirm", "confirm") for done in (False, True)],
        ("end", True),
    ]
    assert "A. Durand" in approvals


def test_points_are_those_that_people_move_or_those_that_devices_do(tmp_path):
    _, rules, _ = ready(tmp_path)
    assert [point.point.id for point in by_hand(rules.points, hands=True)] == [CABINET]
    assert [point.point.id for point in by_hand(rules.points, hands=False)] == [CORE]
    seen = []
    each(rules.points, seen.append)
    each([], seen.append)
    assert sorted(point.point.id for point in seen) == sorted([CORE, CABINET])


def test_a_cable_is_never_said_to_be_read_back(tmp_path):
    ward, _, _ = ready(tmp_path)
    core, cabinet = ward.enforcement_points
    assert "read back" in str(held(core, there=True))
    assert "a person said" in str(held(cabinet, there=True))
    assert "baie 4" in str(asked_by_hand(cabinet))
    assert "astreinte" in str(opened(cabinet))
    assert "cloison arm" in str(unarmed(core))
    assert "120" in str(unsure(Means(home=tmp_path, revert_after=timedelta(seconds=120))))
