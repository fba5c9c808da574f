from dataclasses import replace

import pytest
from tests.detect.sigma.events import rules

from cloison.detect.detectors.host_rules import DETECTOR
from cloison.detect.sigma.watching import COMPUTERS, LEVELS, Book, RulesWatch
from cloison.model.observations import Kind
from cloison.model.rules import Level


def test_each_level_has_its_word():
    assert set(LEVELS) == {level.rank for level in Level}


def test_a_book_names_the_fields_that_the_record_has():
    read = rules("  a: {Image|endswith: 'a', CommandLine: b}\n  f: {User: c}\n  condition: a and not f\n")
    book = Book(read)
    (rule,) = read.rules
    assert book.fields(rule.id) == ("Image", "NewProcessName", "CommandLine", "ProcessCommandLine")
    assert book.techniques[rule.id] == "T1059.003"


def test_the_title_of_a_shipped_rule_is_said_in_the_readers_language_and_a_strangers_is_not():
    read = rules("  a: {Image: a}\n  condition: a\n")
    (rule,) = read.rules
    ours = Book(replace(read, rules=(replace(rule, shipped=True),)))
    assert ours.titles[rule.id].template == "Made"
    assert str(Book(read).titles[rule.id]) == "Made"
    assert Book(read).titles[rule.id].template != "Made"


def test_whose_a_record_is_must_be_said_by_a_subclass():
    book = Book(rules("  a: {Image: a}\n  condition: a\n"))
    watch = RulesWatch(DETECTOR.name, DETECTOR, book)
    for ask in (watch.owned, watch.ends):
        with pytest.raises(NotImplementedError):
            ask(Kind.EVENT, None)
    with pytest.raises(NotImplementedError):
        watch.name_of("pc")
    assert COMPUTERS > 10_000
