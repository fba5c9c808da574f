"""`cloison logbook`: what machines and people said, in order; write a line, take all of it away, check it."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.errors import BadValueError
from cloison.model.logbook import Chain, Entry
from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.words import say, say_many

if TYPE_CHECKING:
    from cloison.store.database import Database

ALTERED = 1
SHOWN = 30
"""One screen's worth."""


class Export(StrEnum):
    """How the whole logbook is taken away."""

    CSV = "csv"
    JSON = "json"


def logbook(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="Write this line.", show_default=False)] = None,
    *,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who writes it, on this machine; a token says it.")
    ] = None,
    corrects: Annotated[
        int | None, typer.Option("--corrects", metavar="N", min=1, help="Number of the entry that was wrong.")
    ] = None,
    find: Annotated[str, typer.Option("--find", metavar="WORDS", help="Only entries that say this.")] = "",
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="Only those of a case.")] = "",
    last: Annotated[int, typer.Option("--last", metavar="N", min=1, max=1000, help="At most so many.")] = SHOWN,
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="All of it: .csv or .json.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Check that no entry was altered.")] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Show the logbook's last entries, or write one; take it away, or check that nothing of it was altered.

    Example: cloison logbook "Le SAMU est prévenu" --by "A. Durand"
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    given = (text is not None, export is not None, check)
    if sum(given) > 1:
        raise BadValueError(
            say("these options ask for several things at once"),
            fix=say("see {command}", command="cloison logbook --help"),
            where="cloison logbook",
        )
    if text is not None:
        return _write(request, text, by=by, corrects=corrects)
    if export is not None:
        return _export(request, export, case)
    if check:
        return _check(request)
    found = _entries(request, find=find, case=case, last=last)
    words = request.words
    if request.json:
        from cloison.ops.logbook import as_documents  # noqa: PLC0415 - a third of a second, for who keeps something

        print_json({"version": 1, "entries": as_documents(found, words.sentence)})
        return 0
    show_entries(Screen(), found, words)
    return 0


def show_entries(screen: Screen, entries: tuple[Entry, ...], words: Translator) -> None:
    """Print entries, the newest at the bottom, as a person reads on."""
    if not entries:
        screen.line(words.translate("The logbook says nothing yet."))
    for entry in reversed(entries):
        about = f" [{entry.draft.case}]" if entry.draft.case else ""
        drill = f" · {words.translate('EXERCISE')}" if entry.draft.drill else ""
        screen.line(f"{entry.number}  {words.moment(entry.at)}  {entry.draft.author}{about}{drill}", style="dim")
        screen.line(words.sentence(entry.draft.text), indent=2)
        if entry.draft.refers_to:
            screen.line(words.sentence(say("corrects entry {n}", n=entry.draft.refers_to)), style="dim", indent=2)


def _entries(request: Asked, *, find: str, case: str, last: int) -> tuple[Entry, ...]:
    if request.server is not None:
        return request.server.entries(case=case, text=find, limit=last).entries
    from cloison.ops import logbook as use_case  # noqa: PLC0415 - see logbook

    database = _database(request)
    try:
        return use_case.find(database, request.words.sentence, text=find, case=case, limit=last)
    finally:
        database.close()


def _write(request: Asked, text: str, *, by: str | None, corrects: int | None) -> int:
    if request.server is not None:
        request.here_only(by=by)
        (entry,) = request.server.write(text, corrects).entries
    else:
        from cloison.ops import logbook as use_case  # noqa: PLC0415 - see logbook

        person = " ".join((by or "").split())
        if not person or not person.isprintable():
            raise BadValueError(
                say("say who says so"),
                fix=say("write it as in {example}", example='--by "A. Durand"'),
                where="--by",
            )
        database = _database(request)
        try:
            now = datetime.now(UTC)
            entry = use_case.add(database, text, account="", person=person, now=now, refers_to=corrects)
        finally:
            database.close()
    if request.json:
        from cloison.ops.logbook import as_documents  # noqa: PLC0415 - see logbook

        print_json({"version": 1, "entries": as_documents([entry], request.words.sentence)})
    else:
        written = say("Written: entry {n}, {moment}", n=entry.number, moment=entry.at)
        Screen().line(request.words.sentence(written))
    return 0


def _export(request: Asked, path: Path, case: str) -> int:
    from cloison.ops import logbook as use_case  # noqa: PLC0415 - see logbook
    from cloison.store.private import replace_private  # noqa: PLC0415 - see logbook

    kind = path.suffix.lower().removeprefix(".")
    if kind not in set(Export):
        raise BadValueError(
            say("a logbook is not written as {kind}", kind=path.suffix or "?"),
            fix=say("end the file's name with {known}", known=".csv, .json"),
            where=str(path),
        )
    if request.server is not None:
        entries, chain = request.server.whole_logbook(case=case).entries, request.server.chain()
    else:
        from cloison.store.logbook import check  # noqa: PLC0415 - see logbook

        database = _database(request)
        try:
            entries, chain = use_case.everything(database, case=case), check(database)
        finally:
            database.close()
    told = request.words.sentence
    if kind == Export.CSV:
        # A spreadsheet takes a file without this mark for one in Windows' own letters.
        content = "\ufeff" + use_case.as_csv(entries, told)
    else:
        document = {"version": 1, "chain": _chain(chain), "entries": use_case.as_documents(entries, told)}
        content = json.dumps(document, ensure_ascii=False, indent=1)
    replace_private(path, content.encode())
    if request.json:
        print_json({"version": 1, "path": str(path), "entries": len(entries)})
    else:
        many = say_many("{n} entry", "{n} entries", len(entries))
        Screen().line(told(say("Written: {path}, {entries}", path=str(path), entries=many)))
    return 0


def _check(request: Asked) -> int:
    if request.server is not None:
        found = request.server.chain()
    else:
        from cloison.store.logbook import check  # noqa: PLC0415 - see logbook

        database = _database(request)
        try:
            found = check(database)
        finally:
            database.close()
    if request.json:
        print_json({"version": 1, **_chain(found)})
    else:
        many = say_many("{n} entry", "{n} entries", found.entries)
        told = (
            say("{entries}, none altered. The last one's hash, for paper: {hash}", entries=many, hash=found.hash)
            if found.broken_at is None
            else say("Entry {n} was altered, or one before it is missing", n=found.broken_at)
        )
        Screen().line(request.words.sentence(told))
    return 0 if found.broken_at is None else ALTERED


def _chain(chain: Chain) -> dict[str, object]:
    return {"entries": chain.entries, "broken_at": chain.broken_at, "hash": chain.hash}


def _database(request: Asked) -> "Database":
    from cloison.store.database import Database  # noqa: PLC0415 - see logbook

    return Database.at(request.home)
