"""A host that tries passwords."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.burst import KEYS, microseconds
from cloison.detect.detector import Context
from cloison.detect.doors import Doors, Sessions
from cloison.detect.roles import Roles
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

DAY = 86_400_000_000

USERS = 256
"""Accounts remembered of one host."""

_WRONG = r"(?i)PREAUTH_FAILED|BAD_INTEGRITY|CLIENT_REVOKED|C_PRINCIPAL_UNKNOWN"
"""Kerberos errors about the account or its password, RFC 4120 7.5.9; the third for locked accounts."""

_UNKNOWN = r"(?i)C_PRINCIPAL_UNKNOWN|NO_SUCH_USER"
"""No such account: tried again, it tells nothing more."""

_NO_GUESS = r"(?i)ACCESS_DENIED|NOT_GRANTED|EXPIRED|MUST_CHANGE|MORE_PROCESSING|RESTRICTION|WORKSTATION|HOURS"
"""Refusals of a password that was right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """Two tests: on logons whose result is known, and on sessions that are alike.

    Logons: each failed logon moves the host's walk up, by `account` when it is the first for that account in the
    spell, by `again` for a further try at it, since a person who mistypes does so more than once (not at all when
    there is no such account); a logon that works moves it down by `success`; it never goes below zero (Page), and
    starts anew after `pause` without a failure. At `threshold` the host is denounced. With θ0 = 0.1 and θ1 = 0.9, the
    chance that a try fails for an ordinary host and for a guesser, one account is worth ln 9 = 2.2, and 6 of them
    13.2 = ln(5.3e5): one false alarm in half a million first failures, if they were independent; a guesser who fails 9
    times in 10 reaches it with a probability above 99 %. Slow spraying: `slow` accounts failed within one UTC day,
    and fewer logons that worked.

    Sessions (flows, or logs that do not tell the result): `sessions` of them, `sessions_machine` where programs too
    open many (FTP, SMB), from one host to one service within `window`, answered, short, and whose sizes differ by less
    than `alike`. If an ordinary pair opened one a minute, ten within two minutes would be chance once in 20,000
    (Poisson, mean 2).

    Source: Wald's test in Page's form, as in Jung et al. 2004; Hellemons et al., "SSHCure: a flow-based SSH intrusion
    detection system", AIMS 2012, for sessions of one size. ATT&CK T1110.001, T1110.003; T1078 when one works.

    Attributes:
        entered: what a success on an account that had failed adds to the confidence.
    """

    name: ClassVar[str] = "guessing"
    technique: ClassVar[Technique] = Technique("T1110")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "service", "src_bytes", "dst_bytes", "answered"),
        Kind.LOGON: ("protocol", "user", "success", "detail"),
    }
    key: ClassVar[str] = "src"

    account: int = 2
    again: int = 1
    success: int = 2
    threshold: int = 12
    pause: timedelta = timedelta(minutes=10)
    slow: int = 15
    sessions: int = 10
    sessions_machine: int = 30
    window: timedelta = timedelta(minutes=2)
    alike: float = 1.5
    entered: float = 0.2

    def watch(self, context: Context) -> "GuessingWatch":
        """Begin to watch."""
        return GuessingWatch(self, context)


@dataclass(slots=True)
class _Walk:
    """One host's tries.

    Attributes:
        height: of the walk, never below zero.
        failed: clock of the last failure.
        users: accounts that failed in this spell.
        acts: failures of this spell, the latest ones.
        day: UTC day of `today`.
        today: accounts that failed that day and did not succeed.
        worked: logons that worked that day, since the first failure.
    """

    height: int = 0
    failed: int = 0
    users: dict[str, None] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    day: int = 0
    today: dict[str, None] = field(default_factory=dict)
    worked: int = 0

    def note(self, user: str, act: Act) -> None:
        """Remember a failure."""
        self.failed = act.clock
        self.acts.append(act)
        del self.acts[: -4 * EVIDENCE]
        if self.day != act.clock // DAY:
            self.day, self.today, self.worked = act.clock // DAY, {}, 0
        for users in (self.users, self.today):
            if len(users) < USERS:
                users.setdefault(user)

    def slow(self, accounts: int) -> bool:
        """Tell whether so many accounts failed that day, and more than worked."""
        return len(self.today) >= accounts and self.worked < len(self.today)


_EVENT = ("clock", "began", "origin", "record", "src", "dst", "what", "user", "protocol")
_TRY, _NOBODY, _WORKED, _ALIKE = "try", "nobody", "worked", "alike"


class GuessingWatch:
    """Walks of the hosts that failed, latest sessions, findings."""

    def __init__(self, detector: Guessing, context: Context) -> None:
        self._detector = detector
        self._roles = Roles(context)
        self._pause = microseconds(detector.pause)
        wide = Doors(need=detector.sessions_machine, window=microseconds(detector.window), alike=detector.alike)
        narrow = Doors(need=detector.sessions, window=microseconds(detector.window), alike=detector.alike)
        self._sessions = (Sessions(narrow, people=True), Sessions(wide, people=False))
        self._walks: dict[str, _Walk] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        parts = []
        if Kind.LOGON in tables:
            parts.append(self._tries(tables[Kind.LOGON]))
        parts += [one for sessions in self._sessions if (one := sessions.take(tables)) is not None]
        events = [part.select(_EVENT) for part in parts if part.height]
        if not events:
            return
        for row in in_order_of_arrival(events).iter_rows(named=True):
            if row["what"] == _ALIKE:
                self._alike(row)
            elif row["what"] == _WORKED:
                self._worked(row)
            else:
                self._failed(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _tries(self, logons: pl.DataFrame) -> pl.DataFrame:
        """Give the failures, and the successes of hosts that have failed."""
        kerberos = pl.col("protocol") == "kerberos"
        detail = pl.col("detail").fill_null("")
        wrong = pl.when(kerberos).then(detail.str.contains(_WRONG)).otherwise(~detail.str.contains(_NO_GUESS))
        # Windows tries the null session by itself.
        named = (pl.col("user").fill_null("") != "") | ~pl.col("protocol").is_in(["ntlm", "kerberos"]).fill_null(
            value=False
        )
        machine = pl.col("user").fill_null("").str.contains(r"\$(@|/|$)")
        told = (
            logons.lazy()
            .filter(pl.col("success").is_not_null() & named & ~detail.str.starts_with("TGS"))
            .with_columns(
                what=pl.when(machine)
                .then(None)
                .when(~pl.col("success") & wrong)
                .then(pl.when(detail.str.contains(_UNKNOWN)).then(pl.lit(_NOBODY)).otherwise(pl.lit(_TRY)))
                .when("success")
                .then(pl.lit(_WORKED)),
                user=pl.col("user").fill_null("").str.to_lowercase(),
                protocol=pl.col("protocol").fill_null(""),
            )
            .drop_nulls("what")
            .collect()
        )
        restless = pl.concat(
            [
                told.filter(pl.col("what") != _WORKED)["src"].unique(),
                pl.Series("src", [*self._walks, *self._runs.sources], dtype=pl.String()),
            ]
        ).unique()
        return told.filter(pl.col("src").is_in(restless.implode()))

    def _failed(self, row: Mapping[str, Any]) -> None:
        tunables, source, user = self._detector, str(row["src"]), str(row["user"])
        act = _act(row)
        walk = self._walk(source)
        if act.clock - walk.failed > self._pause:
            walk.height, walk.users, walk.acts = 0, {}, []
        if user not in walk.users:
            walk.height += tunables.account
        elif row["what"] == _TRY:
            walk.height += tunables.again
        else:
            return
        walk.note(user, act)
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif (walk.height < tunables.threshold and not walk.slow(tunables.slow)) or self._runs.full(source):
            return
        else:
            run = self._runs.open(source, act, walk.acts[:-1])
        run.facts["users"] = max(run.facts["users"], len(walk.users), len(walk.today))
        run.facts["tries"] += 1
        for tried in walk.users if len(run.facts) < USERS else ():
            run.facts[f"user {tried}"] |= 1

    def _walk(self, source: str) -> _Walk:
        walk = self._walks.get(source)
        if walk is None:
            if len(self._walks) >= KEYS:
                del self._walks[next(iter(self._walks))]
            walk = self._walks[source] = _Walk()
        return walk

    def _worked(self, row: Mapping[str, Any]) -> None:
        source, user = str(row["src"]), str(row["user"])
        walk = self._walks.get(source)
        if walk is not None:
            walk.today.pop(user, None)
            walk.worked += 1
            walk.height = max(0, walk.height - self._detector.success)
        run = self._runs.live(source, row["clock"])
        if run is not None and f"user {user}" in run.facts and not run.facts["entered"]:
            run.facts["entered"] = 1
            run.add(_act(row))

    def _alike(self, row: Mapping[str, Any]) -> None:
        source = str(row["src"])
        if self._roles.looks(source):
            return
        act = _act(row)
        run = self._runs.live(source, act.clock)
        if run is not None:
            run.add(act)
        elif self._runs.full(source):
            return
        else:
            run = self._runs.open(source, act, [])
            run.acts += self._detector.sessions - 1
        run.facts["sessions"] += 1

    def _say(self, run: Run) -> Finding:
        users, tries = run.facts["users"], run.facts["tries"]
        spraying = users >= self._detector.threshold // self._detector.account and run.acts < 4 * users
        technique = "T1110.003" if spraying else "T1110.001"
        confidence = 0.75 if tries else 0.6
        if tries and users > 1:
            confidence += 0.1
        if run.facts["entered"]:
            confidence += self._detector.entered
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            technique,
            min(confidence, 0.95),
            (_title(run), say("{what} {usual}", what=_what(run, users, tries), usual=_USUAL)),
        )


_USUAL = say("A person mistypes a password two or three times, then stops or gets in.")


def _title(run: Run) -> Sentence:
    if run.facts["entered"]:
        return say("{source} tried passwords until one worked", source=run.source)
    return say("{source} tries passwords", source=run.source)


def _what(run: Run, users: int, tries: int) -> Sentence:
    if not tries:
        return say(
            "It opened {n} short sessions of one size, one upon the other, on a service that asks for a password.",
            n=run.acts,
        )
    return say_many(
        "{tries} logons failed, on {n} account.",
        "{tries} logons failed, on {n} accounts.",
        users,
        tries=run.acts,
    )


def _act(row: Mapping[str, Any]) -> Act:
    target = str(row["dst"])
    if row["what"] == _ALIKE:
        note = say("short session on {target} ({protocol})", target=target, protocol=str(row["protocol"]))
    elif row["what"] == _WORKED:
        note = say("logon that worked on {target} ({protocol})", target=target, protocol=str(row["protocol"]))
    else:
        note = say("logon that failed on {target} ({protocol})", target=target, protocol=str(row["protocol"]))
    return Act(row["clock"], row["began"], row["origin"], row["record"], target, note)


DETECTOR = Guessing()
