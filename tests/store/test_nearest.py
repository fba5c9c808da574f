from cloison.store.nearest import BUDGET, Speller
from cloison.words import say


def test_the_nearest_word_is_found_whatever_its_case():
    assert Speller().nearest("Imagrie", ("imagerie", "administration")) == "imagerie"
    assert Speller().nearest("xyz", ("imagerie", "administration")) is None


def test_the_fix_names_the_near_word_else_a_short_list_else_what_it_was_given():
    other = say("see the manual")
    assert str(Speller().fix("opne", ("open", "closed"), other)) == 'write "open"'
    assert str(Speller().fix("zzz", ("open", "closed"), other)) == "write one of: closed, open"
    assert Speller().fix("zzz", tuple(f"word {n}" for n in range(20)), other) == other


def test_a_map_that_is_all_wrong_still_gets_its_answer():
    speller = Speller()
    valid = tuple(str(number) for number in range(BUDGET // 2))
    assert [speller.nearest(f"{number}x" * 20, valid) for number in range(100)] == [None] * 100
