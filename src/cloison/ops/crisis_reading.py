"""Logs and captures that a person brings to the console: read as `cloison analyze` does, then made cases."""

import re
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cloison.errors import BadValueError, CloisonError
from cloison.model.hospital import Hospital
from cloison.model.logbook import Author, Draft
from cloison.model.noun import noun
from cloison.ops.analysis import analyze
from cloison.ops.crisis_desk import By, Desk
from cloison.ops.muting import mutes_kept
from cloison.ops.watching_cases import follow_up
from cloison.store import logbook
from cloison.store.settings import Setting
from cloison.words import Sentence, say, say_many

READING = "reading"
BROUGHT = "apports"
MOST_FILES = 50
LARGEST_NAME = 120


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


def bring_logs(desk: Desk, hospital: Hospital, files: Sequence[tuple[str, BinaryIO]], *, by: By) -> None:
    """Keep files, and read them behind the page.

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
    desk.worker.start(READING, lambda: _read(desk, hospital, folder, by))


def _read(desk: Desk, hospital: Hospital, folder: Path, by: By) -> None:
    try:
        told = _judged(desk, hospital, folder)
    except CloisonError as error:
        told = say("{problem} ({fix})", problem=error.problem, fix=error.fix)
    now = desk.clock()
    said = say("{person} brings files: {what}", person=by[1], what=told)
    logbook.write(desk.database, Draft(author=by[1], account=by[0], kind=Author.PERSON, text=said), now)
    LATEST.change(desk.database, Reading(at=now, told=told), by=by[1], now=now)


def _judged(desk: Desk, hospital: Hospital, folder: Path) -> Sentence:
    mutes = mutes_kept(desk.home)
    analysis = analyze([folder], hospital, mutes=mutes)
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
    return say("{read}, {alerts}, {cases}", read=read, alerts=alerts, cases=opened)
