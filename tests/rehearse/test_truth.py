from dataclasses import FrozenInstanceError

import pytest


def test_what_is_true_of_a_day_cannot_be_changed_afterwards(troubled):
    with pytest.raises(FrozenInstanceError):
        troubled.truth.acts = ()


def test_every_act_says_what_it_did_in_words(troubled):
    for act in troubled.truth.acts:
        assert "{" not in str(act.sentence)
        assert list(act.targets) == sorted(set(act.targets))
