from dataclasses import FrozenInstanceError

import pytest

from cloison.ui.languages import Translator


def test_what_is_true_of_a_day_cannot_be_changed_afterwards(troubled):
    with pytest.raises(FrozenInstanceError):
        troubled.truth.acts = ()


def test_every_act_says_what_it_did_in_words(troubled):
    for act in troubled.truth.acts:
        assert "{" not in str(act.sentence)
        assert list(act.targets) == sorted(set(act.targets))


def test_every_sentence_has_its_french(troubled):
    french = Translator("fr")
    for told in (*troubled.truth.acts, *troubled.truth.leaks):
        sentence = told.sentence
        assert french.translate(sentence.template, sentence.plural, sentence.count) != sentence.template
