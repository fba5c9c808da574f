"""Words as the page writes them: the reader's language, and nothing hidden in names."""

from datetime import timedelta
from unicodedata import category

from markupsafe import Markup

from cloison.ui.languages import Translator
from cloison.ui.web.lettering import ELLIPSIS
from cloison.words import Sentence, Value, say, say_many, verbatim

NAME_LIMIT = 80
"""Characters shown of a name that is data: more would hide the sentence around it."""
TEXT_LIMIT = 600
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that a terminal or a browser obeys in place of showing: escapes, bidirectional overrides."""
_MEANT = frozenset("\N{SOFT HYPHEN}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")


def legible(text: str, limit: int = NAME_LIMIT) -> str:
    """Show what would act instead of being read, and cut what is too long.

    Control characters become their code ("<U+001B>"): an escape sequence or a right-to-left override in a
    host's name must not rewrite the page that reports it.
    """
    shown = "".join(_visible(character) for character in text[: limit + 1])
    return shown[:limit] + ELLIPSIS if len(shown) > limit else shown


def plain(value: object) -> object:
    """Make any value that a template prints legible; markup made by templates passes."""
    return legible(value, TEXT_LIMIT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _visible(character: str) -> str:
    if character in "\n\t":
        return " "
    if category(character) in _INVISIBLE and character not in _MEANT:
        return f"<U+{ord(character):04X}>"
    return character


class Speech:
    """One reader's language, for templates: `_("English {name}", name=...)`."""

    def __init__(self, translator: Translator) -> None:
        self.language = translator.language
        self.number = translator.number
        self.hour = translator.hour
        self.day = translator.day
        self._translator = translator

    def __call__(self, template: str, **values: Value) -> str:
        """Say a sentence with one form."""
        return self.sentence(say(template, **values))

    def many(self, template: str, plural: str, n: int, **values: Value) -> str:
        """Say a sentence with a singular and a plural."""
        return self.sentence(say_many(template, plural, n, **values))

    def sentence(self, sentence: Sentence) -> str:
        """Say what a judge said."""
        return self._translator.sentence(_tamed(sentence))

    def care(self, hours: float) -> str:
        """Write care-hours: tenths below ten, none above."""
        return self.number(hours, digits=1 if 0 < abs(hours) < 10 else 0)  # noqa: PLR2004 - the docstring's ten

    def chance(self, probability: float) -> str:
        """Write a probability; one that rounds to certainty, or to nothing, says so."""
        if 0.99 < probability < 1.0:  # noqa: PLR2004 - what two decimals can say
            return self("over {chance}", chance=self.number(0.99, digits=2))
        if 0.0 < probability < 0.01:  # noqa: PLR2004
            return self("under {chance}", chance=self.number(0.01, digits=2))
        return self.number(probability, digits=2)

    def share(self, fraction: float) -> str:
        """Write a percentage."""
        if 1e-6 < fraction < 0.0005:  # noqa: PLR2004 - a solver's rounding is below, what one decimal can say above
            return self("under {chance}", chance=self("{percent}%", percent=self.number(0.1, digits=1)))
        percent = round(fraction * 100, 1)
        return self("{percent}%", percent=self.number(percent, digits=0 if percent == round(percent) else 1))

    def delay(self, delay: timedelta) -> str:
        """Write a length of time with its two largest units."""
        seconds = round(delay.total_seconds())
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        parts = (
            (days, self("{days} d", days=days)),
            (hours, self("{hours} h", hours=hours)),
            (minutes, self("{minutes} min", minutes=minutes)),
            (seconds, self("{seconds} s", seconds=seconds)),
        )
        largest = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
        said = [words for count, words in parts[largest : largest + 2] if count]
        return "\N{NO-BREAK SPACE}".join(said) or parts[-1][1]


def _tamed(sentence: Sentence) -> Sentence:
    """Make the names inside a sentence legible, and short enough for the sentence to be read."""
    # A sentence that is a single place (`words.verbatim`) is text, not a name within text.
    limit = TEXT_LIMIT if sentence.template == verbatim("").template else NAME_LIMIT
    return Sentence(
        template=sentence.template,
        plural=sentence.plural,
        count=sentence.count,
        values=tuple((name, _tame(value, limit)) for name, value in sentence.values),
    )


def _tame(value: Value, limit: int) -> Value:
    if isinstance(value, Sentence):
        return _tamed(value)
    return legible(value, limit) if isinstance(value, str) else value
