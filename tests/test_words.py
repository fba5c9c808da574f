import pytest

from cloison.words import catalogued, say, say_many, untranslated, verbatim


def french(template, plural, count):
    texts = {"a door": "une porte", "{n} door": "{n} porte", "{what} is shut": "{what} est fermée"}
    return texts.get(template, template) if plural is None or count < 2 else "{n} portes"


def test_a_sentence_is_english_until_translated():
    sentence = say("{what} is shut", what=say("a door"))
    assert str(sentence) == "a door is shut"
    assert sentence.render(french) == "une porte est fermée"


@pytest.mark.parametrize(
    ("count", "english", "translated"),
    [(0, "0 doors", "0 porte"), (1, "1 door", "1 porte"), (2, "2 doors", "2 portes")],
)
def test_each_language_chooses_its_plural(count, english, translated):
    sentence = say_many("{n} door", "{n} doors", count)
    assert str(sentence) == english
    assert sentence.render(french) == translated


def test_braces_in_values_are_only_text():
    assert str(say("the name is {name}", name="{0} {name}")) == "the name is {0} {name}"
    assert str(verbatim("100 % {of} it")) == "100 % {of} it"


@pytest.mark.parametrize("text", ["Security log cleared", "A {brace} of {{them}}", "}{"])
def test_a_text_of_the_catalogues_is_its_own_english(text):
    assert str(catalogued(text)) == text


def test_a_text_of_the_catalogues_is_translated():
    assert catalogued("a door").render(french) == "une porte"


def test_equal_sentences_compare_equal():
    assert say("a door") == say("a door")
    assert say("{n} door", n=1) != say("{n} door", n=2)
    assert untranslated("one", "many", None) == "many"
