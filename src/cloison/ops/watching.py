"""Watch: follow what comes, tell what is new, remember where one is; the loop around the engine."""

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from cloison.errors import AlreadyWatchingError, BadStateError, CloisonError, UnwritableFileError
from cloison.ingest.follow_flows import FlowSpool
from cloison.model.finding import Finding, FindingId
from cloison.model.hospital import Hospital
from cloison.model.sensor import Sensor
from cloison.ops.muting import mutes_kept
from cloison.ops.notifying import Notifier, Notifying, case_notice, notifying, silence_notice
from cloison.ops.rules import rules_of
from cloison.ops.search import keeper, watched
from cloison.ops.watching_cases import Change, follow_up
from cloison.ops.watching_engine import HOLD, Engine
from cloison.ops.watching_guard import Guard, Orders
from cloison.ops.watching_health import health
from cloison.ops.watching_heartbeat import Heartbeat
from cloison.ops.watching_listeners import NOWHERE, Listeners, Places
from cloison.store.checkpoints import WATCH, drop_checkpoint, keep_checkpoint, kept_checkpoint
from cloison.store.database import Database
from cloison.store.history import Keeping
from cloison.store.notices import queue_notice
from cloison.store.sensors import update_sensors
from cloison.words import Sentence, say, verbatim

CHECKPOINT_SECONDS = 5.0
CHECKPOINT_SHARE = 20
"""The state is kept this often, and takes at most a twentieth of the time."""

HEALTH_SECONDS = 2.0
GROWTH_SECONDS = 5.0
"""A behaviour that goes on grows with each step; its case is written this often."""

SHOW_SECONDS = 600.0
"""The present hours can be searched this long after they were seen."""

IDLE_SECONDS = 0.1
SENDING_SECONDS = 10.0
"""How long an ending watch waits for a notice that is on its way."""

QUIET_AFTER = timedelta(minutes=10)
"""A sensor that tells nothing for this long is told as quiet, by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to watch, and how.

    Attributes:
        paths: files and folders of logs.
        home: where everything is kept.
        hospital: the map.
        rules: folders of Sigma rules, beside those that ship.
        listening: where to listen for flows and syslog.
        database: its URL; None: the usual one.
        hold: how much too late a record may come and still be put back in its place.
        keeping: how much history is kept.
        quiet_after: a sensor that tells nothing for this long is quiet, and the watch itself is stalled.
        heartbeat: an address of the hospital's own monitoring that is asked for as long as the watch is well.
        render: says sentences in the language of those who are told from afar.
    """

    paths: tuple[Path, ...]
    home: Path
    hospital: Hospital | None = None
    rules: tuple[Path, ...] = ()
    listening: Places = NOWHERE
    database: str | None = None
    hold: timedelta = HOLD
    keeping: Keeping = field(default_factory=Keeping)
    quiet_after: timedelta = QUIET_AFTER
    heartbeat: str | None = None
    render: Callable[[Sentence], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How the watch goes.

    Attributes:
        records: judged in all.
        last: latest moment that records told.
        lag_seconds: how long after it came a record was judged, lately at worst.
        behind: bytes that wait to be read.
        waiting: records that wait for those that belong before them.
        late: records judged after later ones.
        lost: datagrams that the system dropped.
        findings: in all.
        sensors: their health.
    """

    records: int
    last: datetime | None
    lag_seconds: float
    behind: int
    waiting: int
    late: int
    lost: int
    findings: int
    sensors: tuple[Sensor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who is told what, while the watch goes on.

    Attributes:
        news: findings that are new or have grown, all cases up to date.
        changes: cases opened or grown.
        pulse: every few seconds.
        remark: something a person should know.
    """

    news: Callable[[Sequence[Finding], Engine], None]
    changes: Callable[[Sequence[Change]], None]
    pulse: Callable[[Pulse], None]
    remark: Callable[[Sentence], None]


def watch(wanted: Wanted, told: Told, stop: Event) -> None:
    """Watch until told to stop; then, or after a crash, the next watch goes on from there.

    Raises:
        MissingFileError: a path is not there.
        AlreadyWatchingError: another process watches for this home.
        BadValueError, NoRulesError, UnwritableFileError, DatabaseError: see what they name.
        ListeningError: a port cannot be opened.
    """
    with _alone(wanted.home), _listening(wanted) as listeners:
        database = Database.at(wanted.home, wanted.database)
        try:
            _Watch(wanted, told, database, listeners).run(stop)
        finally:
            database.close()


class _Watch:
    def __init__(self, wanted: Wanted, told: Told, database: Database, listeners: Listeners) -> None:
        self._wanted = wanted
        self._told = told
        self._database = database
        self._listeners = listeners
        self._engine = self._begin()
        self._saved_at = time.monotonic()
        self._save_cost = 0.0
        self._health_at = 0.0
        self._shown_at = time.monotonic()
        self._lag = 0.0
        self._began = datetime.now(UTC)
        self._silent: set[str] = set()
        self._notifier = Notifier(database, self._notifying, wanted.render)
        self._heart = Heartbeat(wanted.heartbeat, wanted.hospital, self._well) if wanted.heartbeat else None
        self._news: dict[FindingId, Finding] = {}
        self._met: set[FindingId] = {finding.id for finding in self._engine.findings}
        self._followed_at = 0.0
        self._guard: Guard | None = None
        self._guarded: tuple[str, ...] = ()
        self._stepped = time.monotonic()

    def run(self, stop: Event) -> None:
        engine = self._engine
        # What was found before a crash, and not yet written down; it is told as cases, and not again as findings.
        self._follow_up(())
        sender = Thread(target=self._notifier.run, args=(stop,), name="notices", daemon=True)
        sender.start()
        if self._heart is not None:
            Thread(target=self._heart.run, args=(stop,), name="heartbeat", daemon=True).start()
        try:
            while not stop.is_set():
                judged = engine.counts.records
                news = engine.step(time.time)
                now = time.monotonic()
                # Whatever was written just after the last look waited until now.
                self._lag, self._stepped = max(self._lag, now - self._stepped), now
                self._news.update((finding.id, finding) for finding in news)
                if self._due(now):
                    self._try_follow_up()
                if now - self._saved_at >= max(CHECKPOINT_SECONDS, CHECKPOINT_SHARE * self._save_cost):
                    self._save()
                if now - self._shown_at >= SHOW_SECONDS:
                    engine.write_history(show=True)
                    self._shown_at = now
                if now - self._health_at >= HEALTH_SECONDS:
                    self._tell_health()
                if engine.counts.records == judged and not engine.behind():
                    stop.wait(IDLE_SECONDS)
        finally:
            if self._news:
                self._try_follow_up()
            engine.write_history(show=True)
            self._save()
            self._tell_health()
            engine.rest()
            stop.set()
            sender.join(SENDING_SECONDS)
            if self._guard is not None and sys.exc_info()[0] is None:
                self._guard.close()

    def _begin(self) -> Engine:
        state = kept_checkpoint(self._wanted.home)
        engine = self._fresh()
        if state is None:
            engine.follower.check()
            return engine
        try:
            engine.take_up(state)
        except BadStateError as error:
            self._told.remark(say("the watch begins anew: {reason}", reason=error.problem))
            drop_checkpoint(self._wanted.home)
            engine = self._fresh()
        return engine

    def _fresh(self) -> Engine:
        wanted = self._wanted
        spool = self._listeners.folder
        flows = FlowSpool(spool, self._listeners.flows_name) if self._listeners.flows_name else None
        return Engine(
            (*wanted.paths, *self._listeners.folders()),
            wanted.hospital,
            watchlist=watched(wanted.home),
            rules=rules_of(wanted.rules),
            history=keeper(wanted.home, wanted.keeping),
            flows=flows,
            hold=wanted.hold,
        )

    def _due(self, now: float) -> bool:
        """Tell whether cases are to be looked at: at once for what is new, now and then for what goes on."""
        if not self._news:
            return False
        return not self._met.issuperset(self._news) or now - self._followed_at >= GROWTH_SECONDS

    def _try_follow_up(self) -> None:
        """Bring the cases up to date; a database that is away is told, and tried again: the watching goes on."""
        news = dict(self._news)
        try:
            self._follow_up(tuple(news.values()))
        except CloisonError as error:
            self._told.remark(error.problem)
            self._news = news

    def _follow_up(self, news: Sequence[Finding]) -> None:
        self._met.update(finding.id for finding in news)
        self._news.clear()
        self._followed_at = time.monotonic()
        engine, now = self._engine, datetime.now(UTC)
        findings = engine.findings
        changes = follow_up(
            self._database,
            findings,
            places=dict(engine.places(findings)),
            hospital=self._wanted.hospital,
            hosts=engine.hosts(),
            mutes=mutes_kept(self._wanted.home),
            last=engine.last,
            now=now,
            notify=lambda change: case_notice(change, now),
        )
        if news:
            self._told.news(news, engine)
        if changes:
            self._told.changes(changes)

    def _save(self) -> None:
        began = time.monotonic()
        try:
            keep_checkpoint(self._wanted.home, self._engine.save())
        except UnwritableFileError as error:  # a full disk must not stop the watching
            self._told.remark(say("where the watch is cannot be kept: {reason}", reason=error.problem))
        else:
            self._listeners.forget_read(self._engine)
        self._saved_at = time.monotonic()
        self._save_cost = self._saved_at - began

    def _tell_health(self) -> None:
        self._health_at = time.monotonic()
        engine, now = self._engine, datetime.now(UTC)
        try:
            sensors = self._sensors(now)
            update_sensors(self._database, sensors)
        except CloisonError as error:  # a full disk, a database that is away: the watching goes on
            self._told.remark(error.problem)
            return
        self._beat()
        pulse = Pulse(
            records=engine.counts.records,
            last=engine.last,
            lag_seconds=self._lag,
            behind=engine.behind(),
            waiting=engine.waiting,
            late=engine.late,
            lost=sum(sensor.lost for sensor in sensors),
            findings=len(engine.findings),
            sensors=sensors,
        )
        self._lag = 0.0
        self._told.pulse(pulse)

    def _sensors(self, now: datetime) -> tuple[Sensor, ...]:
        """Give the sensors' health; those that fell silent since the last time are told from afar, together."""
        if not self._listeners.alive():
            self._listeners.revive()
            self._told.remark(say("the listening had stopped and begins again: what was sent meanwhile is lost"))
        sensors = health(self._engine, self._listeners, self._lag, self._wanted.quiet_after, began=self._began, now=now)
        silent = {sensor.id for sensor in sensors if sensor.quiet}
        if silent - self._silent:
            queue_notice(self._database, silence_notice(len(silent - self._silent)), now)
        self._silent = silent
        sending = self._notifier.health(now)
        if self._heart is not None and self._heart.failing is not None:
            self._told.remark(self._heart.failing)
        return (*sensors, sending) if sending else sensors

    def _well(self) -> bool:
        return time.monotonic() - self._stepped < self._wanted.quiet_after.total_seconds() and self._listeners.alive()

    def _notifying(self) -> Notifying:
        return notifying(self._wanted.home, self._database)

    def _beat(self) -> None:
        """Let the guard know that all is well; one that is missing, or knows other addresses, is replaced."""
        try:
            urls = self._notifying().urls
        except CloisonError:  # told by the notifier
            urls = self._guarded
        alive = self._guard.beat() if self._guard else not urls
        if urls == self._guarded and alive:
            return
        if self._guard is not None:
            self._guard.close()
        say_it, minutes = self._wanted.render, self._wanted.quiet_after // timedelta(minutes=1)
        orders = Orders(
            urls=urls,
            died=say_it(say("the watch has stopped: nobody looks any more")),
            stalled=say_it(say("the watch has not moved for {n} minutes", n=minutes)),
            seconds=self._wanted.quiet_after.total_seconds(),
        )
        self._guard, self._guarded = (Guard(orders) if urls else None), urls


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the home: two watches would tell everything twice."""
    folder = home / WATCH
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnwritableFileError(
            say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another folder with --home DIR, or free this one"),
            where=str(folder),
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise AlreadyWatchingError(
            say("another process watches for this folder already"),
            fix=say("stop it first, or choose another folder with --home DIR"),
            where=str(home),
        ) from error
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _listening(wanted: Wanted) -> Iterator[Listeners]:
    listeners = Listeners(wanted.home / WATCH / "spool", wanted.listening)
    try:
        yield listeners
    finally:
        listeners.close()
