from dataclasses import replace

import pytest
from tests.detect.sigma.events import created, rules, table, text

from cloison.detect.detector import Context
from cloison.detect.detectors.host_rules import DETECTOR
from cloison.detect.fold import start
from cloison.detect.sigma.reading import read_rules
from cloison.detect.sigma.watching import COMPUTERS, LEVELS, Book, RulesWatch
from cloison.model.addressing import AddressBook
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


def test_a_finding_bears_every_technique_of_the_rules_that_matched():
    several = "title: T\nlogsource: {product: windows, category: process_creation}\nlevel: high\ntags: [attack.t1569.002, attack.t1021.002]\n"
    read = read_rules(
        [
            text("  a: {Image: a}\n  condition: a\n", several, "one.yml"),
            text("  a: {Image: a}\n  condition: a\n", several.replace("t1021.002", "t1543.003"), "two.yml"),
        ]
    )
    fold = start(Context(book=AddressBook(None), rules=read), [DETECTOR])
    fold.step({Kind.EVENT: table([created(Image="a")])})
    (finding,) = fold.findings()
    assert finding.technique == "T1569.002"
    assert finding.techniques == ("T1569.002", "T1021.002", "T1543.003")
