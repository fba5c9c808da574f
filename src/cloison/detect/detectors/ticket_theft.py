"""A host that asks Kerberos for tickets in a cipher that can be cracked, or proves itself with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import polars as pl

from cloison.detect.burst import KEYS, Bursts, microseconds
from cloison.detect.detector import NETWORK, Context
from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

_RC4 = r"(?i)^(AS|TGS) (rc4|encryption 0x(17|18)\b)"
"""The ticket's cipher, as captures, Zeek and Windows' events tell it."""

_AES = r"(?i)aes(128|256)|encryption 0x(11|12)\b"

_MACHINE = r"(?i)^(krbtgt|kadmin|[^/]*\$)(/|@|$)"
"""Accounts whose passwords are long and random: nothing to crack."""

_ROAST, _UNPROVED, _OLD_KEY = "roast", "unproved", "old-key"

_TECHNIQUES = {_ROAST: "T1558.003", _UNPROVED: "T1558.004", _OLD_KEY: "T1550.002"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTheft:
    """Tickets in RC4 where AES is spoken.

    A service ticket is sealed with the service account's password: whoever holds it tries passwords at home. RC4 makes
    that a thousand times cheaper, and tools ask for it. So:

    - From a domain controller that also gives AES, RC4 tickets for `services` different services within `window`:
      T1558.003. One alone, for a service for which no other host has asked: the same, with little confidence. Where
      only RC4 is seen, `many` services: a logon takes half a dozen.
    - A logon ticket in RC4 given without pre-authentication: T1558.004.
    - A logon whose reply is sealed with RC4 while the ticket is in AES: the client proved itself by the old hash, which
      is what a stolen one allows: T1550.002. A host that also proves itself with AES has no reason to.

    Source: ATT&CK T1558.003, T1558.004, T1550.002; T. Medin, "Attacking Kerberos", 2014.

    Attributes:
        memory: days after which the same ticket for the same host is new again.
    """

    name: ClassVar[str] = "ticket-theft"
    technique: ClassVar[Technique] = Technique("T1558")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.LOGON: ("protocol", "user", "service", "success", "detail")}
    key: ClassVar[str] = NETWORK

    services: int = 3
    many: int = 12
    window: timedelta = timedelta(minutes=10)
    memory: int = 30

    def watch(self, context: Context) -> "TicketTheftWatch":
        """Begin to watch."""
        return TicketTheftWatch(self, context)


class TicketTheftWatch:
    """Controllers and hosts that speak AES, services asked for in RC4, latest such tickets of each host."""

    def __init__(self, detector: TicketTheft, _: Context) -> None:
        self._detector = detector
        self._modern: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        self._habits = Firsts(days=detector.memory, limit=1 << 20)
        self._bursts = Bursts(microseconds(detector.window))
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        given = tables[Kind.LOGON].filter((pl.col("protocol") == "kerberos") & pl.col("success"))
        if given.is_empty():
            return
        detail = pl.col("detail").fill_null("")
        aes = given.filter(detail.str.contains(_AES) & ~detail.str.contains("key rc4", literal=True))
        for side in ("dst", "src"):
            for host, clock in aes.group_by(side).agg(pl.col("clock").min()).sort("clock", side).iter_rows():
                if len(self._modern) < 4 * KEYS:
                    self._modern.setdefault(host, clock)
        sign = (
            pl.when(detail.str.contains(r"^AS .*key rc4") & detail.str.contains(_AES))
            .then(pl.lit(_OLD_KEY))
            .when(detail.str.contains(_RC4) & detail.str.starts_with("AS") & detail.str.ends_with("no-preauth"))
            .then(pl.lit(_UNPROVED))
            .when(
                detail.str.contains(_RC4)
                & detail.str.starts_with("TGS")
                & ~pl.col("service").fill_null("krbtgt").str.contains(_MACHINE)
            )
            .then(pl.lit(_ROAST))
        )
        rows = given.with_columns(sign=sign, service=pl.col("service").fill_null("")).drop_nulls("sign")
        about = pl.when(pl.col("sign") == _ROAST).then("service").otherwise(pl.col("user").fill_null(""))
        rows = rows.with_columns(key=joined_key(pl.col("src_key"), pl.col("sign"), about))
        for row in self._habits.new(rows).iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _take(self, row: Mapping[str, Any]) -> None:
        source, sign, clock = str(row["src"]), str(row["sign"]), int(row["clock"])
        act = Act(clock, row["began"], row["origin"], row["record"], str(row["dst"]), _note(sign, row))
        enough, strong = True, True
        if sign == _ROAST:
            services = len({one.note for one in self._bursts.take(source, act)})
            rare, aes = self._rare(source, str(row["service"])), self._speaks_aes(row, str(row["dst"]))
            strong = services >= (self._detector.services if aes else self._detector.many)
            enough = strong or (rare and aes)
        elif sign == _OLD_KEY:
            strong = self._modern.get(source, clock + 1) <= clock
        run = self._runs.live(source, clock)
        if run is not None:
            run.add(act)
        elif enough and not self._runs.full(source):
            run = self._runs.open(source, act, [])
        if run is not None:
            run.facts[sign] += 1
            run.facts[f"strong {sign}"] |= int(strong)

    def _rare(self, source: str, service: str) -> bool:
        """Tell whether no other host has asked for this service in RC4."""
        if len(self._asked) >= KEYS:
            del self._asked[next(iter(self._asked))]
        return self._asked.setdefault(service, source) == source

    def _speaks_aes(self, row: Mapping[str, Any], controller: str) -> bool:
        """Tell whether AES was possible: by the client's part of this very ticket, or by another ticket."""
        return "key aes" in row["detail"] or self._modern.get(controller, row["clock"] + 1) <= row["clock"]

    def _say(self, run: Run) -> Finding:
        sign = max(_TECHNIQUES, key=lambda one: (run.facts[f"strong {one}"], run.facts[one]))
        strong = bool(run.facts[f"strong {sign}"])
        confidence = {_ROAST: (0.3, 0.75), _UNPROVED: (0.55, 0.55), _OLD_KEY: (0.35, 0.6)}[sign][strong]
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            _TECHNIQUES[sign],
            confidence,
            (_title(run.source, sign), say("{what} {usual}", what=_what(run, sign), usual=_USUAL)),
        )


_USUAL = say("Where AES is spoken, ordinary machines use it.")


def _title(source: str, sign: str) -> Sentence:
    if sign == _OLD_KEY:
        return say("{source} logs on by an old hash, as with a stolen one", source=source)
    return say("{source} collects tickets from which passwords can be cracked", source=source)


def _what(run: Run, sign: str) -> Sentence:
    if sign == _OLD_KEY:
        return say("It proved itself to Kerberos with RC4 although the ticket is in AES.")
    if sign == _UNPROVED:
        return say("It was given a logon ticket in RC4 without proving who it is.")
    return say_many(
        "It was given a ticket in RC4 for {n} service.",
        "It was given tickets in RC4 for {n} services.",
        run.facts[_ROAST],
    )


def _note(sign: str, row: Mapping[str, Any]) -> Sentence:
    if sign == _ROAST:
        return say("ticket in RC4 for {service}", service=str(row["service"]))
    if sign == _UNPROVED:
        return say("logon ticket of {user} in RC4, without proof", user=str(row["user"]))
    return say("logon of {user} with RC4", user=str(row["user"]))


DETECTOR = TicketTheft()
