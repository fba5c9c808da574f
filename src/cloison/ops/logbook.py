"""The logbook in use: people write, the incident of the moment is filled in, everything can be found and taken away."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime

from cloison.errors import BadValueError
from cloison.model.logbook import Author, Draft, Entry
from cloison.store import logbook
from cloison.store.database import Database
from cloison.store.headline import headline
from cloison.words import Sentence, say, verbatim

LONGEST = 2000
"""Characters of a person's entry."""

PAGE = 100
_EVERY_PAGE = 1000

COLUMNS = ("number", "at", "kind", "author", "case", "drill", "corrects", "text", "hash")

Told = Callable[[Sentence], str]
"""Says a sentence in the reader's language."""


def add(
    database: Database, text: str, *, account: str, person: str, now: datetime, refers_to: int | None = None
) -> Entry:
    """Write what a person says; the open incident, when there is one, is what it is about.

    Raises:
        BadValueError: it is empty or too long.
        UnknownIdError: it corrects an entry that is not there.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST:
        raise BadValueError(
            say("an entry has words, {n} characters at most", n=LONGEST),
            fix=say("write one sentence; a longer account goes in several entries"),
            where="text",
        )
    incident = headline(database)
    draft = Draft(
        author=person,
        account=account,
        kind=Author.PERSON,
        text=verbatim(said),
        case=incident.case if incident else "",
        drill=incident.drill if incident else False,
        refers_to=refers_to,
    )
    return logbook.write(database, draft, now)


def find(
    database: Database,
    told: Told,
    *,
    text: str = "",
    case: str = "",
    kind: Author | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Entry, ...]:
    """Find entries, newest first, by their words as the reader reads them; case and accents count."""
    wanted = text.strip().casefold()
    found: list[Entry] = []
    while len(found) < limit:
        page = logbook.entries(database, case=case, kind=kind, before=before, limit=_EVERY_PAGE if wanted else limit)
        found.extend(
            entry
            for entry in page
            if not wanted or wanted in told(entry.draft.text).casefold() or wanted in entry.draft.author.casefold()
        )
        if not page or not wanted:
            break
        before = page[-1].number
    return tuple(found[:limit])


def everything(database: Database, *, case: str = "") -> tuple[Entry, ...]:
    """Give all entries, oldest first."""
    found: list[Entry] = []
    before = None
    while page := logbook.entries(database, case=case, before=before, limit=_EVERY_PAGE):
        found.extend(page)
        before = page[-1].number
    return tuple(reversed(found))


def as_csv(entries: Iterable[Entry], told: Told) -> str:
    """Write entries for a spreadsheet; what it would take for a formula is made text (OWASP, CSV injection)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_harmless(str(cell)) for cell in _cells(entry, told)])
    return out.getvalue()


def as_documents(entries: Iterable[Entry], told: Told) -> list[dict[str, object]]:
    """Write entries for JSON."""
    return [dict(zip(COLUMNS, _cells(entry, told), strict=True)) for entry in entries]


def _cells(entry: Entry, told: Told) -> tuple[object, ...]:
    draft = entry.draft
    moment = entry.at.isoformat().replace("+00:00", "Z")
    corrects = "" if draft.refers_to is None else draft.refers_to
    text = told(draft.text)
    return (entry.number, moment, draft.kind.value, draft.author, draft.case, draft.drill, corrects, text, entry.hash)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
