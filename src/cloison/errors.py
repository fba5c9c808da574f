"""Everything that can go wrong and be said: one tree, one shape.

Each error states the problem, the fix and where, in words; `code` is its anchor in docs/errors.md.
"""

from dataclasses import dataclass
from typing import ClassVar

from cloison.words import Sentence, say_many


class CloisonError(Exception):
    """A problem that a person can act upon.

    Attributes:
        code: kebab-case anchor in docs/errors.md.
        exit_code: 2 usage or bad input, 3 could not do it.
        problem: what is wrong.
        fix: what to do about it.
        where: file, file:line, or the name of the thing.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 2

    def __init__(self, problem: Sentence, *, fix: Sentence, where: str) -> None:
        super().__init__(f"{where}: {problem} ({fix})")
        self.problem = problem
        self.fix = fix
        self.where = where


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a file, of the many that are reported at once.

    Attributes:
        line: 1-based line; 0 when the whole file is meant.
        reason: what is wrong there.
        fix: what to write instead, with the nearest valid word where there is one.
    """

    line: int
    reason: Sentence
    fix: Sentence


class BadMapError(CloisonError):
    """The map file holds mistakes; `faults` lists every one of them."""

    code = "bad-map"

    def __init__(self, faults: tuple[Fault, ...], *, fix: Sentence, where: str) -> None:
        count = len(faults)
        super().__init__(say_many("the map has {n} mistake", "the map has {n} mistakes", count), fix=fix, where=where)
        self.faults = faults


class MissingFileError(CloisonError):
    """A file or folder named on the command line is not there, or may not be read."""

    code = "missing-file"


class UnreadableSourceError(CloisonError):
    """A file is refused: no format recognises it, or it cannot be read at all. Other files go on."""

    code = "unreadable-source"


class NothingReadError(CloisonError):
    """Not one record could be read: saying "no finding" would be a lie.

    Attributes:
        reasons: (file, why it was refused), for each file that was looked at.
    """

    code = "nothing-read"
    exit_code = 3

    def __init__(
        self, problem: Sentence, *, fix: Sentence, where: str, reasons: tuple[tuple[str, Sentence], ...] = ()
    ) -> None:
        super().__init__(problem, fix=fix, where=where)
        self.reasons = reasons


class UnknownIdError(CloisonError):
    """A name given on the command line is not in the map."""

    code = "unknown-id"


class BadValueError(CloisonError):
    """An option's value is impossible."""

    code = "bad-value"


class UnwritableFileError(CloisonError):
    """A file cannot be written; what was there is untouched."""

    code = "unwritable-file"
    exit_code = 3


class BadStateError(CloisonError):
    """A saved state of the detectors is damaged, foreign, or of another version."""

    code = "bad-state"


class NothingKeptError(CloisonError):
    """A search was asked, and no history is kept: saying "not found" would be a lie."""

    code = "nothing-kept"
    exit_code = 3


class NoRulesError(CloisonError):
    """A folder or archive given with --rules holds no rule that can be used."""

    code = "no-rules"


class DeviceError(CloisonError):
    """An enforcement point cannot be reached, refuses, answers late, or what nobody understands."""

    code = "device-failed"
    exit_code = 3


class NotApprovedError(CloisonError):
    """A door may not move: nobody, or not enough people, approved."""

    code = "not-approved"


class BadJournalError(CloisonError):
    """The journal of the doors was altered, or is damaged beyond its last line."""

    code = "bad-journal"
    exit_code = 3


class UnfinishedSealError(CloisonError):
    """An earlier seal was cut short: what it left must be finished or undone first."""

    code = "unfinished-seal"
    exit_code = 3


class RangeError(CloisonError):
    """The range cannot be built here, is not running, or something in it does not answer."""

    code = "range-failed"
    exit_code = 3


class DatabaseError(CloisonError):
    """The database cannot be opened, does not answer, or was written by a newer Cloison."""

    code = "database"
    exit_code = 3


class OutsideRangeError(CloisonError):
    """The rehearsed intruder was asked to act anywhere but inside the range."""

    code = "outside-range"
    exit_code = 3


class BadScenarioError(CloisonError):
    """The file of a scenario holds mistakes; `faults` lists every one of them."""

    code = "bad-scenario"

    def __init__(self, faults: tuple[Fault, ...], *, fix: Sentence, where: str) -> None:
        count = len(faults)
        super().__init__(
            say_many("the scenario has {n} mistake", "the scenario has {n} mistakes", count), fix=fix, where=where
        )
        self.faults = faults


class ActedBeforeError(CloisonError):
    """Somebody decided something about this case since it was read."""

    code = "acted-before"
    exit_code = 3


class SignInError(CloisonError):
    """A login, a password or a code is not right, or the session is over."""

    code = "sign-in-refused"


class NotAllowedError(CloisonError):
    """The person, or the token, may not do this."""

    code = "not-allowed"


class TooManyAttemptsError(CloisonError):
    """Too many wrong passwords or codes came from there: the next one must wait.

    Attributes:
        seconds: how long.
    """

    code = "too-many-attempts"

    def __init__(self, problem: Sentence, *, fix: Sentence, where: str, seconds: int) -> None:
        super().__init__(problem, fix=fix, where=where)
        self.seconds = seconds


class AlreadyWatchingError(CloisonError):
    """Another process watches for the same home: both would tell everything twice."""

    code = "already-watching"
    exit_code = 3


class ListeningError(CloisonError):
    """A port on which the watch should listen cannot be opened."""

    code = "cannot-listen"
    exit_code = 3


class DirectoryError(CloisonError):
    """The hospital's directory (OpenID Connect) does not answer, or not as it should."""

    code = "directory"
    exit_code = 3


class BadBackupError(CloisonError):
    """A backup cannot be opened: another passphrase, an altered or shortened file, or no backup at all."""

    code = "bad-backup"


class ServerError(CloisonError):
    """The server that `--server` names cannot be reached, is another version, or answers what nobody can trust."""

    code = "server"
    exit_code = 3


class NotRemoteError(CloisonError):
    """A command, or an option of it, acts on this machine only, and a server was named."""

    code = "not-remote"
