"""`cloison drill`: rehearse an intrusion with a stopwatch, through the same code as the real thing."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.errors import BadValueError, NotApprovedError
from cloison.model.drill import Drill, DrillId, Milestone, Moment
from cloison.model.hospital import Hospital
from cloison.model.scenario import Scenario
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load
from cloison.ui.answers import offers
from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.drills import compared, drill_document, false_alarms, lasting, spoken, stopwatch
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many

if TYPE_CHECKING:
    from cloison.ops.drill import Approval, Proposal
    from cloison.ui.remote.server import Server

NEEDS_ATTENTION = 1
_SHOWN = 12
_WARM_UP = 15.0


def drill(
    context: typer.Context,
    *,
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="A scenario that ships, or a file.", show_default=False)
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=1, max=1000, help="Times faster than the story (default: the scenario's).")
    ] = None,
    warm_up: Annotated[
        float, typer.Option("--warm-up", min=0, max=1440, help="Minutes of ordinary life before, of the story.")
    ] = _WARM_UP,
    seed: Annotated[int, typer.Option(min=0, help="Other accounts, another life.")] = 1,
    person: Annotated[
        str | None, typer.Option("--approve", metavar="NAME", help="Who approves, at once; without it you are asked.")
    ] = None,
    second: Annotated[
        str | None, typer.Option("--second", metavar="NAME", help="Who approves too, when care is cut.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="On recorded events, with doors in memory.")] = False,
    records: Annotated[
        list[Path] | None,
        typer.Option("--input", metavar="PATH", help="Logs or captures of the dry run; may be repeated."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the exercises that were held.")] = False,
    compare: Annotated[
        tuple[str, str] | None, typer.Option("--compare", metavar="A B", help="Put two exercises side by side.")
    ] = None,
    offered: Annotated[bool, typer.Option("--scenarios", help="List the scenarios that ship.")] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Hold an exercise: an intruder in the hospital in a box, or recorded events, and the five barriers timed.

    Example: cloison drill nuit-rancongiciel --approve "A. Durand" --second "B. Martin"
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    if sum((listed, compare is not None, offered)) > 1 or (bool(records) is not dry_run):
        raise BadValueError(
            say("these options do not go together"),
            fix=say("see {command}", command="cloison drill --help"),
            where="cloison drill",
        )
    if listed or compare is not None or offered:
        return _compare(request, *compare) if compare else _list(request) if listed else _offer(request)
    if request.server is not None:
        request.here_only(
            approve=person, speed=speed, warm_up=warm_up != _WARM_UP, seed=seed != 1, dry_run=dry_run, input=records
        )
        return _hold_there(request, request.server, scenario, second)
    if person is None and not sys.stdin.isatty():
        raise NotApprovedError(
            say("nobody is there to approve the plan"),
            fix=say("say who approves: {options}", options='--approve "A. Durand" --second "B. Martin"'),
            where="--approve",
        )
    if records:
        return _on_records(request, records, person, second)
    from cloison.ops.drill_entry import DEFAULT, INSIDE, end_with_starter, find_scenario, hold_inside  # noqa: PLC0415 - see _on_records

    hospital = _map(request)
    chosen = find_scenario(scenario or DEFAULT, hospital)
    if starter := os.environ.get(INSIDE):
        end_with_starter(int(starter))
        teller = _Teller(request, hospital, person, second)
        return _in_range(
            request,
            hospital,
            teller,
            chosen,
            speed=speed or chosen.speed,
            warm_up=timedelta(minutes=warm_up),
            seed=seed,
        )
    words = ["--lang", request.words.language, "drill", scenario or DEFAULT, "--home", str(request.home)]
    words += ["--warm-up", str(warm_up), "--seed", str(seed), "--format", "json" if request.json else "text"]
    for name, value in (("--speed", speed), ("--approve", person), ("--second", second)):
        words += [name, str(value)] if value is not None else []
    words += ["--map", str(request.map)] if request.map_named else []
    return hold_inside(words)


def _in_range(
    request: Asked,
    hospital: Hospital,
    teller: "_Teller",
    scenario: Scenario,
    *,
    speed: float,
    warm_up: timedelta,
    seed: int,
) -> int:
    from cloison.ops.drill import Exercise  # noqa: PLC0415 - the solver takes half a second to load
    from cloison.ops.drill_range import in_range  # noqa: PLC0415

    where = say("{name}, in the hospital in a box: {hospital}", name=scenario.name, hospital=hospital.name)
    teller.announce(where, scenario.story)
    teller.step(say("Building the hospital: its network, its servers, its ordinary life"))
    with (
        TemporaryDirectory(prefix="cloison-drill-") as folder,
        in_range(scenario, hospital, Path(folder), speed=speed, seed=seed, warm_up=warm_up) as scene,
    ):
        held = Exercise(
            id=_name(), scenario=scenario.id, name=scenario.name, scene=scene, ask=teller.ask, tell=teller.tell
        ).run()
        teller.step(say("Taking the hospital apart"))
    return _told(request, held)


def _on_records(request: Asked, paths: Sequence[Path], person: str | None, second: str | None) -> int:
    from cloison.ops.drill import Exercise  # noqa: PLC0415 - the solver takes half a second to load
    from cloison.ops.drill_recorded import on_records  # noqa: PLC0415

    name = ", ".join(path.name for path in paths)
    hospital = request.hospital()
    teller = _Teller(request, hospital, person, second)
    teller.announce(say("{name}, on recorded events: {hospital}", name=name, hospital=hospital.name))
    with TemporaryDirectory(prefix="cloison-drill-") as folder:
        scene = on_records(paths, hospital, Path(folder))
        held = Exercise(id=_name(), scenario=name, name=name, scene=scene, ask=teller.ask, tell=teller.tell).run()
    return _told(request, held)


class _Teller:
    """What people see and are asked while an exercise goes on; with `--format json` it goes to the error stream."""

    def __init__(self, request: Asked, hospital: Hospital, person: str | None, second: str | None) -> None:
        self._words = request.words.knowing(hospital)
        self._quiet = request.json
        self._given = (person, second) if person is not None else None
        self._began = datetime.now(UTC)

    def announce(self, what: Sentence, story: str = "") -> None:
        self._line(f"{self._words.translate('EXERCISE')} · {self._words.sentence(what)}", bold=True)
        if story:
            self._line(story)

    def step(self, what: Sentence) -> None:
        passed = (datetime.now(UTC) - self._began).total_seconds()
        self._line(f"{self._words.number(passed, 1):>6} s          {self._words.sentence(what)}")

    def tell(self, moment: Moment, what: Sentence | None) -> None:
        passed = (moment.at - self._began).total_seconds()
        hour = self._words.hour(moment.story)
        bold = moment.milestone not in {Milestone.BEGUN, Milestone.OVER}
        self._line(f"{self._words.number(passed, 1):>6} s   {hour}   {spoken(moment, what, self._words)}", bold=bold)

    def ask(self, proposal: "Proposal") -> "Approval":
        """Show what is proposed and take names: those of the command, else typed now."""
        from cloison.ops.drill import Approval  # noqa: PLC0415 - see _in_range

        told = say_many(
            "{n} door to shut; care-hours lost if nothing is done: {nothing}, with the doors shut: {sealed}",
            "{n} doors to shut; care-hours lost if nothing is done: {nothing}, with the doors shut: {sealed}",
            len(proposal.levels),
            nothing=round(sum(one.lost_if_nothing for one in proposal.plan.care)),
            sealed=round(proposal.plan.sealed.care_hours),
        )
        self.step(told)
        if proposal.cut:
            cut = say("care that these doors cut: {services}", services=", ".join(one.name for one in proposal.cut))
            self.step(cut)
        if self._given:
            return Approval(first=self._given[0] or "", second=self._given[1], at_once=True)
        first = self._typed(say("EXERCISE: who approves this plan? "))
        other = (
            self._typed(say("EXERCISE: who approves too (two persons, since care is cut)? ")) if proposal.cut else None
        )
        return Approval(first=first, second=other, at_once=False)

    def _typed(self, question: Sentence) -> str:
        while True:
            sys.stderr.write(self._words.sentence(question))
            sys.stderr.flush()
            typed = sys.stdin.readline()
            if typed.strip():
                return typed.strip()
            if not typed:
                raise NotApprovedError(
                    say("nobody approved: no door moved"),
                    fix=say("hold the exercise again, and type a name when asked"),
                    where="--approve",
                )

    def _line(self, text: str, *, bold: bool = False) -> None:
        if self._quiet:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        else:
            Screen().line(text, style="bold" if bold else "", indent=2)
            sys.stdout.flush()


def _told(request: Asked, held: Drill) -> int:
    """Keep an exercise that is over, and show it."""
    from cloison.store.database import Database  # noqa: PLC0415 - a third of a second, for who keeps something
    from cloison.store.drills import save_drill  # noqa: PLC0415

    database = Database.at(request.home)
    try:
        save_drill(database, held)
    finally:
        database.close()
    return _shown(request, held)


def _shown(request: Asked, held: Drill) -> int:
    if request.json:
        print_json(drill_document(held, request.words))
    else:
        show_drill(Screen(), held, request.words)
    return 0 if held.when(Milestone.SHUT) else NEEDS_ATTENTION


def show_drill(screen: Screen, held: Drill, words: Translator) -> None:
    """Print the five barriers of an exercise."""
    screen.heading(f"{words.translate('EXERCISE')} · {held.name} · {held.hospital}")
    columns = ("barrier", "what", "clock of the story", "time")
    screen.table([words.translate(name) for name in columns], stopwatch(held, words))
    wrong = false_alarms(held)
    told = say_many("{n} false alarm before the plan.", "{n} false alarms before the plan.", wrong)
    screen.line(words.sentence(told))
    for note in held.notes:
        screen.line(words.sentence(note))
    kept = say(
        "Kept as {name}: compare it with {command}", name=held.id, command=f"cloison drill --compare {held.id} …"
    )
    screen.line(words.sentence(kept))


def _list(request: Asked) -> int:
    held = _held(request)
    if request.json:
        print_json({"version": 1, "drills": [drill_document(one, request.words) for one in held]})
        return 0
    screen, words = Screen(), request.words
    if not held:
        screen.line(words.sentence(say("No exercise was held yet: begin with {command}", command="cloison drill")))
        return 0
    names = ("exercise", "held", "scenario", "to the first finding", "to doors shut", "false alarms")
    rows = [
        (
            one.id,
            words.moment(one.moments[0].at),
            one.name,
            lasting(one.story_seconds(Milestone.FIRST_ACT, Milestone.FIRST_FINDING), words),
            lasting(one.real_seconds(Milestone.APPROVED, Milestone.SHUT), words),
            words.number(false_alarms(one)),
        )
        for one in held
    ]
    screen.table([words.translate(name) for name in names], rows, numbers=(3, 4, 5))
    return 0


def _compare(request: Asked, first: str, second: str) -> int:
    one, other = _loaded(request, (first, second))
    words = request.words
    if request.json:
        print_json({"version": 1, "drills": [drill_document(each, words) for each in (one, other)]})
        return 0
    screen = Screen()
    screen.heading(words.translate("EXERCISE"))
    heads = [f"{each.name} ({words.moment(each.moments[0].at)})" for each in (one, other)]
    screen.table(["", *heads], compared(one, other, words), numbers=(1, 2))
    return 0


def _loaded(request: Asked, names: Sequence[str]) -> list[Drill]:
    if request.server is not None:
        return [request.server.drill(name) for name in names]
    from cloison.store.database import Database  # noqa: PLC0415 - see _told
    from cloison.store.drills import load_drill  # noqa: PLC0415

    database = Database.at(request.home)
    try:
        return [load_drill(database, DrillId(name)) for name in names]
    finally:
        database.close()


def _offer(request: Asked) -> int:
    from cloison.ops.drill_entry import scenarios  # noqa: PLC0415 - see _told

    screen, words = Screen(), request.words
    known = (request.server.scenarios() if request.server else offers(scenarios(_map(request)))).scenarios
    if request.json:
        shapes = [{"id": one.id, "name": one.name, "story": one.story, "source": one.source} for one in known]
        print_json({"version": 1, "scenarios": shapes})
        return 0
    for one in known:
        screen.heading(f"{one.id} · {one.name}")
        screen.line(one.story, indent=2)
        lasts = lasting(one.seconds, words)
        screen.line(
            words.sentence(say("after: {source}. About {time} at its usual speed", source=one.source, time=lasts)),
            indent=2,
        )
    return 0


def _held(request: Asked) -> tuple[Drill, ...]:
    if request.server is not None:
        return request.server.drills().drills
    from cloison.store.database import Database  # noqa: PLC0415 - see _told
    from cloison.store.drills import drills  # noqa: PLC0415

    database = Database.at(request.home)
    try:
        return drills(database)
    finally:
        database.close()


def _hold_there(request: Asked, server: "Server", scenario: str | None, second: str | None) -> int:
    """Have a server hold an exercise, and show what it kept."""
    from cloison.ops.drill_entry import DEFAULT  # noqa: PLC0415 - see _told
    from cloison.ui.remote.exercise import hold_there  # noqa: PLC0415 - for who asks a server

    held = hold_there(server, scenario or DEFAULT, second or "")
    return _shown(request, held)


def _map(request: Asked) -> Hospital:
    if request.map_named:
        return request.hospital()
    with shipped_map() as path:
        return load(path)


def _name() -> DrillId:
    return DrillId(datetime.now().astimezone().strftime("%Y%m%d-%H%M%S"))
