"""Notices to people who are away from the screen: one for each intrusion and each real change, never one an alert.

What is sent may cross networks that are not the hospital's (SMS, mail): a sentence and a link, without names or
addresses. Addresses are Apprise's URLs, in `notify.urls` under the home (its owner's alone) or in the settings.
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event

from apprise import Apprise, AppriseAsset, LogCapture, NotifyBase

from cloison.errors import BadValueError, CloisonError
from cloison.model.logbook import Author, Draft
from cloison.model.notice import KeptNotice, Notice, NoticeKind, NoticeStatus
from cloison.model.noun import noun
from cloison.model.sensor import Sensor
from cloison.ops.watching_cases import Change
from cloison.store import logbook
from cloison.store.database import Database
from cloison.store.notices import claim_notice, mark_notice, notices, waiting_notices
from cloison.store.settings import Setting
from cloison.words import Sentence, say, say_many, verbatim

ADDRESSES = "notify.urls"

BETWEEN = timedelta(minutes=10)
"""Between two notices of one case, but for its opening: what comes meanwhile is told together."""

MOST_AN_HOUR = 20
"""Of all but openings: an intruder must not be able to drown the telephone that warns of him."""

RETRIES = (30, 120, 300, 900)
"""Seconds before a notice that failed is tried again; the last one from then on."""

FRESH = timedelta(days=1)
"""An intrusion in which nothing happened for longer wakes nobody."""

GIVE_UP = timedelta(days=1)
CLAIMED = timedelta(minutes=5)
"""The watch and the console look at one queue: longer than any address takes to answer or not."""

LONGEST_REASON = 300
LOOK_SECONDS = 1.0

Render = Callable[[Sentence], str]


@noun
class Notifying:
    """How people are told.

    Attributes:
        urls: Apprise's addresses.
        link: the console's address, as people reach it; put at the end of each message with the case's name.
    """

    urls: tuple[str, ...] = ()
    link: str = ""


NOTIFYING = Setting("notifying", Notifying, usual=Notifying())


def notifying(home: Path, database: Database) -> Notifying:
    """Give the settings, with the addresses of the home's file added.

    Raises:
        BadValueError: others may read the file, or a line of it is no address.
    """
    settings = NOTIFYING.of(database)
    return replace(settings, urls=tuple(dict.fromkeys([*settings.urls, *addresses(home)])))


def addresses(home: Path) -> tuple[str, ...]:
    """Read the addresses of the home's file, one a line; a line that begins with # is a remark.

    Raises:
        BadValueError: others may read the file, or a line of it is no address.
    """
    path = home / ADDRESSES
    try:
        if path.stat().st_mode & 0o077:
            raise BadValueError(
                say("others may read this file, and it holds passwords"),
                fix=say("make it yours alone: {command}", command=f"chmod 600 {path}"),
                where=str(path),
            )
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    found = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    kept = [(number, line) for number, line in found if line and not line.startswith("#")]
    for number, line in kept:
        check_address(line, where=f"{path}:{number}")
    return tuple(line for _, line in kept)


def check_address(url: str, *, where: str) -> None:
    """Refuse what Apprise does not know.

    Raises:
        BadValueError: it is no address.
    """
    if _server(url) is None:
        raise BadValueError(
            say("this is no address to notify"),
            fix=say(
                "write it as Apprise does, for example {example}", example="mailtos://user:password@host?to=a@b.fr"
            ),
            where=where,
        )


def case_notice(change: Change, now: datetime) -> Notice | None:
    """Say whether a change of a case is worth a notice: its opening, another machine; never one more alert.

    Logs of last month, read for the first time, call nobody: their cases wait on the page.
    """
    last = change.case.incident.last_act
    if not (change.opened or change.hosts) or last is None or now - last > FRESH:
        return None
    return Notice(
        kind=NoticeKind.CASE_OPENED if change.opened else NoticeKind.CASE_GREW,
        text=change.told,
        case=change.case.id,
        drill=change.case.drill,
    )


def silence_notice(sensors: int) -> Notice:
    """Say that sensors fell silent."""
    return Notice(
        kind=NoticeKind.SENSOR,
        text=say_many(
            "{n} sensor says nothing any more: an intruder could go unseen",
            "{n} sensors say nothing any more: an intruder could go unseen",
            sensors,
        ),
    )


def message(notice: Notice, settings: Notifying, render: Render) -> tuple[str, str]:
    """Write the message: its title, then the sentence and where to look."""
    title = "EXERCICE - Cloison" if notice.drill else "Cloison"
    link = settings.link.rstrip("/")
    where = f"{link}/situation/{notice.case}" if link and notice.case else link
    return title, f"{render(notice.text)} {where}".rstrip()


def try_addresses(settings: Notifying, render: Render) -> tuple[tuple[str, str | None], ...]:
    """Send a trial to each address; give each, its secrets hidden, and why it failed, None where it did not."""
    notice = Notice(kind=NoticeKind.TRIAL, text=say("this is a trial: nothing has happened"))
    title, text = message(notice, settings, render)
    return tuple((hidden(url), deliver(url, title, text)) for url in settings.urls)


def hidden(url: str) -> str:
    """Give an address without its secrets."""
    server = _server(url)
    return "?" if server is None else str(server.url(privacy=True)).partition("?")[0]  # type: ignore[no-untyped-call]  # apprise has no types


class Notifier:
    """Sends what waits.

    Attributes:
        failing: why the last attempt failed; None: it did not, or nothing was to be sent.
    """

    def __init__(self, database: Database, settings: Callable[[], Notifying], render: Render) -> None:
        """Take the queue, what gives the settings anew each time, and what says sentences in people's language."""
        self._database = database
        self._settings = settings
        self._render = render
        self.failing: Sentence | None = None

    def run(self, stop: Event) -> None:
        """Send what waits as it comes, until told to stop; what cannot be read or written is tried again."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.send_due(datetime.now(UTC))
            except CloisonError as error:
                self.failing = error.problem

    def send_due(self, now: datetime) -> int:
        """Send what is due; give how many notices reached everyone.

        Raises:
            DatabaseError: the queue cannot be read or written.
            BadValueError: the settings cannot be used.
        """
        waiting = self._joined(waiting_notices(self._database), now)
        if not any(kept.next_at and kept.next_at <= now for kept in waiting):
            return 0
        settings = self._settings()
        if not settings.urls:
            return 0
        recent = notices(self._database, since=now - timedelta(hours=1))
        sent = [kept for kept in recent if kept.status is NoticeStatus.SENT]
        done = 0
        for kept in waiting:
            if kept.next_at is None or kept.next_at > now:
                continue
            later = _not_before(kept, sent, now)
            if later is not None:
                mark_notice(self._database, replace(kept, next_at=later))
                continue
            if not claim_notice(self._database, kept, now + CLAIMED):
                continue
            after = self._try(kept, settings, now)
            if after.status is NoticeStatus.SENT:
                sent.append(after)
                done += 1
        return done

    def health(self, now: datetime) -> Sensor | None:
        """Say how sending goes; None while there is nowhere to send to."""
        if self.failing is None and not self._settings().urls:
            return None
        remarks = (say("notices are not getting through: {reason}", reason=self.failing),) if self.failing else ()
        return Sensor(id="notices", kind="notices", last_record_at=None, heard_at=now, remarks=remarks)

    def _joined(self, waiting: Sequence[KeptNotice], now: datetime) -> list[KeptNotice]:
        """Leave out what a later notice of the same case tells too."""
        latest = {kept.notice.case: kept.number for kept in waiting if kept.notice.kind is NoticeKind.CASE_GREW}
        left = []
        for kept in waiting:
            grew = kept.notice.kind is NoticeKind.CASE_GREW
            if grew and kept.number != latest[kept.notice.case] and not kept.attempts:
                mark_notice(self._database, replace(kept, status=NoticeStatus.JOINED, next_at=None))
            elif now - kept.at > GIVE_UP:
                mark_notice(self._database, replace(kept, status=NoticeStatus.GIVEN_UP, next_at=None))
            else:
                left.append(kept)
        return left

    def _try(self, kept: KeptNotice, settings: Notifying, now: datetime) -> KeptNotice:
        title, text = message(kept.notice, settings, self._render)
        wanted = [url for url in settings.urls if kept.notice.left is None or _mark(url) in kept.notice.left]
        reasons = {url: deliver(url, title, text) for url in wanted}
        left = tuple(_mark(url) for url, reason in reasons.items() if reason is not None)
        reason = next((reason for reason in reasons.values() if reason is not None), "")
        attempts = kept.attempts + 1
        after = replace(
            kept,
            attempts=attempts,
            status=NoticeStatus.WAITING if left else NoticeStatus.SENT,
            next_at=now + timedelta(seconds=RETRIES[min(attempts, len(RETRIES)) - 1]) if left else None,
            notice=replace(kept.notice, left=left or None, reason=reason),
        )
        mark_notice(self._database, after)
        if left and not kept.attempts:
            logbook.write(
                self._database,
                Draft(
                    author="notices",
                    kind=Author.MACHINE,
                    text=say("a notice could not be sent: {reason}", reason=verbatim(reason)),
                    case=kept.notice.case,
                    drill=kept.notice.drill,
                ),
                now,
            )
        self.failing = verbatim(reason) if left else None
        return after


def _not_before(kept: KeptNotice, sent: Sequence[KeptNotice], now: datetime) -> datetime | None:
    """Give when a notice may go, when that is not now."""
    if kept.notice.kind in {NoticeKind.CASE_OPENED, NoticeKind.WATCH, NoticeKind.TRIAL, NoticeKind.DOOR}:
        return None
    theirs = [one.at for one in sent if one.notice.case and one.notice.case == kept.notice.case]
    if theirs and now - max(theirs) < BETWEEN:
        return max(theirs) + BETWEEN
    return now + BETWEEN if len(sent) >= MOST_AN_HOUR else None


def deliver(url: str, title: str, text: str) -> str | None:
    """Send to one address; give why it failed, or None."""
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call] # Apprise's own
        try:
            server = _server(url)
            if server is not None and server.notify(body=text, title=title):
                return None
        except Exception as error:  # noqa: BLE001 - a hundred libraries' own errors: none may stop the watch
            return f"{type(error).__name__}: {error}"[:LONGEST_REASON]
        lines = [line for line in said.getvalue().splitlines() if line.strip()]
    return (lines[-1] if lines else "?")[:LONGEST_REASON]


def _server(url: str) -> NotifyBase | None:
    """Find who sends to an address; None when nobody does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the first look loads every plug-in, some of which import what is outdated
        # Nothing of the addresses in logs, no plug-in from elsewhere.
        asset = AppriseAsset(app_id="Cloison", app_desc="Cloison", secure_logging=True)
        return Apprise.instantiate(url, asset=asset)


def _mark(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:16]
