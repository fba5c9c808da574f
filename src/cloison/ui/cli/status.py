"""`cloison status`: what is open, who is on call, what Cloison sees with, what it shuts with."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

if TYPE_CHECKING:
    from cloison.model.notice import KeptNotice
    from cloison.model.sensor import Sensor
    from cloison.ops.bulletin import Bulletin

NEEDS_ATTENTION = 1
SHOWN = 20


def status(
    context: typer.Context,
    *,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Say how Cloison is: open cases, who is on call, sensors, doors that could not be shut, notices, the paper kit.

    Example: cloison status --server https://console.hopital.example
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    told = request.server.status() if request.server else _gathered(request)
    if request.json:
        from cloison.ui.bulletins import bulletin_document  # noqa: PLC0415 - a third of a second

        print_json(bulletin_document(told, request.words))
    else:
        show_bulletin(Screen(), told, request.words)
    return NEEDS_ATTENTION if told.wants_attention else 0


def _gathered(request: Asked) -> "Bulletin":
    from cloison.ops.bulletin import bulletin  # noqa: PLC0415 - a third of a second, for who reads a database
    from cloison.store.database import Database  # noqa: PLC0415 - likewise

    hospital = request.hospital_if_any()
    database = Database.at(request.home)
    try:
        return bulletin(request.home, database, hospital.name if hospital else "", now=datetime.now(UTC))
    finally:
        database.close()


def show_bulletin(screen: Screen, told: "Bulletin", words: Translator) -> None:
    """Print it, what wants a person first."""
    screen.heading(told.hospital or words.translate("There is no map yet."))
    if told.on_call.name:
        call = " · ".join(part for part in (told.on_call.name, told.on_call.telephone) if part)
        screen.line(words.sentence(say("On call: {name}", name=verbatim(call))))
    else:
        screen.line(words.translate("Nobody is said to be on call."))
    screen.heading(words.sentence(say_many("{n} open case", "{n} open cases", len(told.cases))))
    for case in told.cases:
        drill = f"{words.translate('EXERCISE')} · " if case.drill else ""
        title = words.sentence(case.incident.title) if case.incident.title else case.id
        screen.line(f"{case.id}  {words.moment(case.opened_at)}  {drill}{title}", indent=2)
    _show_sensors(screen, told.sensors, words)
    _show_doors(screen, told, words)
    _show_notices(screen, told.notices, words)
    screen.line()
    if told.kit_at is None:
        screen.line(words.translate("No paper kit was made yet."), style="bold")
    else:
        old = words.translate(" (make it again)") if told.kit_old else ""
        screen.line(words.sentence(say("Paper kit of {moment}", moment=told.kit_at)) + old)


def _show_sensors(screen: Screen, sensors: "tuple[Sensor, ...]", words: Translator) -> None:
    screen.heading(words.sentence(say_many("{n} sensor", "{n} sensors", len(sensors))))
    for one in sorted(sensors, key=lambda sensor: (not sensor.quiet, sensor.id))[:SHOWN]:
        screen.line(one.id, style="bold" if one.quiet else "", indent=2)
        screen.line(words.sentence(_health(one)), style="dim", indent=4)
        for remark in one.remarks:
            screen.line(words.sentence(remark), style="dim", indent=4)
    if len(sensors) > SHOWN:
        screen.line(
            words.sentence(say("and {n} more (--format json lists them all)", n=len(sensors) - SHOWN)), indent=2
        )


def _health(one: "Sensor") -> Sentence:
    state = say("silent") if one.quiet else say("heard")
    return say(
        "{state}, last on {moment}; {records}, {rejected} malformed, {lost} lost, {lag} s behind",
        state=state,
        moment=one.heard_at,
        records=say_many("{n} record", "{n} records", one.records),
        rejected=one.rejected,
        lost=one.lost,
        lag=round(one.lag_seconds, 1),
    )


def _show_doors(screen: Screen, told: "Bulletin", words: Translator) -> None:
    points, looked = told.doors.points, told.doors.at
    screen.heading(words.translate("Points of enforcement"))
    if looked is None:
        screen.line(words.translate("Nobody looked yet whether doors could be shut tonight."), indent=2)
        return
    troubled = [one for one in points if one.problem]
    counted = say(
        "{n} of {all} as they should be, looked at on {moment}",
        n=len(points) - len(troubled),
        all=len(points),
        moment=looked,
    )
    screen.line(words.sentence(counted), indent=2)
    for one in troubled:
        if one.problem:
            screen.line(f"{one.point.id}{words.translate(': ')}{words.sentence(one.problem)}", style="bold", indent=2)


def _show_notices(screen: Screen, notices: "tuple[KeptNotice, ...]", words: Translator) -> None:
    screen.heading(words.translate("Latest notices"))
    for one in notices:
        state = words.sentence(_STATES[one.status.value])
        screen.line(f"{words.moment(one.at)}  {state}  {words.sentence(one.notice.text)}", indent=2)
    if not notices:
        screen.line(words.translate("none"), indent=2)


_STATES = {
    "waiting": say("waiting"),
    "sent": say("sent"),
    "joined": say("told by a later one"),
    "given-up": say("given up"),
}
