"""RETEX: what a case teaches, to read together and to print."""

from fastapi import Response

from cloison.model.case import CaseId
from cloison.model.people import Right
from cloison.ops.crisis_lessons import lessons
from cloison.ops.logbook import everything
from cloison.store.cases import load_case
from cloison.store.decisions import decided
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage
from cloison.ui.web.speech import Speech

router = guarded_router()


@router.get("/situation/{case}/retex")
@allowed(Right.READ, reads="situation")
def lessons_page(page: OnPage, case: str) -> Response:
    """Show what a case teaches."""
    database = page.console.database
    known = load_case(database, CaseId(case))
    hospital = page.console.map_on_disk.hospital()
    return page.render(
        "retex.html",
        case=known,
        lessons=lessons(known, decided(database, known.id)),
        entries=everything(database, case=known.id),
        named=Speech(page.words.knowing(hospital)),
    )


@router.get("/situation/{case}/retex.pdf")
@allowed(Right.READ, reads="situation")
def lessons_paper(page: OnPage, case: str) -> Response:
    """Give the same as PDF, with room to write."""
    from cloison.ui.kit.reports import lessons_pdf  # noqa: PLC0415 - Typst takes a moment that only who prints needs

    console = page.console
    known = load_case(console.database, CaseId(case))
    told = lessons(known, decided(console.database, known.id))
    entries = everything(console.database, case=known.id)
    content = lessons_pdf(known, told, entries, console.map_on_disk.hospital(), page.words, now=console.clock())
    return page.paper(content, f"retex-{known.id}.pdf")
