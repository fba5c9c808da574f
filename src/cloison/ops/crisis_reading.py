"""Logs and captures that a person brings to the console: read as `cloison analyze` does, then made cases.

Where there is no map yet they propose one first, as `cloison learn` does: the leaks are on the Carte in the first hour.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cloison.chart import census
from cloison.chart.leaks import find_leaks
from cloison.errors import BadValueError, CloisonError
from cloison.model.addressing import AddressBook
from cloison.model.logbook import Author, Draft
from cloison.model.noun import noun
from cloison.ops.analysis import analyze
from cloison.ops.charting import keep_more, learn
from cloison.ops.crisis_desk import By, Desk
from cloison.ops.muting import mutes_kept
from cloison.ops.watching_cases import follow_up
from cloison.store import logbook
from cloison.store.hospital_file import save
from cloison.store.map_versions import keep_version
from cloison.store.settings import Setting
from cloison.words import Sentence, say, say_many

READING = "reading"
BROUGHT = "apports"
MOST_FILES = 50
LARGEST_NAME = 120
UNSEEN_AFTER = timedelta(days=30)


@noun
class Reading:
    """What became of the latest files brought.

    Attributes:
        at: when their reading ended; None: none was brought.
        told: what they gave, or why they could not be read.
    """

    at: datetime | None = None
    told: Sentence | None = None


LATEST: Setting[Reading] = Setting("latest-reading", Reading, usual=Reading())


def bring_logs(
    desk: Desk,
    map_file: Path,
    files: Sequence[tuple[str, BinaryIO]],
    *,
    render: Callable[[Sentence], str],
    by: By,
    complete: bool = False,
) -> None:
    """Keep files, and read them behind the page.

    Args:
        desk: of the hospital.
        map_file: its map; written when there is none yet.
        files: names and contents.
        render: writes names and reasons in a proposed map's language.
        by: account and name.
        complete: have the map take what the files show and it lacks; what people wrote stays.

    Raises:
        BadValueError: there are none, too many, or others are being read.
    """
    files = [(name, content) for name, content in files if name]
    if not 0 < len(files) <= MOST_FILES:
        raise BadValueError(
            say("bring one file at least, {n} at most", n=MOST_FILES),
            fix=say("choose logs or captures in a format listed in docs/reading.md"),
            where="files",
        )
    if desk.worker.busy(READING):
        raise BadValueError(say("other files are being read"), fix=say("wait until they are"), where="files")
    folder = desk.home / BROUGHT / f"{desk.clock():%Y%m%d-%H%M%S-%f}"
    folder.mkdir(mode=0o700, parents=True)
    for place, (name, content) in enumerate(files):
        # The format is told by what a file holds; a name only helps the person who reads it in an alert.
        plain = re.sub(r"[^\w.\-]", "_", Path(name).name)[-LARGEST_NAME:].lstrip(".") or "journal"
        with (folder / f"{place:02d}-{plain}").open("xb") as out:
            shutil.copyfileobj(content, out)

    def read() -> None:
        try:
            if complete or desk.hospital() is None:
                _propose(desk, map_file, folder, render, by)
            told = _judged(desk, map_file, folder)
        except CloisonError as error:
            told = say("{problem} ({fix})", problem=error.problem, fix=error.fix)
        now = desk.clock()
        _write(desk, by, say("{person} brings files: {what}", person=by[1], what=told))
        LATEST.change(desk.database, Reading(at=now, told=told), by=by[1], now=now)

    desk.worker.start(READING, read)


def unread(desk: Desk) -> CloisonError | None:
    """Give why the latest files could not be read, when it is no fault of theirs; None: they were, or are being."""
    problem = desk.worker.problem(READING)
    if problem is None:
        return None
    return CloisonError(
        say("unexpected fault: {kind}", kind=type(problem).__name__),
        fix=say("bring them again; if it happens again, tell whoever maintains Cloison"),
        where="files",
    )


def _write(desk: Desk, by: By, said: Sentence) -> None:
    logbook.write(desk.database, Draft(author=by[1], account=by[0], kind=Author.PERSON, text=said), desk.clock())


def _propose(desk: Desk, map_file: Path, folder: Path, render: Callable[[Sentence], str], by: By) -> None:
    existing = desk.hospital()
    proposal, _ = learn([folder], existing, render=render, unseen_after=UNSEEN_AFTER, write=None)
    if not proposal.added:
        return
    said = say(
        "{person} has traffic propose the map: {zones} compartments, {assets} machines, {conduits} passages",
        person=by[1],
        zones=len(proposal.hospital.zones),
        assets=len(proposal.hospital.assets),
        conduits=len(proposal.hospital.conduits),
    )
    if map_file.is_file():
        keep_version(desk.database, map_file.read_text(encoding="utf-8-sig"), by="", note="", now=desk.clock())
    save(map_file, proposal.hospital)
    text, note = map_file.read_text(encoding="utf-8"), render(say("proposed by traffic"))
    keep_version(desk.database, text, by=by[1], note=note, now=desk.clock())
    _write(desk, by, said)


def _judged(desk: Desk, map_file: Path, folder: Path) -> Sentence:
    hospital = desk.hospital()
    seen, mutes = census.start(AddressBook(hospital)), mutes_kept(desk.home)
    analysis = analyze([folder], hospital, mutes=mutes, also=(seen.add,))
    changes = follow_up(
        desk.database,
        analysis.findings,
        places={origin: source.path for origin, source in enumerate(analysis.sources)},
        hospital=hospital,
        hosts=analysis.hosts,
        mutes=mutes,
        last=analysis.window_end,
        now=desk.clock(),
    )
    read = say_many("{n} record read", "{n} records read", analysis.records)
    alerts = say_many("{n} alert", "{n} alerts", len(analysis.findings))
    opened = say_many("{n} case opened or grown", "{n} cases opened or grown", len(changes))
    if hospital is None or analysis.window_end is None:
        nothing = say("no map: these files hold no exchange between machines")
        return say("{read}, {alerts}, {cases}, {leaks}", read=read, alerts=alerts, cases=opened, leaks=nothing)
    # The Carte shows them beside the leaks that were known before.
    keep_more(hospital, seen.edges(), analysis.sources, analysis.window_end, map_file=map_file, home=desk.home)
    leaks = say_many("{n} leak", "{n} leaks", len(find_leaks(hospital, seen).leaks))
    return say("{read}, {alerts}, {cases}, {leaks}", read=read, alerts=alerts, cases=opened, leaks=leaks)
