from cloison.ui.kit.cards import AFTER, CARDS


def test_each_role_of_the_night_has_its_card():
    assert len({card.role for card in CARDS}) == 5


def test_a_card_goes_by_the_clock_and_says_what_never_to_do():
    for card in CARDS:
        times = [step.by for step in card.steps]
        assert times == sorted(times, key=times.index)
        assert AFTER not in times[: times.index(AFTER)]
        assert card.never
