"""`cloison watch PATH…`: follow what comes, tell what is new."""

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from cloison.errors import BadValueError
from cloison.model.finding import Finding
from cloison.model.reading import Source
from cloison.ops import watching as use_case
from cloison.ops.notifying import ADDRESSES, notifying, try_addresses
from cloison.ops.watching import Pulse, Told, Wanted
from cloison.ops.watching_cases import Change
from cloison.ops.watching_engine import Engine
from cloison.ops.watching_listeners import Places
from cloison.store.database import Database
from cloison.store.history import Keeping
from cloison.ui.case_documents import VERSION, Document, incident_document, when
from cloison.ui.cli.alerts import show_alert
from cloison.ui.cli.options import Form, Home, Lang, MapFile, Rules, asked
from cloison.ui.cli.screen import Screen
from cloison.ui.documents import findings_document
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

NEEDS_ATTENTION = 1

STATUS_EVERY = timedelta(minutes=5)

WatchedPaths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", help="Folders of logs that grow.", show_default=False)
]


def watch(
    context: typer.Context,
    paths: WatchedPaths = None,
    *,
    netflow: Annotated[
        str | None,
        typer.Option("--netflow", metavar="HOST:PORT", help="Listen for NetFlow v5, v9 and IPFIX (UDP)."),
    ] = None,
    syslog: Annotated[
        str | None,
        typer.Option("--syslog", metavar="HOST:PORT", help="Listen for records sent by syslog (UDP and TCP)."),
    ] = None,
    rules: Rules = None,
    hold: Annotated[
        float,
        typer.Option("--hold", metavar="SECONDS", help="Wait this long for records that come late.", min=0, max=600),
    ] = 1.0,
    quiet: Annotated[
        float,
        typer.Option("--quiet-after", metavar="MINUTES", help="Tell of a sensor that says nothing for this long."),
    ] = 10.0,
    days: Annotated[int, typer.Option("--keep-days", metavar="DAYS", help="Days of history kept.", min=1)] = 90,
    gigabytes: Annotated[
        float, typer.Option("--keep-gigabytes", metavar="GB", help="Gigabytes of history kept.", min=0.01)
    ] = 10.0,
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="The database (default: in --home).")
    ] = None,
    heartbeat: Annotated[
        str | None,
        typer.Option(
            "--heartbeat", metavar="URL", help="Ask the hospital's own monitoring for this address, each minute."
        ),
    ] = None,
    try_notices: Annotated[
        bool, typer.Option("--try-notices", help="Send a trial notice to each address, and stop.")
    ] = False,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Follow logs as they grow and rotate, and tell at once what they show of an intruder. Ctrl-C stops; the next
    watch goes on from there.

    Example: cloison watch /var/log/zeek --netflow 127.0.0.1:2055
    """  # noqa: D205 - the first lines are the help page's summary
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    if try_notices:
        return _try_notices(request.home, database, request.words)
    if not (paths or netflow or syslog):
        raise BadValueError(
            say("there is nothing to watch"),
            fix=say("name a folder of logs, or an address to listen on: {command}", command="cloison watch --help"),
            where="cloison watch",
        )
    hospital = request.hospital_if_any()
    wanted = Wanted(
        paths=tuple(paths or ()),
        home=request.home,
        hospital=hospital,
        rules=tuple(rules or ()),
        listening=Places(netflow=_place("--netflow", netflow), syslog=_place("--syslog", syslog)),
        database=database,
        hold=timedelta(seconds=hold),
        keeping=Keeping(days=days, gigabytes=gigabytes),
        quiet_after=timedelta(minutes=quiet),
        heartbeat=heartbeat,
        render=request.words.sentence,  # without the map's names
    )
    words = request.words.knowing(hospital)
    status = _Status(Screen(), words)
    told = _in_json(words) if request.json else _in_words(status, words, wanted)
    with _until_asked() as stop:
        use_case.watch(wanted, told, stop)
    if not request.json:
        status.end()
    return 0


def _try_notices(home: Path, url: str | None, words: Translator) -> int:
    database = Database.at(home, url)
    try:
        settings = notifying(home, database)
    finally:
        database.close()
    if not settings.urls:
        raise BadValueError(
            say("nobody is told of anything: there is no address"),
            fix=say("write addresses, one a line, as docs/notifications.md shows"),
            where=str(home / ADDRESSES),
        )
    screen, tried = Screen(), try_addresses(settings, words.sentence)
    for place, reason in tried:
        told = say("sent") if reason is None else say("not sent: {reason}", reason=verbatim(reason))
        screen.line(f"{place}  {words.sentence(told)}")
    return NEEDS_ATTENTION if any(reason is not None for _, reason in tried) else 0


def _in_words(status: "_Status", words: Translator, wanted: Wanted) -> Told:
    screen = status.screen
    opening = say("watching {what}; Ctrl-C stops", what=", ".join([*map(str, wanted.paths), *_ears(wanted.listening)]))
    screen.line(words.sentence(opening))

    def changes(found: Sequence[Change]) -> None:
        for change in found:
            show_change(screen, change, words)
        sys.stdout.flush()

    return Told(news=lambda _news, _engine: None, changes=changes, pulse=status.tell, remark=status.remark)


def show_change(screen: Screen, change: Change, words: Translator) -> None:
    """Print what became of a case: each new alert as a sentence with its proof, then where the case stands."""
    case = change.case
    places = dict(case.places)
    for finding in case.findings:
        if finding.id not in change.alerts:
            continue
        show_alert(screen, finding, places, words, quoted=1)
    if change.opened:
        screen.line(words.sentence(change.entry), style="bold red", indent=2)
    if change.hosts:
        machines = ", ".join(case.incident.hosts[:8])
        screen.line(words.sentence(say("suspect machines: {machines}", machines=machines)), indent=2)
    where = say("case {case}; {told}", case=case.id, told=_in_all(len(case.incident.findings)))
    screen.line(words.sentence(where), style="dim", indent=2)


class _Status:
    """A line now and then: that nothing is told must not look like nobody watches."""

    def __init__(self, screen: Screen, words: Translator) -> None:
        self.screen = screen
        self._words = words
        self._next: datetime | None = None
        self._behind = False
        self._remarks: set[Sentence] = set()
        self._quiet: set[str] = set()
        self._last: Pulse | None = None

    def tell(self, pulse: Pulse) -> None:
        for sensor in pulse.sensors:
            for remark in sensor.remarks:
                self.remark(say("{sensor}: {remark}", sensor=sensor.id, remark=remark))
            self._tell_quiet(sensor.id, quiet=sensor.quiet)
        now = datetime.now(UTC)
        caught_up = self._behind and not pulse.behind
        if self._next is None or now >= self._next or caught_up:
            self._next = now + STATUS_EVERY
            self.screen.line(self._words.sentence(status(pulse)), style="dim")
            sys.stdout.flush()
        self._behind, self._last = bool(pulse.behind), pulse

    def end(self) -> None:
        if self._last is not None:
            self.screen.line(self._words.sentence(status(self._last)), style="dim")
        self.screen.line(self._words.sentence(say("stopped; the next watch goes on from here")), style="dim")

    def remark(self, remark: Sentence) -> None:
        # A count that grows is told with each status line, not at each step.
        told = say(remark.template) if remark.count else remark
        if told not in self._remarks:
            self._remarks.add(told)
            self.screen.line(self._words.sentence(remark), style="dim")

    def _tell_quiet(self, name: str, *, quiet: bool) -> None:
        if quiet and name not in self._quiet:
            self._quiet.add(name)
            self.screen.line(self._words.sentence(say("{sensor} says nothing any more", sensor=name)), style="bold")
        elif not quiet and name in self._quiet:
            self._quiet.discard(name)
            self.screen.line(self._words.sentence(say("{sensor} is heard again", sensor=name)))


def status(pulse: Pulse) -> Sentence:
    """Say how the watch goes, in one line."""
    records = say_many("{n} record judged", "{n} records judged", pulse.records)
    if pulse.behind:
        return say(
            "{records}, up to {last}; {megabytes} MB wait to be read",
            records=records,
            last=pulse.last or datetime.now(UTC),
            megabytes=round(pulse.behind / 1e6, 1),
        )
    if pulse.last is None:
        return say("nothing has come yet")
    return say(
        "{records}, the last of {last}; lag {lag} s; {late} late; {lost} lost",
        records=records,
        last=pulse.last,
        lag=round(pulse.lag_seconds, 1),
        late=pulse.late,
        lost=pulse.lost,
    )


def _in_all(alerts: int) -> Sentence:
    return say_many("{n} alert in all", "{n} alerts in all", alerts)


def _in_json(words: Translator) -> Told:
    """One object a line; `event` says what it is."""

    def put(event: str, document: Document) -> None:
        page = {"version": VERSION, "event": event, "at": when(datetime.now(UTC)), **document}
        sys.stdout.write(json.dumps(page, ensure_ascii=True, allow_nan=False) + "\n")
        sys.stdout.flush()

    def news(found: Sequence[Finding], engine: Engine) -> None:
        places = dict(engine.places(found))
        most = max(places, default=-1)
        for document in findings_document(found, _Sources(places, most), words):
            put("finding", {"finding": document})

    def changes(found: Sequence[Change]) -> None:
        for change in found:
            put(
                "case",
                {
                    "case": change.case.id,
                    "status": change.case.status.value,
                    "opened": change.opened,
                    "alerts": list(change.alerts),
                    "incident": incident_document(change.case.incident, words),
                },
            )

    def pulse(how: Pulse) -> None:
        put(
            "pulse",
            {
                "records": how.records,
                "last": when(how.last),
                "lag_seconds": round(how.lag_seconds, 3),
                "behind_bytes": how.behind,
                "late": how.late,
                "lost": how.lost,
                "findings": how.findings,
            },
        )

    return Told(
        news=news,
        changes=changes,
        pulse=pulse,
        remark=lambda remark: put("remark", {"text": words.sentence(remark)}),
    )


class _Sources(Sequence[Source]):
    """Sources by origin, for those that are named."""

    def __init__(self, places: dict[int, str], most: int) -> None:
        self._places = places
        self._most = most

    def __len__(self) -> int:
        return self._most + 1

    def __getitem__(self, origin: object) -> Source:  # type: ignore[override] # never asked for a slice
        return Source(path=self._places.get(origin, "?") if isinstance(origin, int) else "?", format="")


def _ears(places: Places) -> list[str]:
    named = (("NetFlow/IPFIX", places.netflow), ("syslog", places.syslog))
    return [f"{name} {place[0]}:{place[1]}" for name, place in named if place is not None]


def _place(option: str, text: str | None) -> tuple[str, int] | None:
    """Read HOST:PORT; a port alone means this machine only."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        address, number = ip_address("127.0.0.1" if host == "localhost" else host), int(port)
    except ValueError:
        number = -1
    if not 0 <= number <= 0xFFFF:  # noqa: PLR2004 - the largest port
        raise BadValueError(
            say("{text} is no address and port", text=text),
            fix=say("write it as in {example}", example="127.0.0.1:2055, 0.0.0.0:2055, 2055"),
            where=option,
        )
    return str(address), number


@contextmanager
def _until_asked() -> Iterator[Event]:
    """Give an event that Ctrl-C or a service manager sets; what the signals did before comes back after."""
    stop = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
