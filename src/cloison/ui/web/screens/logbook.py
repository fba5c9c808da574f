"""Main courante: one stream of what machines and people said, written by keyboard, filtered, taken away."""

import json
from itertools import groupby
from typing import Annotated, Any

from fastapi import Form, Query, Response

from cloison.errors import CloisonError
from cloison.model.logbook import Author
from cloison.model.people import Right
from cloison.ops.logbook import PAGE, add, as_csv, as_documents, everything, find
from cloison.store.logbook import check
from cloison.ui.web.crisis_page import acting
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.refusals import status_of
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/main-courante", name=say("Logbook"), order=30, in_story=False),)
router = guarded_router()

Filter = Annotated[str, Query(max_length=200)]
Before = Annotated[int | None, Query(ge=1)]
KINDS = {"personnes": Author.PERSON, "machines": Author.MACHINE}


@router.get("/main-courante")
@allowed(Right.READ, reads="main-courante")
def logbook_page(
    page: OnPage, *, dossier: Filter = "", qui: Filter = "", texte: Filter = "", avant: Before = None, corrige: int = 0
) -> Response:
    """Show the logbook."""
    return page.render("logbook.html", **_values(page, dossier, qui, texte, avant), fault=None, typed="", about=corrige)


@router.get("/main-courante/flux")
@allowed(Right.READ, background=True)
def stream_part(
    page: OnPage, *, dossier: Filter = "", qui: Filter = "", texte: Filter = "", avant: Before = None
) -> Response:
    """Show the entries alone, as they are now."""
    return page.render("logbook-stream.html", **_values(page, dossier, qui, texte, avant))


@router.post("/main-courante")
@allowed(Right.LOGBOOK)
def write_entry(
    page: OnPage,
    *,
    text: Annotated[str, Form(max_length=10_000)] = "",
    about: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Write an entry; one that corrects another names it."""
    account, person = acting(page)
    try:
        add(
            page.console.database,
            text,
            account=account,
            person=person,
            now=page.console.clock(),
            refers_to=about or None,
        )
    except CloisonError as error:
        return page.render(
            "logbook.html",
            status=status_of(error),
            **_values(page, "", "", "", None),
            fault=error,
            typed=text,
            about=about,
        )
    return page.go("/main-courante")


@router.get("/main-courante/controle")
@allowed(Right.READ, reads="main-courante")
def check_page(page: OnPage) -> Response:
    """Compute the whole chain again, and say whether an entry was altered."""
    return page.render("logbook-check.html", chain=check(page.console.database))


@router.get("/main-courante.csv")
@allowed(Right.READ, reads="main-courante")
def take_csv(page: OnPage, dossier: Filter = "") -> Response:
    """Give the logbook for a spreadsheet."""
    text = as_csv(everything(page.console.database, case=dossier), page.say.sentence)
    # A spreadsheet takes a file without this mark for one in Windows' own letters.
    return _taken("\ufeff" + text, "text/csv; charset=utf-8", "main-courante.csv")


@router.get("/main-courante.pdf")
@allowed(Right.READ, reads="main-courante")
def take_pdf(page: OnPage, dossier: Filter = "") -> Response:
    """Give the logbook on paper."""
    from cloison.ui.kit.reports import logbook_pdf  # noqa: PLC0415 - Typst takes a moment that only who prints needs

    console = page.console
    entries = everything(console.database, case=dossier)
    hospital = console.map_on_disk.hospital()
    content = logbook_pdf(entries, check(console.database), hospital, page.words, now=console.clock())
    return page.paper(content, "main-courante.pdf")


@router.get("/main-courante.json")
@allowed(Right.READ, reads="main-courante")
def take_json(page: OnPage, dossier: Filter = "") -> Response:
    """Give the logbook, and what checking its chain said."""
    chain = check(page.console.database)
    document = {
        "version": 1,
        "chain": {"entries": chain.entries, "broken_at": chain.broken_at, "hash": chain.hash},
        "entries": as_documents(everything(page.console.database, case=dossier), page.say.sentence),
    }
    return _taken(json.dumps(document, ensure_ascii=False, indent=1), "application/json", "main-courante.json")


def _taken(content: str, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _values(page: Page, dossier: str, qui: str, texte: str, avant: int | None) -> dict[str, Any]:
    found = find(
        page.console.database,
        page.say.sentence,
        text=texte,
        case=dossier,
        kind=KINDS.get(qui),
        before=avant,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    return {
        "days": [(day, list(theirs)) for day, theirs in groupby(shown, lambda entry: page.say.day(entry.at))],
        "older": shown[-1].number if len(found) > PAGE else None,
        "corrected": {each.draft.refers_to: each.number for each in shown if each.draft.refers_to},
        "dossier": dossier,
        "qui": qui,
        "texte": texte,
        "avant": avant,
        "filtered": bool(dossier or qui or texte),
        "may_write": Right.LOGBOOK in page.asking.visitor.rights,
    }
