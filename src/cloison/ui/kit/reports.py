"""What is read after a crisis, as PDF: the lessons of a case (RETEX) and the logbook."""

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any

import typst

from cloison import __version__
from cloison.model.case import Case
from cloison.model.hospital import Hospital
from cloison.model.logbook import Chain, Entry
from cloison.ops.crisis_lessons import Lap, Lessons
from cloison.ui.kit.printing import faces
from cloison.ui.languages import Translator
from cloison.ui.web.speech import Speech, legible
from cloison.words import say, say_many

MOST_ENTRIES = 5000
"""Of one PDF, the latest: some 250 pages."""

LONGEST = 2000
BLANK_LINES = 2

QUESTIONS = (
    say("What went well, and must be kept?"),
    say("What was missing: a telephone number, a key, a person, a sheet?"),
    say("Which door would have been worth closing earlier?"),
    say("Which care suffered, and was it foreseen?"),
    say("What changes, who does it, before which day?"),
)
"""To talk about all together, as exercise guides ask at the end of each crisis (ANSSI, RETEX à chaud)."""


def lessons_pdf(
    case: Case,
    lessons: Lessons,
    entries: Sequence[Entry],
    hospital: Hospital | None,
    words: Translator,
    *,
    now: datetime,
) -> bytes:
    """Lay the lessons of a case out on A4: its clock, what to talk about with room to write, its logbook."""
    named = words.knowing(hospital)
    doors = say_many(
        "{n} door was shut, of which proved closed: {proved}.",
        "{n} doors were shut, of which proved closed: {proved}.",
        lessons.sealed,
        proved=lessons.proved,
    )
    clock = _section(words, "The clock", lines=[words.sentence(doors)])
    if lessons.care_lost_if_sealed is not None and lessons.care_lost_if_nothing is not None:
        care = say(
            "Care-hours lost with the plan: {sealed}; if nothing is done: {nothing}.",
            sealed=round(lessons.care_lost_if_sealed, 1),
            nothing=round(lessons.care_lost_if_nothing, 1),
        )
        clock["lines"].append(words.sentence(care))
    clock["columns"] = [words.translate(each) for each in ("What came to pass", "When", "Time taken", "Aim")]
    clock["widths"] = [2, 2, 1, 1]
    clock["rows"] = [_lap(lap, words) for lap in lessons.laps]
    talk = _section(words, "To talk about, all together")
    talk["questions"], talk["blank"] = [words.sentence(each) for each in QUESTIONS], BLANK_LINES
    title = named.sentence(case.incident.title) if case.incident.title else case.id
    return _laid_out(
        words.translate("Lessons (RETEX)"),
        [legible(title, limit=LONGEST)],
        [clock, talk, _stream(entries, named, words)],
        hospital.name if hospital else "",
        words,
        drill=case.drill,
        now=now,
    )


def logbook_pdf(
    entries: Sequence[Entry], chain: Chain, hospital: Hospital | None, words: Translator, *, now: datetime
) -> bytes:
    """Lay the logbook out on A4, with what checking its chain said and its last print, which proves its end."""
    named = words.knowing(hospital)
    held = say_many("{n} entry, each as it was written.", "{n} entries, each as it was written.", chain.entries)
    if chain.broken_at is not None:
        held = say(
            "Entry No. {n} was altered, is missing or out of place: nothing after it can be trusted.",
            n=chain.broken_at,
        )
    facts = [words.sentence(held), words.sentence(say("Print of the last entry: {hash}", hash=chain.hash or "–"))]
    section = _stream(entries, named, words)
    return _laid_out(
        words.translate("Logbook"), facts, [section], hospital.name if hospital else "", words, drill=False, now=now
    )


def _stream(entries: Sequence[Entry], named: Translator, words: Translator) -> dict[str, Any]:
    left = len(entries) - MOST_ENTRIES
    section = _section(words, "Entries")
    if left > 0:
        more = say_many("{n} earlier entry is left out.", "{n} earlier entries are left out.", left)
        section["lines"] = [words.sentence(more)]
    section["columns"] = [words.translate(each) for each in ("No.", "When", "Who", "What")]
    section["widths"] = [0, 0, 1, 4]
    section["rows"] = [
        [
            str(entry.number),
            words.moment(entry.at),
            legible(entry.draft.author),
            ("EXERCICE · " if entry.draft.drill else "") + legible(named.sentence(entry.draft.text), limit=LONGEST),
        ]
        for entry in entries[max(left, 0) :]
    ]
    return section


def _lap(lap: Lap, words: Translator) -> list[str]:
    return [
        words.sentence(lap.what),
        words.moment(lap.at) if lap.at else words.translate("did not come to pass"),
        Speech(words).delay(lap.took) if lap.took is not None else "–",
        _aim(lap, words),
    ]


def _aim(lap: Lap, words: Translator) -> str:
    if lap.wanted is None:
        return "–"
    if lap.took is None:
        return Speech(words).delay(lap.wanted)
    held = words.translate("aim held") if lap.took <= lap.wanted else words.translate("missed")
    return f"{Speech(words).delay(lap.wanted)} ({held})"


def _section(words: Translator, title: str, *, lines: Sequence[str] = ()) -> dict[str, Any]:
    told = {"title": words.translate(title), "lines": list(lines)}
    return {**told, "questions": [], "blank": 0, "columns": [], "widths": [], "rows": []}


def _laid_out(
    title: str,
    facts: Sequence[str],
    sections: Sequence[dict[str, Any]],
    hospital: str,
    words: Translator,
    *,
    drill: bool,
    now: datetime,
) -> bytes:
    program = f"Cloison {__version__}"
    report = {
        "title": title,
        "lang": words.language,
        "program": program,
        "hospital": legible(hospital, limit=120),
        "exercise": "EXERCICE" if drill else "",
        "tlp": "TLP:AMBER",
        "stamp": f"{program} · {words.moment(now)}",
        "page": words.translate("page {n} of {total}"),
        "facts": list(facts),
        "sections": list(sections),
    }
    said = json.dumps(report, ensure_ascii=False)
    with as_file(files("cloison.ui.kit") / "reports.typ") as source:
        made = typst.compile(
            source, format="pdf", font_paths=[faces()], ignore_system_fonts=True, sys_inputs={"report": said}
        )
    if not isinstance(made, bytes):
        raise TypeError(made)  # several pages of pictures: never for a PDF
    return made
