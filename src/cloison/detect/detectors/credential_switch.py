"""A machine that goes on under another account, to a place where neither had been."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import polars as pl

from cloison.detect.burst import KEYS, Bursts, microseconds
from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import DAY, Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

_NOBODY = r"(?i)\$$|^(anonymous logon|anonymous|guest|system|local service|network service|dwm-\d+|umfd-\d+)?$"
"""Accounts of machines, and those that stand for nobody."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSwitch:
    """A login path with a switch of account and new access.

    A logon from machine M to machine B under account u counts when all of this is new within `memory`: M joins B, u
    is used from M, and the account that M was using before joins B. And u lives elsewhere: it was used from another
    machine before. The path is complete when somebody had come to M from yet another machine, under another account
    than u, within `window`: then one such logon convicts. Without that first leg it takes `targets` machines.

    While the stream is younger than `warm_up` everything is new: then only complete paths to `targets` machines count.
    Machines that `popular` hosts join are servers where everybody goes: neither M nor B.

    Source: Ho et al., "Hopper: modeling and detecting lateral movement", USENIX Security 2021. ATT&CK T1078, T1550.
    """

    name: ClassVar[str] = "credential-switch"
    technique: ClassVar[Technique] = Technique("T1078")
    barrier: ClassVar[Barrier] = Barrier.SPREAD
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.LOGON: ("protocol", "user", "actor", "service", "success", "detail")
    }
    key: ClassVar[str] = NETWORK

    targets: int = 2
    window: timedelta = timedelta(hours=24)
    warm_up: timedelta = timedelta(hours=24)
    memory: int = 30
    popular: int = 5

    def watch(self, context: Context) -> "CredentialSwitchWatch":
        """Begin to watch."""
        return CredentialSwitchWatch(self, context)


@dataclass(frozen=True, slots=True)
class _Use:
    """When an account was last used at one end."""

    clock: int
    other: str
    user: str


class CredentialSwitchWatch:
    """Who joined what, under which account: 65,536 of each, the first met forgotten first."""

    def __init__(self, detector: CredentialSwitch, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._roles = Roles(context)
        self._window = microseconds(detector.window)
        self._logons = Firsts(days=0, limit=1 << 20)
        self._last: dict[tuple[str, str, str], int] = {}
        self._homes: dict[str, str] = {}
        self._came: dict[str, _Use] = {}
        self._used: dict[str, _Use] = {}
        self._joined: dict[str, set[str]] = {}
        self._switched: dict[tuple[str, str], int] = {}
        self._bursts = Bursts(self._window)
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        user = _account("user")
        # A ticket for a service is a logon at the machine that its name ends with.
        host = pl.col("service").str.extract(r"^[^/]+/([^/@:]+)").str.to_lowercase().str.extract(r"^([^.]+)")
        kerberos = pl.col("protocol") == "kerberos"
        rows = (
            tables[Kind.LOGON]
            .filter(pl.col("success").fill_null(value=True) & pl.col("src_inside") & pl.col("dst_inside"))
            .with_columns(
                user=user,
                actor=_account("actor"),
                dst=pl.when(kerberos.fill_null(value=False)).then(host).otherwise(pl.col("dst")),
            )
            .filter(
                ~pl.col("user").str.contains(_NOBODY)
                & pl.col("dst").is_not_null()
                & (pl.col("src") != pl.col("dst"))
                & (pl.col("success") | pl.col("detail").str.starts_with("explicit").fill_null(value=False))
            )
        )
        key = joined_key(pl.col("src_key"), pl.col("dst"), pl.col("user"))
        for row in self._logons.new(rows.with_columns(key=key)).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, target, user, clock = str(row["src"]), str(row["dst"]), str(row["user"]), int(row["clock"])
        day = clock // DAY
        before = self._used.get(source)
        causal = str(row["actor"] or "") or (before.user if before is not None else "")
        facts = (("edge", source, target), ("from", source, user), ("access", causal, target))
        begun = clock - self._switched.get((source, user), -1 << 62) <= self._window
        new = all(
            day - self._last.get(fact, -1 << 40) > self._detector.memory or (begun and fact[0] == "from")
            for fact in facts
        )
        elsewhere = self._homes.get(user, source) != source
        if new and elsewhere and causal not in {"", user} and not self._common(source, target):
            if not begun:
                _remember(self._switched, (source, user), clock)
            self._suspect(row, causal)
        for fact in (*facts[:2], ("access", user, target)):
            _remember(self._last, fact, day)
        _remember(self._homes, user, self._homes.get(user, source))
        _remember(self._came, target, _Use(clock, source, user))
        if before is None or user == before.user or clock - before.clock > self._window:
            _remember(self._used, source, _Use(clock, target, user))
        joined = self._joined.get(target)
        if joined is None:
            joined = set()
            _remember(self._joined, target, joined)
        if len(joined) < self._detector.popular:
            joined.add(source)

    def _common(self, source: str, target: str) -> bool:
        """Tell whether either end is a server where everybody goes, or a machine that administers by trade."""
        popular = self._detector.popular
        return self._roles.administers(source) or any(
            len(self._joined.get(end, ())) >= popular for end in (source, target)
        )

    def _suspect(self, row: Mapping[str, Any], causal: str) -> None:
        source, target, user, clock = str(row["src"]), str(row["dst"]), str(row["user"]), int(row["clock"])
        came = self._came.get(source)
        path = came is not None and came.user != user and came.other != target and clock - came.clock <= self._window
        note = say(
            "{user}, used from {source} in place of {causal}, joins {target}",
            user=user,
            source=source,
            causal=causal,
            target=target,
        )
        act = Act(clock, row["began"], row["origin"], row["record"], target, note)
        run = self._runs.live(source, clock)
        if run is not None:
            run.add(act)
            return
        acts = self._bursts.take(source, act)
        cold = clock - self._context.began(self._detector.reads) < microseconds(self._detector.warm_up)
        many = len({one.target for one in acts}) >= self._detector.targets
        if not (path and many if cold else path or many) or self._runs.full(source):
            return
        run = self._runs.open(source, act, list(acts)[:-1])
        run.facts.update({"path": int(path), "cold": int(cold)})

    def _say(self, run: Run) -> Finding:
        path, cold = bool(run.facts["path"]), bool(run.facts["cold"])
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            (0.6 if path else 0.45) - 0.15 * cold,
            (
                say("{source} goes on under another account", source=run.source),
                say("{what} {usual}", what=_what(run, path=path), usual=_USUAL),
            ),
        )


_USUAL = say("Neither this machine nor the account that it was using had been there for a month.")


def _what(run: Run, *, path: bool) -> Sentence:
    if path:
        return say(
            "Somebody had come to it from another machine; then it joined {target} under an account that lives "
            "elsewhere.",
            target=next(iter(run.targets)),
        )
    return say("It joined {target} and others under an account that lives elsewhere.", target=next(iter(run.targets)))


def _account(column: str) -> pl.Expr:
    """Give an account without its domain, in lower case."""
    bare = pl.col(column).str.to_lowercase().str.extract(r"^(?:[^\\]*\\)?([^@/\\]*)")
    return bare.fill_null("")


def _remember(memory: dict[Any, V], key: Any, value: V) -> None:  # noqa: ANN401  # keys of several sorts
    memory.pop(key, None)
    if len(memory) >= 4 * KEYS:
        del memory[next(iter(memory))]
    memory[key] = value


DETECTOR = CredentialSwitch()
