"""`cloison range`: the hospital in a box."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from shutil import which
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cloison.errors import BadValueError, RangeError
from cloison.model.hospital import ZoneId
from cloison.ops.range_keeping import Orders
from cloison.ui.case_documents import VERSION
from cloison.ui.cli.options import Asked, Form, Home, Lang, asked, someone_looks
from cloison.ui.cli.screen import Screen, print_json
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many, verbatim

NEEDS_ATTENTION = 1
_MEGABYTE = 1_000_000


class Act(StrEnum):
    """What to do with the range."""

    UP = "up"
    STATUS = "status"
    SHELL = "shell"
    CAPTURE = "capture"
    DOWN = "down"


def hold_range(
    context: typer.Context,
    *,
    act: Annotated[Act, typer.Argument(metavar="up|status|shell|capture|down", show_default=False)],
    what: Annotated[list[str] | None, typer.Argument(metavar="[ZONE [COMMAND…] | FILE]", show_default=False)] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="The hospital's seconds in a real one.")] = 1.0,
    hours: Annotated[
        float, typer.Option(min=0.01, help="Hours of the hospital's life, then it ends by itself.")
    ] = 24.0,
    begin: Annotated[
        int | None, typer.Option("--from", min=0, max=23, help="Hour at which life begins there (default: now).")
    ] = None,
    record_to: Annotated[
        Path | None,
        typer.Option("--record", metavar="DIR", help="Stay until life is over, and leave there what the sensors saw."),
    ] = None,
    only_network: Annotated[
        bool, typer.Option("--only-network", help="No servers: zones, router and sensors.")
    ] = False,
    seconds: Annotated[int, typer.Option(min=1, help="How long to capture.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Other accounts, another life.")] = 1,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Build a small hospital in this machine, without touching its network: look at it, enter it, end it.

    Example: cloison range up --speed 12
    """
    del lang
    request = asked(context, home=home, form=form)
    folder, words = request.home / "range", what or []
    if len(words) > {Act.SHELL: 100, Act.CAPTURE: 1}.get(act, 0):
        raise BadValueError(
            say("there is a word too many"), fix=say("see {command}", command="cloison range --help"), where=words[-1]
        )
    if act is Act.UP:
        now = datetime.now(UTC)
        local = now.astimezone()
        origin = now if begin is None else local.replace(hour=begin, minute=0, second=0, microsecond=0).astimezone(UTC)
        orders = Orders(
            folder=folder,
            nonce=token_hex(),
            origin=origin,
            life=timedelta(hours=hours),
            speed=speed,
            furnished=not only_network,
            seed=seed,
        )
        return _up(request, orders) if record_to is None else _record(request, orders, record_to)
    if act is Act.SHELL:
        return _shell(folder, words)
    if act is Act.CAPTURE:
        return _capture(request, folder, Path(words[0] if words else "range.pcap"), seconds)
    from cloison.ops.ranging import down  # noqa: PLC0415 - with the rest of ops, half a second

    if act is Act.DOWN:
        down(folder)
        if request.json:
            print_json({"version": VERSION, "running": False})
        else:
            Screen().line(request.words.sentence(say("The range has ended; nothing of it is left but its records.")))
        return 0
    return _show(request, folder)


def _up(request: Asked, orders: Orders) -> int:
    from cloison.ops.ranging import start  # noqa: PLC0415 - as above

    began = monotonic()
    start(orders)
    if not request.json:
        ready = say("Ready in {seconds} s. It ends with {command}.", seconds=monotonic() - began, command=_DOWN)
        Screen().line(request.words.sentence(ready))
    return _show(request, orders.folder)


_DOWN = "cloison range down"


def _show(request: Asked, folder: Path) -> int:
    from cloison.rehearse.range.control import ask  # noqa: PLC0415 - as above

    told = ask(folder, {"do": "status"})
    if "error" in told:
        raise RangeError(
            say("the range does not answer ({reason})", reason=verbatim(str(told["error"]))),
            fix=say("end it with {command}, then look at its log", command=_DOWN),
            where=str(folder),
        )
    asleep = [
        f"{part['name']} ({one['zone']})" for one in told["zones"] for part in one["parts"] if not part["answers"]
    ]
    asleep += told["sensors"]["asleep"]
    if request.json:
        print_json({"version": VERSION, "running": True, **told})
    else:
        _show_status(Screen(), told, asleep, request.words)
    return NEEDS_ATTENTION if asleep else 0


def _show_status(screen: Screen, told: Mapping[str, Any], asleep: Sequence[str], words: Translator) -> None:
    passed, sensors, zones = told["passed"], told["sensors"], told["zones"]
    began, ends = (datetime.fromisoformat(told[name]) for name in ("began", "ends"))
    clock = datetime.fromisoformat(told["clock"])
    machines, servers = sum(one["hosts"] for one in zones), sum(len(one["parts"]) for one in zones)
    speed = float(told["speed"])
    if asleep:
        answering = say_many(
            "{n} does not answer: {names}", "{n} do not answer: {names}", len(asleep), names=_list(asleep)
        )
    elif servers:
        answering = say_many("{n} server, which answers", "{n} servers, which all answer", servers)
    else:
        answering = say("no servers: the network only")
    sentences = [
        say("EXERCISE: {hospital}, in a box on this machine", hospital=told["hospital"]),
        say("up since {began}; it ends by itself at {ends}", began=began, ends=ends),
        say("it is {hour} there, as outside", hour=words.hour(clock))
        if speed == 1
        else say("it is {hour} there, where time passes {speed} times as fast", hour=words.hour(clock), speed=speed),
        say("{zones} zones, {machines} machines, one router between them", zones=len(zones), machines=machines),
        answering,
        say_many("{n} door shut: {names}", "{n} doors shut: {names}", len(told["doors"]), names=_list(told["doors"]))
        if told["doors"]
        else say("no door shut"),
        *_care(told["care"]),
        say(
            "the router passed {packets} packets ({megabytes} MB) and refused {refused}",
            packets=passed["packets"],
            megabytes=passed["bytes"] / _MEGABYTE,
            refused=passed["refused"],
        ),
        say(
            "captures: {folder} ({megabytes} MB)",
            folder=verbatim(sensors["captures"]),
            megabytes=sensors["capture_bytes"] / _MEGABYTE,
        ),
        say(
            "flows: {folder} ({megabytes} MB)",
            folder=verbatim(sensors["flows"]),
            megabytes=sensors["flow_bytes"] / _MEGABYTE,
        ),
        say_many(
            "{n} process, {megabytes} MB of memory",
            "{n} processes, {megabytes} MB of memory",
            told["processes"],
            megabytes=told["memory_bytes"] / _MEGABYTE,
        ),
    ]
    for place, sentence in enumerate(sentences):
        screen.line(words.sentence(sentence), style="bold" if place == 0 else "", indent=2 if place else 0)
    columns = (
        words.translate("Zone"),
        words.translate("Name"),
        words.translate("Machines"),
        words.translate("Servers"),
    )
    rows = [
        (
            one["zone"],
            one["name"],
            words.number(one["hosts"]),
            ", ".join(part["name"] + ("" if part["answers"] else " ✗") for part in one["parts"]),
        )
        for one in zones
    ]
    screen.table(columns, rows, numbers=(2,))


def _care(counted: Mapping[str, int] | None) -> list[Sentence]:
    if counted is None:
        return []
    named = {name: counted[name] for name in ("sent", "acknowledged", "lost")}
    return [say("care: {sent} images, messages and pages sent, {acknowledged} acknowledged, {lost} lost", **named)]


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


def _shell(folder: Path, words: Sequence[str]) -> int:
    """Become the shell, or the command."""
    from cloison.ops.ranging import entering  # noqa: PLC0415 - as above
    from cloison.rehearse.range.entering import surroundings  # noqa: PLC0415 - as above

    zone = ZoneId(words[0]) if words else None
    shell = ["bash", "--norc"] if which("bash") else ["sh"]
    argv = entering(folder, list(words[1:]) or shell, zone=zone)
    sys.stdout.flush()
    own = {**surroundings(), "PATH": f"{Path(sys.executable).parent}:{surroundings()['PATH']}"}
    os.execvpe(argv[0], argv, {**own, "PS1": f"[EXERCICE {zone or 'cloison'}] # "})  # noqa: S606 - what was asked


def _record(request: Asked, orders: Orders, out: Path) -> int:
    from cloison.ops.range_recording import record  # noqa: PLC0415 - as above

    words = request.words
    with _bar(words.translate("The hospital lives")) as on_step:
        done = record(orders, out, on_step=on_step)
    lost = sum(count.lost for count in done.care.values())
    if request.json:
        care = {
            flow: {"sent": one.sent, "acknowledged": one.acknowledged, "lost": one.lost}
            for flow, one in done.care.items()
        }
        moments = [moment.isoformat() for moment in (done.stretched.first, done.stretched.last)]
        print_json(
            {"version": VERSION, "folder": str(out), "packets": done.stretched.packets, "window": moments, "care": care}
        )
        return NEEDS_ATTENTION if lost else 0
    sent, acknowledged = (sum(getattr(one, name) for one in done.care.values()) for name in ("sent", "acknowledged"))
    sentences = (
        say(
            "{packets} packets, from {first} to {last}: {file}",
            packets=done.stretched.packets,
            first=done.stretched.first,
            last=done.stretched.last,
            file=verbatim(str(done.packets)),
        ),
        say("flows: {folder}; logs: {logs}", folder=verbatim(str(done.flows)), logs=verbatim(str(done.logs))),
        say(
            "care: {sent} images, messages and pages sent, {acknowledged} acknowledged, {lost} lost",
            sent=sent,
            acknowledged=acknowledged,
            lost=lost,
        ),
        say("Nobody attacked: every alert on it is a false one. {command}", command=f"cloison analyze {done.packets}"),
    )
    for sentence in sentences:
        Screen().line(words.sentence(sentence))
    return NEEDS_ATTENTION if lost else 0


@contextmanager
def _bar(label: str) -> Iterator[Callable[[float], None]]:
    """Show which share of something is over, when a person looks."""
    if not someone_looks():
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=1.0)
        yield lambda share: shown.update(task, completed=share)


def _capture(request: Asked, folder: Path, path: Path, seconds: int) -> int:
    from cloison.ops.ranging import record_packets  # noqa: PLC0415 - as above

    packets = record_packets(folder, path, timedelta(seconds=seconds))
    if request.json:
        print_json({"version": VERSION, "file": str(path), "packets": packets})
    else:
        told = say_many("{n} packet in {file}", "{n} packets in {file}", packets, file=verbatim(str(path)))
        Screen().line(request.words.sentence(told))
    return 0
