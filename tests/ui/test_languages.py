"""Every sentence is said in French too, with the same places to fill."""

import ast
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from cloison.ops.rules import rules_of
from cloison.ui.cli.options import Settings
from cloison.ui.cli.program import in_language
from cloison.ui.languages import Translator, _messages
from cloison.words import catalogued, say, say_many, verbatim

SOURCE = Path(__file__).parents[2] / "src" / "cloison"
PLACE = re.compile(r"{(\w+)")


QUOTED = r"""(?:"([^"]+)"|'([^']+)')"""
SAID_IN_PAGES = re.compile(rf"\b_\(\s*{QUOTED}")
COUNTED_IN_PAGES = re.compile(rf"\b_\.many\(\s*{QUOTED}\s*,\s*{QUOTED}")
SAYING = {"say", "translate", "_", "speech", "_speech"}
COUNTING = {"say_many", "many"}


def templates():
    return sorted(path for path in SOURCE.rglob("templates/*") if path.suffix in {".html", ".svg"})


@cache
def read_code():
    """Read the sources once: (file, template, plural) of every literal sentence; every text whatever."""
    said, texts = [], set()
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and node.args:
                said += [(path.name, *one) for one in said_by(node)]
    return said, texts


def said_by(node):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    literals = [
        item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else None for item in node.args
    ]
    if name in SAYING and literals[0]:
        yield literals[0], None
    if name in COUNTING and literals[0] and len(literals) > 1:
        yield literals[0], literals[1]


def said_in_the_code():
    """Give (file, template, plural) of every literal sentence in the sources and the page templates."""
    yield from read_code()[0]
    for path in templates():
        text = path.read_text()
        for found in SAID_IN_PAGES.findall(text):
            yield path.name, "".join(found), None
        for one, other, *many in COUNTED_IN_PAGES.findall(text):
            yield path.name, one or other, "".join(many)


def test_every_sentence_has_its_french():
    french = _messages("fr")
    missing = {(name, template) for name, template, _ in said_in_the_code() if template not in french}
    assert missing == set()


def test_both_languages_fill_the_same_places():
    wrong = {
        template
        for template, forms in _messages("fr").items()
        for form in forms
        if set(PLACE.findall(form)) - {"n"} != set(PLACE.findall(template)) - {"n"}
    }
    assert wrong == set()


def test_every_plural_has_two_french_forms():
    french = _messages("fr")
    assert {
        template for _, template, plural in said_in_the_code() if plural and len(french.get(template, ())) < 2
    } == set()


def test_no_french_sentence_is_left_over():
    said = {template for _, template, _ in said_in_the_code()} | set(help_texts()) | set(words_chosen_at_run_time())
    said |= titles_of_shipped_rules()
    pages = "".join(path.read_text() for path in templates())
    assert {template for template in _messages("fr") if template not in said and template not in pages} == set()


def help_texts():
    tree = in_language(Translator("en"))
    context = tree.make_context("cloison", ["demo"], obj=Settings(words=Translator("en")))
    for command in (tree, *(tree.get_command(context, name) for name in tree.list_commands(context))):
        yield command.help
        yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))


def words_chosen_at_run_time():
    """Templates that stand in tables of the code rather than in a call."""
    return read_code()[1]


def titles_of_shipped_rules():
    """Titles that a person may read: a rule that only serves a correlation is never told."""
    known = rules_of()
    told = (*(rule for rule in known.rules if rule.alerts), *known.correlations)
    return {catalogued(one.title).template for one in told}


def test_every_shipped_rule_has_its_french_title():
    french = _messages("fr")
    assert {title for title in titles_of_shipped_rules() if title not in french} == set()


def test_no_two_shipped_rules_bear_the_same_french_title():
    titles = [_messages("fr")[title][0] for title in titles_of_shipped_rules()]
    assert sorted(titles) == sorted(set(titles))


def test_every_help_text_has_its_french():
    french = _messages("fr")
    assert {text for text in help_texts() if text not in french} == set()


@pytest.mark.parametrize(("language", "number", "share"), [("fr", "1\u202f640", "0,7"), ("en", "1,640", "0.7")])
def test_numbers_are_written_as_the_reader_writes_them(language, number, share):
    words = Translator(language, "UTC")
    assert words.number(1640) == number
    assert words.number(0.7, 1) == share


def test_a_sentence_says_its_count_and_its_moment_in_french():
    words = Translator("fr", "UTC")
    moment = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    assert words.hour(moment) == "14:05"
    assert words.sentence(say("{when}", when=moment)) == "1 mars 2026 14:05"
    assert words.sentence(say_many("{n} alert", "{n} alerts", 0)) == "0 alerte"
    assert words.sentence(say_many("{n} alert", "{n} alerts", 2)) == "2 alertes"


def test_what_somebody_wrote_is_shown_whole_and_a_name_in_a_sentence_is_cut():
    text = "mot " * 450
    assert Translator("fr").sentence(verbatim(text)) == text
    assert len(Translator("fr").sentence(say("no driver is called {name}", name=text))) < 300
