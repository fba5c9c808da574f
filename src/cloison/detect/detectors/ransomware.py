"""A machine that makes the files of shares unreadable, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.file_names import base, ending, folder, foreign, inner_ending, peoples
from cloison.detect.places import joined_key
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)

TURNED, TWIN, GONE, REWRITTEN, NOTE = "turned", "twin", "gone", "rewritten", "note"
"""What a record may show: a file got a foreign extension by renaming; a file with one appeared or was written; a
file of people's was deleted; a file was read, then written; a note with a ransom's words was put."""

_NOTES = (
    r"(decrypt|ransom|recover|restore|unlock|encrypted|your[_ -]?files|how[_ -]?to[_ -]?(back|get|res|dec|rec)"
    r"|[^\\/]read[_ -]?me|read[_ -]?me[_!-]).*\.(txt|html?|hta|rtf|url)$"
)
"""Names of notes; a plain "readme.txt" is in every program's folder, and is none."""

READS = 1 << 18
"""A file read longer ago than as many other readings is forgotten."""

RECENT = 256
"""Candidates of a host that are weighed together: thresholds are far below."""

HOSTS = 8192
"""Hosts with candidates remembered at one time; the one that has been quiet the longest goes first."""

HABITS = 1 << 16
"""(host, extension) pairs whose first day is remembered; later ones never become habits."""

_READ = {"file": pl.UInt64(), "number": pl.Int64(), "clock": pl.Int64()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ransomware:
    """Files that get an extension nobody uses, notes in many folders, files read then written over.

    Within `window` a host is denounced for any of these, over distinct files:

    - `files` people's files (documents, images, databases) got a foreign extension, by renaming or by a copy that
      has it while the original is deleted, in `folders` folders; `files_in_few_folders` whatever the folders; half
      of `files` when notes are in two folders too;
    - a note, with a ransom's words in its name, put under the same name in `note_folders` folders;
    - `rewritten` people's files read and then written over by the same machine, in `folders` folders.

    A foreign extension that the host was already giving `habit` before is its habit.

    Source: Scaife, Carter, Traynor, Butler, "CryptoLock (and drop it)", ICDCS 2016: file type changes, deletions and
    similarity loss found every sample within a median of 10 files lost; Kharraz et al., "UNVEIL", USENIX Security
    2016: the three ways to replace a file (overwrite, read-encrypt-delete, rename). ATT&CK T1486.
    """

    name: ClassVar[str] = "ransomware"
    technique: ClassVar[Technique] = Technique("T1486")
    barrier: ClassVar[Barrier] = Barrier.DEGRADED
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.SMB: ("action", "share", "name", "previous_name")}
    key: ClassVar[str] = "src"

    window: timedelta = timedelta(minutes=10)
    files: int = 10
    folders: int = 2
    files_in_few_folders: int = 25
    note_folders: int = 4
    rewritten: int = 60
    habit: timedelta = timedelta(days=1)

    def watch(self, context: Context) -> "RansomwareWatch":  # noqa: ARG002 - the map excuses nobody here
        """Begin to watch."""
        return RansomwareWatch(self)


@dataclass(frozen=True, slots=True)
class _Deed:
    """A record that may be ransomware's, in few bytes.

    Attributes:
        file: server, share and name.
        folder: server, share and folder.
        before: the extension that it had, or a note's name.
        after: the extension that it has.
    """

    clock: int
    began: int
    origin: int
    record: int
    target: str
    sort: str
    file: str
    folder: str
    before: str
    after: str

    def act(self) -> Act:
        """Give it as a finding wants it."""
        return Act(self.clock, self.began, self.origin, self.record, self.target, _note(self))


@dataclass(slots=True)
class _Recent:
    """A host's last deeds."""

    deeds: list[_Deed] = field(default_factory=list)


class RansomwareWatch:
    """Recent deeds of each host, files read, extensions that hosts are used to give."""

    def __init__(self, detector: Ransomware) -> None:
        self._detector = detector
        self._reads = pl.DataFrame(schema=_READ)
        self._readings = 0
        self._recent: dict[str, _Recent] = {}
        self._habits: dict[tuple[str, str], int] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        rows = tables[Kind.SMB].filter(pl.col("name").is_not_null() & pl.col("action").is_not_null())
        if rows.is_empty():
            return
        deeds = pl.concat([self._told_by_names(rows), self._rewritten(rows)]).sort("seq", "sort")
        for source, *values in deeds.drop("seq").select("src", *_DEED).iter_rows():
            self._take(source, _Deed(*values))

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _told_by_names(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the records whose names alone make them candidates."""
        action = pl.col("action")
        before = pl.when(action == "rename").then(ending("previous_name")).otherwise(inner_ending("name"))
        puts = action.is_in(["open", "create", "write"])
        odd = foreign(pl.col("after")) & peoples(pl.col("before"))
        sort = (
            pl.when((action == "rename") & odd)
            .then(pl.lit(TURNED))
            .when(puts & odd)
            .then(pl.lit(TWIN))
            .when((action == "delete") & peoples(pl.col("after")))
            .then(pl.lit(GONE))
            .when((action.is_in(["create", "write", "open", "rename"])) & base("name").str.contains(_NOTES))
            .then(pl.lit(NOTE))
        )
        named = (
            rows.with_columns(after=ending("name"), before=before)
            .with_columns(sort=sort)
            .with_columns(before=pl.when(pl.col("sort") == NOTE).then(base("name")).otherwise("before"))
        )
        return _deeds(named.filter(pl.col("sort").is_not_null()))

    def _rewritten(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the first writes to files that the same host read within the window."""
        both = rows.filter(pl.col("action").is_in(["read", "write"]) & peoples(ending("name")))
        reading = pl.col("action") == "read"
        both = both.with_columns(
            file=joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("share").fill_null(""), pl.col("name")),
            number=self._readings + reading.cum_sum().cast(pl.Int64()),
            after=ending("name"),
            before=ending("name"),
            sort=pl.lit(REWRITTEN),
        )
        self._readings += both.filter(reading).height
        carried = self._reads.with_columns(seq=pl.lit(-1, pl.Int64()), action=pl.lit("read"))
        known = pl.concat([carried, both.select(*carried.columns)])
        window = self._detector.window // MICROSECOND
        earlier = known.with_columns(
            read_at=pl.when(reading).then("clock").forward_fill().over("file"),
            read_as=pl.when(reading).then("number").forward_fill().over("file"),
        ).filter(
            (pl.col("action") == "write")
            & (pl.col("clock") - pl.col("read_at") <= window)
            & (pl.col("number") - pl.col("read_as") < READS)
        )
        reads = known.filter(reading).select(*_READ).unique("file", keep="last", maintain_order=True)
        if reads.height:
            latest = rows["clock"].item(-1)
            self._reads = reads.filter(
                (pl.col("clock") >= latest - window) & (self._readings - pl.col("number") < READS)
            )
        return _deeds(both.join(earlier.select("seq"), on="seq", how="semi"))

    def _take(self, source: str, deed: _Deed) -> None:
        if deed.sort in {TURNED, TWIN} and self._usual(source, deed):
            return
        run = self._runs.live(source, deed.clock)
        if run is not None:
            if deed.sort in {TURNED, REWRITTEN, NOTE}:
                run.add(deed.act())
                run.facts[deed.sort] += 1
            return
        recent = self._recent.pop(source, None) or _Recent()
        if len(self._recent) >= HOSTS:
            del self._recent[next(iter(self._recent))]
        self._recent[source] = recent
        since = deed.clock - self._detector.window // MICROSECOND
        recent.deeds = [*(one for one in recent.deeds[-RECENT:] if one.clock >= since), deed]
        told = self._convinced(recent.deeds)
        if told and not self._runs.full(source):
            run = self._runs.open(source, told[-1].act(), [one.act() for one in told[:-1]])
            run.facts.update(one.sort for one in told)
            del self._recent[source]

    def _usual(self, source: str, deed: _Deed) -> bool:
        """Tell whether the host was giving this extension long before."""
        first = self._habits.get((source, deed.after))
        if first is None:
            if len(self._habits) < HABITS:
                self._habits[source, deed.after] = deed.clock
            return False
        return deed.clock - first >= self._detector.habit // MICROSECOND

    def _convinced(self, deeds: list[_Deed]) -> list[_Deed]:
        """Give the deeds that convict, in order; none when they do not."""
        tunables = self._detector
        if sum(one.sort != GONE for one in deeds) < tunables.note_folders:
            return []
        gone = {one.file for one in deeds if one.sort == GONE}
        # A copy with another ending counts when its original went; its name is the original's and more.
        turned = [
            one for one in deeds if one.sort == TURNED or (one.sort == TWIN and one.file.rpartition(".")[0] in gone)
        ]
        files, folders = {one.file for one in turned}, {one.folder for one in turned}
        notes = [one for one in deeds if one.sort == NOTE]
        spread: dict[str, set[str]] = {}
        for one in notes:
            spread.setdefault(one.before, set()).add(one.folder)
        places = max(map(len, spread.values()), default=0)  # one name, in so many folders
        needed = tunables.files if places < tunables.folders else (tunables.files + 1) // 2
        if len(files) >= tunables.files_in_few_folders or (len(files) >= needed and len(folders) >= tunables.folders):
            return sorted(turned + notes, key=lambda one: one.clock)
        if places >= tunables.note_folders:
            return sorted(turned + notes, key=lambda one: one.clock)
        again = [one for one in deeds if one.sort == REWRITTEN]
        if len({one.file for one in again}) >= tunables.rewritten and (
            len({one.folder for one in again}) >= tunables.folders
        ):
            return again
        return []

    def _say(self, run: Run) -> Finding:
        turned, notes = run.facts[TURNED] + run.facts[TWIN], run.facts[NOTE]
        # Two signs at once leave little doubt; files written over may be an application at work.
        confidence = 0.97 if turned and notes else 0.9 if turned else 0.75 if notes else 0.5
        usual = say("People and their programs change a few files at a time, and keep their extensions.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} is making the files of shares unreadable", source=run.source),
                say("{what} {usual}", what=_what(turned, notes, run.facts[REWRITTEN]), usual=usual),
            ),
        )


_DEED = ("clock", "began", "origin", "record", "dst", "sort", "file", "folder", "before", "after")


def _deeds(rows: pl.DataFrame) -> pl.DataFrame:
    place = pl.concat_str([pl.col("dst"), pl.col("share").fill_null("")], separator="|").str.to_lowercase()
    return rows.with_columns(
        file=pl.concat_str([place, pl.col("name").str.to_lowercase()], separator="|"),
        folder=pl.concat_str([place, folder("name")], separator="|"),
        before=pl.col("before").fill_null(""),
        after=pl.col("after").fill_null(""),
    ).select("src", "seq", *_DEED)


def _note(deed: _Deed) -> Sentence:
    # Names of files are often names of patients: only their endings are quoted.
    if deed.sort in {TURNED, TWIN}:
        return say(
            "a .{before} file became .{after} on {target}", before=deed.before, after=deed.after, target=deed.target
        )
    if deed.sort == NOTE:
        return say("a note with a ransom's words in its name, on {target}", target=deed.target)
    return say("a .{before} file read, then written over, on {target}", before=deed.before, target=deed.target)


def _what(turned: int, notes: int, rewritten: int) -> Sentence:
    if turned and notes:
        return say(
            "It gave {n} files an extension that nobody uses here, and left notes with a ransom's words ({notes}).",
            n=turned,
            notes=notes,
        )
    if turned:
        return say("It gave {n} files an extension that nobody uses here, one after the other.", n=turned)
    if notes:
        return say_many(
            "It left {n} note with a ransom's words in its name.",
            "It left notes with a ransom's words in their names, {n} so far.",
            notes,
        )
    return say("It read {n} files and wrote over each of them at once.", n=rewritten)


DETECTOR = Ransomware()
