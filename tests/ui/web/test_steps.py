from datetime import timedelta

from tests.ui.web.stories import night_story

from cloison.model.hospital import Level
from cloison.ui.web.steps import steps


def test_passages_that_share_a_door_are_one_step():
    story = night_story()
    first = steps(story.hospital, story.plan)[0]
    assert [(each.source, each.target) for each in first.crossings] == [
        ("Serveurs bureautiques", "Sauvegardes"),
        ("Dossier patient", "Sauvegardes"),
        ("Supervision", "Sauvegardes"),
    ]
    assert first.by_hand
    assert first.place == "Local 1B, armoire du fond, câble rouge"
    assert first.time == timedelta(minutes=10)


def test_steps_keep_the_plan_s_order_and_levels():
    story = night_story()
    made = steps(story.hospital, story.plan)
    assert [step.number for step in made] == [1, 2, 3, 4, 5, 6]
    assert [step.level for step in made] == [*[Level.CLOSED] * 4, *[Level.LIFELINE] * 2]
