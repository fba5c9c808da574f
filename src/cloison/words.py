"""Sentences that a person will read, kept apart from their language.

Judges and planners say things (`say`, `say_many`); the people's doors translate them. A sentence is an
English template (the catalogue's key) and its values, so that the same finding reads in French on the
screen, in English in a ticket, and compares equal in a test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, int, float, datetime, "Sentence"]
"""What a place in a sentence may hold; a nested sentence is translated too."""

Translate: TypeAlias = Callable[[str, str | None, int | None], str]
"""(template, plural template or None, count or None) -> the template in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A template with named places, and what fills them.

    Attributes:
        template: English text, `str.format` places by name: "{source} joined {n} hosts".
        plural: the English plural of `template`, chosen by `count`; None when there is only one form.
        count: the number that chooses between the two forms.
        values: (name, value) pairs, in the order they were given.
    """

    template: str
    plural: str | None = None
    count: int | None = None
    values: tuple[tuple[str, Value], ...] = ()

    def render(self, translate: Translate) -> str:
        """Fill the translated template."""
        return translate(self.template, self.plural, self.count).format_map(
            {name: _shown(value, translate) for name, value in self.values}
        )

    def __str__(self) -> str:
        """The sentence in English, for logs and tests."""
        return self.render(untranslated)


def say(template: str, **values: Value) -> Sentence:
    """Make a sentence with one form."""
    return Sentence(template=template, values=tuple(values.items()))


def say_many(template: str, plural: str, n: int, **values: Value) -> Sentence:
    """Make a sentence with a singular and a plural; `{n}` is the count."""
    return Sentence(template=template, plural=plural, count=n, values=(("n", n), *values.items()))


def verbatim(text: str) -> Sentence:
    """Wrap text that is data (a name, another program's message): never translated."""
    return Sentence(template="{text}", values=(("text", text),))


def catalogued(text: str) -> Sentence:
    """Wrap a text that ships as data and has its entry in the catalogues: the title of a rule of Cloison's."""
    return Sentence(template=text.replace("{", "{{").replace("}", "}}"))


def untranslated(template: str, plural: str | None, count: int | None) -> str:
    """The English form, as written."""
    return plural if plural is not None and count != 1 else template


def _shown(value: Value, translate: Translate) -> str | int | float | datetime:
    return value.render(translate) if isinstance(value, Sentence) else value
