from pydantic import TypeAdapter

from cloison.model.hospital import Level
from cloison.model.plan import Action, PlanParameters


def test_parameters_have_the_designs_defaults():
    asked = PlanParameters(suspicion=(("office", 0.7),))
    assert (asked.horizon_hours, asked.seal_hours, asked.scenarios) == (24.0, 12.0, 50)
    assert (asked.record_weight, asked.action_weight) == (0.001, 0.01)


def test_an_action_is_read_in_the_files_words():
    action = TypeAdapter(Action).validate_python(
        {"conduit": "a>b", "level": "lifeline", "enforced_by": "fw", "close_minutes": 0.2}
    )
    assert action == Action(conduit="a>b", level=Level.LIFELINE, enforced_by="fw", close_minutes=0.2)
