"""French first, English too: sentences, numbers and hours in the reader's language.

Catalogues are one gettext file a room (`catalogues/fr/<room>.po`), read as they are: no build step, and
English is what the code says.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_time, get_timezone
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from cloison.model.hospital import Hospital
from cloison.words import Sentence, Value, untranslated

LANGUAGES = ("fr", "en")

LONGEST_NAME = 200
"""Characters of one name within a sentence: a log may hold a host name of 60 kB."""

VERBATIM, LONGEST_TEXT = "{text}", 2000
"""What somebody wrote in the logbook is shown whole, and taken away whole."""


class Translator:
    """One reader's language.

    Attributes:
        language: "fr" or "en".
        zone: the time zone in which hours are shown; None: the machine's own.
        names: what people call an address; sentences say "PC-ADM-12 (10.10.0.12)".
    """

    def __init__(self, language: str = "fr", zone: str | None = None, names: Mapping[str, str] | None = None) -> None:
        self.language = language
        self._zone = zone
        self._names = names or {}
        self._locale = Locale.parse(language)
        self._tz = get_timezone(zone)
        self._messages = _messages(language)

    def knowing(self, hospital: Hospital | None) -> "Translator":
        """Give a translator that calls addresses by the names that the map has for them."""
        assets = hospital.assets if hospital else ()
        names = {str(address): f"{asset.name} ({address})" for asset in assets for address in asset.addresses}
        return Translator(self.language, self._zone, names)

    def translate(self, template: str, plural: str | None = None, count: int | None = None) -> str:
        """Give a template in the reader's language: the English one when the catalogue has none."""
        forms = self._messages.get(template)
        if forms is None:
            return untranslated(template, plural, count)
        if plural is None or count is None:
            return forms[0]
        # French: zero and one are singular. English never gets here: it has no catalogue.
        return forms[0] if count <= 1 else forms[-1]

    def sentence(self, sentence: Sentence) -> str:
        """Say a sentence, its numbers and dates written as the reader writes them."""
        most = LONGEST_TEXT if sentence.template == VERBATIM else LONGEST_NAME
        return self.translate(sentence.template, sentence.plural, sentence.count).format_map(
            {name: self._shown(value, most) for name, value in sentence.values}
        )

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number: 1 640 or 0,7 in French."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self._locale)

    def hour(self, moment: datetime) -> str:
        """Write a local 24-hour time, "02:41"."""
        return format_time(moment, "HH:mm", tzinfo=self._tz, locale=self._locale)

    def day(self, moment: datetime) -> str:
        """Write a local date in words."""
        return format_date(moment.astimezone(self._tz), "d MMMM y", locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """Write a local date and time."""
        return f"{self.day(moment)} {self.hour(moment)}"

    def _shown(self, value: Value, most: int) -> str:
        if isinstance(value, Sentence):
            return self.sentence(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, float):
            return self.number(value, digits=0 if abs(value) >= 100 or value == int(value) else 1)  # noqa: PLR2004
        if isinstance(value, int):
            return self.number(value)
        name = self._names.get(value, value)
        return name if len(name) <= most else name[:most] + "…"


@cache
def _messages(language: str) -> Mapping[str, tuple[str, ...]]:
    """Merge a language's catalogues: template -> its forms."""
    merged: dict[str, tuple[str, ...]] = {}
    folder = files("cloison.ui") / "catalogues" / language
    if not folder.is_dir():
        return merged
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".po"):
            merged.update(_forms(read_po(BytesIO(entry.read_bytes()), locale=language)))
    return merged


def _forms(catalogue: Catalog) -> Mapping[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if strings and all(strings):
            forms[key] = strings
    return forms
