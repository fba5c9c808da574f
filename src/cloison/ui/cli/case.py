"""`cloison case`: the cases of the console, one of them whole, and what people decide about it on a server."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.errors import BadValueError, NotRemoteError
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.ui.case_views import case_document, case_in_short
from cloison.ui.cli.incidents import show_incident
from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import CHOICES, LEVELS
from cloison.words import Sentence, say, say_many, verbatim

if TYPE_CHECKING:
    from cloison.ops.crisis_desk import View

NEEDS_ATTENTION = 1


def case(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="Its id; without it, all are listed.", show_default=False),
    ] = None,
    *,
    doubt: Annotated[
        str | None,
        typer.Option("--doubt", metavar="ID:p", help="Doubt a machine or a compartment; without CASE, open a case."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; with --doubt or --close.")] = "",
    keep_open: Annotated[
        str | None, typer.Option("--keep-open", metavar="ID", help="Keep a passage open, whatever the plan.")
    ] = None,
    shut: Annotated[
        str | None, typer.Option("--shut", metavar="ID", help="Have a passage shut, whatever the plan.")
    ] = None,
    free: Annotated[str | None, typer.Option("--free", metavar="ID", help="Give a passage back to the plan.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Make the plan of what is suspected now.")] = False,
    approve: Annotated[
        str | None,
        typer.Option("--approve", metavar="CHOICE", help="Sign a choice of the plan, or backups; you are asked who."),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approvals back, before a door moves.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Say that it is over, with --note.")] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """List the cases or show one: what is suspected, the plan, the choices, who approved, how each door is.

    Example: cloison case 3fa9c01d22e1 --plan --server https://console.hopital.example
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    acts = {
        "--doubt": doubt,
        "--keep-open": keep_open,
        "--shut": shut,
        "--free": free,
        "--plan": plan,
        "--approve": approve,
        "--withdraw": withdraw,
        "--close": close,
    }
    given = [option for option, value in acts.items() if value]
    if len(given) > 1 or (name is None and given not in ([], ["--doubt"])):
        raise BadValueError(
            say("a case takes one decision at a time, and its name"),
            fix=say("see {command}", command="cloison case --help"),
            where="cloison case",
        )
    if not given:
        return _list(request) if name is None else _show(request, _whole(request, name))
    if request.server is None:
        raise NotRemoteError(
            say("people decide about a case with accounts: at the console, or through its server"),
            fix=say("name it with {option}; without accounts there is {command}", option="--server", command=_ALONE),
            where=given[0],
        )
    from cloison.ui.cli import remote_case  # noqa: PLC0415 - for who asks a server

    if approve is not None:
        return remote_case.approve(request, request.server, CaseId(name or ""), approve)
    wishes = ((keep_open, "open"), (shut, "shut"), (free, "free"))
    decided = remote_case.Wish(
        doubt=doubt,
        note=note,
        pin=next(((conduit, wish) for conduit, wish in wishes if conduit), None),
        plan=plan,
        withdraw=withdraw,
        close=close,
    )
    return _show(request, remote_case.decide(request.server, CaseId(name) if name else None, decided))


_ALONE = "cloison plan, cloison seal"


def _list(request: Asked) -> int:
    if request.server is not None:
        found = request.server.cases().cases
    else:
        from cloison.store.cases import cases  # noqa: PLC0415 - a third of a second, for who reads a database
        from cloison.store.database import Database  # noqa: PLC0415 - likewise

        database = Database.at(request.home)
        try:
            found = cases(database)
        finally:
            database.close()
    words, screen = request.words, Screen()
    if request.json:
        print_json({"version": 1, "cases": [case_in_short(one, words) for one in found]})
    else:
        for one in found:
            screen.line(f"{one.id}  {words.sentence(_STATUS[one.status])}  {_titled(one, words)}")
        if not found:
            screen.line(words.translate("No case was ever opened."))
    return NEEDS_ATTENTION if any(one.status is CaseStatus.OPEN for one in found) else 0


def _whole(request: Asked, name: str) -> "View":
    if request.server is not None:
        return request.server.case(name)
    from cloison.ops.crisis_desk import Desk  # noqa: PLC0415 - the planner takes half a second to load
    from cloison.ops.crisis_work import Worker  # noqa: PLC0415 - likewise
    from cloison.store.database import Database  # noqa: PLC0415 - likewise

    database = Database.at(request.home)
    try:
        desk = Desk(
            home=request.home,
            database=database,
            hospital=request.hospital_if_any,
            clock=lambda: datetime.now(UTC),
            worker=Worker(),
        )
        return desk.look(CaseId(name))
    finally:
        database.close()


def _show(request: Asked, view: "View") -> int:
    if request.json:
        print_json(case_document(view, request.words))
    else:
        show_case(Screen(), view, request.words.knowing(view.hospital))
    return NEEDS_ATTENTION if view.case.status is CaseStatus.OPEN else 0


def show_case(screen: Screen, view: "View", words: Translator) -> None:
    """Print a case: what happened, what is doubted, the plan and its choices, who approved, the doors."""
    from cloison.ui.cli.plan import show_plan  # noqa: PLC0415 - what shows a plan, where there is one

    standing = view.standing
    screen.heading(f"{view.case.id}  {words.sentence(_STATUS[view.case.status])}  {_titled(view.case, words)}")
    if view.case.findings:
        show_incident(screen, view.case.incident, words)
    screen.heading(words.translate("Doubted"))
    for name, chance in sorted(view.suspicion, key=lambda each: -each[1]):
        screen.line(f"{name}{words.translate(': ')}{words.number(chance, 2)}", indent=2)
    if not view.suspicion:
        screen.line(words.translate("nothing any more"), indent=2)
    for pins, told in ((standing.keep_open, say("kept open")), (standing.shut, say("to be shut"))):
        for conduit in pins:
            screen.line(f"{conduit}{words.translate(': ')}{words.sentence(told)}", indent=2)
    if view.planning:
        screen.line(words.translate("A plan is being made."))
    if standing.plan is not None:
        if view.stale or standing.outdated:
            screen.line(words.translate("The suspicion changed since this plan: make it again."), style="bold")
        show_plan(screen, standing.plan, view.hospital, words)
        _show_choices(screen, view, words)
    _show_doors(screen, view, words)


def _show_choices(screen: Screen, view: "View", words: Translator) -> None:
    from cloison.ops.crisis_choices import listed  # noqa: PLC0415 - likewise

    screen.heading(words.translate("What may be approved"))
    for name, levels in listed(view.standing.plan).items():
        if levels:
            said = words.sentence(CHOICES[name]) if name in CHOICES else name
            count = words.sentence(say_many("{n} passage to shut", "{n} passages to shut", len(levels)))
            screen.line(f"{name}{words.translate(': ')}{said}, {count}", indent=2)
    proposal = view.standing.proposal
    if proposal is None:
        return
    for approval in proposal.approvals:
        told = say(
            "{choice} approved by {person} on {moment} ({how})",
            choice=proposal.choice,
            person=verbatim(approval.person),
            moment=approval.at,
            how=approval.how,
        )
        screen.line(words.sentence(told), style="bold", indent=2)
    for conduit, level in proposal.levels:
        screen.line(f"{conduit}{words.translate(': ')}{words.sentence(LEVELS[level])}", indent=4)


def _show_doors(screen: Screen, view: "View", words: Translator) -> None:
    if not view.doors:
        return
    from cloison.ui.web.crisis_view import PROGRESS  # noqa: PLC0415 - the words of the page

    screen.heading(words.translate("Doors"))
    if view.moving:
        screen.line(words.translate("They are moving now."), style="bold", indent=2)
    if view.cut_short is not None:
        screen.line(words.translate("Cut short: run cloison seal --resume"), style="bold", indent=2)
    for door in view.doors.values():
        screen.line(f"{door.conduit}{words.translate(': ')}{words.sentence(PROGRESS[door.progress])}", indent=2)
    if view.standing.hindrance is not None:
        screen.line(words.sentence(view.standing.hindrance), style="bold", indent=2)


def _titled(one: Case, words: Translator) -> str:
    title = words.sentence(one.incident.title) if one.incident.title else "–"
    drill = f"{words.translate('EXERCISE')} · " if one.drill else ""
    return f"{words.moment(one.opened_at)}  {drill}{title}"


_STATUS: dict[CaseStatus, Sentence] = {
    CaseStatus.OPEN: say("under way"),
    CaseStatus.CLOSED: say("over"),
    CaseStatus.MERGED: say("joined to another"),
}
