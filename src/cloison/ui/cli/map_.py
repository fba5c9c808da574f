"""`cloison map`: check the map, draw its table, list its leaks."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import NotRemoteError
from cloison.model.hospital import Hospital
from cloison.model.leak import Leak, LeakReport
from cloison.model.reading import Source
from cloison.ops.charting import leaks_in, leaks_learned
from cloison.store.hospital_file import load
from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.cli.weaknesses import show_weaknesses
from cloison.ui.documents import map_document
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import KINDS
from cloison.words import say, say_many

NEEDS_ATTENTION = 1
_SHOWN = 15


def show_map(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Traffic that shows what really crosses.")
    ] = None,
    *,
    weaknesses: Annotated[
        bool,
        typer.Option("--weaknesses", help="Say what to mend before any attack, in care-hours; no traffic is read."),
    ] = False,
    bring: Annotated[
        Path | None,
        typer.Option("--bring", metavar="FILE", help="With --server: put this map in the place of its own."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="With --bring: why.")] = "",
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Check the map, draw its table of zones and, with traffic, list its leaks by what they put at risk.

    Example: cloison map /var/log/zeek
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    hospital = request.hospital() if bring is None else _brought(request, bring, note)
    words = request.words.knowing(hospital)
    if weaknesses:
        from cloison.ops.weaknesses import find_weaknesses  # noqa: PLC0415 - half a second to load
        from cloison.ui.forecasts import weaknesses_document  # noqa: PLC0415 - likewise

        found = find_weaknesses(hospital)
        if request.json:
            print_json(weaknesses_document(found))
        else:
            show_weaknesses(Screen(), found, hospital, words)
        return NEEDS_ATTENTION if found.changes or found.single_points or found.without_fallback else 0
    until: datetime | None = None
    report: LeakReport | None = None
    sources: tuple[Source, ...] = ()
    if paths:
        with progress(words.translate("Reading")) as on_progress:
            report, sources = leaks_in(hospital, paths, on_progress=on_progress)
    elif request.server is not None:
        known = request.server.leaks()
        report, sources, until = known.report, known.sources, known.until
    elif (kept := leaks_learned(hospital, request.map, request.home)) is not None:
        report, sources, until = kept
    if request.json:
        print_json(map_document(hospital, report or LeakReport(leaks=(), unjudged=()), sources, words))
        return NEEDS_ATTENTION if report and report.leaks else 0
    screen = Screen()
    show_zones(screen, hospital, words)
    if report is None:
        screen.line(words.translate("Leaks need traffic: give logs, as in `cloison map PATH`."))
        return 0
    show_leaks(screen, report, sources, words)
    if report.leaks and not hospital.care_services:
        screen.line(words.translate("The map has no care service yet: what leaks put at risk cannot be weighed."))
    if until:
        screen.line()
        screen.line(words.sentence(say("From the traffic learned last, up to {moment}.", moment=until)))
    return NEEDS_ATTENTION if report.leaks else 0


def _brought(request: Asked, path: Path, note: str) -> Hospital:
    """Put a map in the place of the server's, judged whole there first.

    Raises:
        NotRemoteError: no server is named.
        MissingFileError: the file cannot be read.
        BadMapError: it holds mistakes; nothing changed.
    """
    if request.server is None:
        raise NotRemoteError(
            say("here the map is the file itself"),
            fix=say("put it in its place, and check it with {command}", command="cloison map"),
            where="--bring",
        )
    load(path)  # every mistake is told with the person's own file name, and nothing travels
    return request.server.bring_map(path.read_bytes(), note)


def show_zones(screen: Screen, hospital: Hospital, words: Translator) -> None:
    """Print one row a zone."""
    screen.heading(hospital.name)
    closable = [conduit for conduit in hospital.conduits if conduit.enforced_by is not None]
    rows = [
        [
            zone.id,
            words.sentence(KINDS[zone.kind]),
            ", ".join(str(network) for network in zone.networks),
            words.number(sum(asset.zone == zone.id for asset in hospital.assets)),
            words.number(sum(conduit.to == zone.id for conduit in hospital.conduits)),
            words.number(sum(conduit.to == zone.id for conduit in closable)),
            words.number(zone.patient_records),
        ]
        for zone in hospital.zones
    ]
    columns = ("Zone", "Kind", "Networks", "Assets", "Ways in", "of which closable", "Patient records")
    screen.table([words.translate(name) for name in columns], rows, numbers=[3, 4, 5, 6])
    counted = say(
        "{zones}, {conduits}, {services}",
        zones=say_many("{n} zone", "{n} zones", len(hospital.zones)),
        conduits=say_many("{n} conduit", "{n} conduits", len(hospital.conduits)),
        services=say_many("{n} care service", "{n} care services", len(hospital.care_services)),
    )
    screen.line(words.sentence(counted))


def show_leaks(screen: Screen, report: LeakReport, sources: Sequence[Source], words: Translator) -> None:
    """Print leaks by falling risk, each with the record that proves it, then what could not be judged."""
    screen.heading(words.sentence(say_many("{n} leak", "{n} leaks", len(report.leaks))))
    for leak in report.leaks[:_SHOWN]:
        _show_leak(screen, leak, sources, words)
    if len(report.leaks) > _SHOWN:
        more = say("and {n} more (--format json lists them all)", n=len(report.leaks) - _SHOWN)
        screen.line(words.sentence(more), indent=2)
    if report.unjudged:
        screen.heading(words.translate("Not judged"))
        for item in report.unjudged:
            screen.line(f"{words.sentence(item.what)}{words.translate(': ')}{words.sentence(item.reason)}", indent=2)


def _show_leak(screen: Screen, leak: Leak, sources: Sequence[Source], words: Translator) -> None:
    screen.line(words.sentence(leak.explanation), indent=2)
    if leak.care_per_hour or leak.records:
        _show_risk(screen, leak, words)
    for hop in leak.hops:
        place = f"{sources[hop.evidence.origin].path}:{hop.evidence.record}"
        screen.line(f"{hop.src} → {hop.dst} {hop.service}  {place}", style="dim", indent=4)


def _show_risk(screen: Screen, leak: Leak, words: Translator) -> None:
    risk = say(
        "at risk: {care} care-hours an hour, {records} patient records",
        care=round(leak.care_per_hour, 1),
        records=leak.records,
    )
    screen.line(words.sentence(risk), style="dim", indent=4)
