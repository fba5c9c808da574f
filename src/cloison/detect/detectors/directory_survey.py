"""A host that asks servers who exists, who is powerful and who is where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.roles import Roles
from cloison.detect.run import Run
from cloison.detect.signs import Sign, SignWatch
from cloison.model.finding import Barrier, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

_CALLS: Mapping[str, str] = {
    "samr samrenumerateusersindomain": "accounts",
    "samr samrquerydisplayinformation": "accounts",
    "samr samrquerydisplayinformation2": "accounts",
    "samr samrquerydisplayinformation3": "accounts",
    "samr samrqueryinformationuser": "account",
    "samr samrqueryinformationuser2": "account",
    "samr samrenumerategroupsindomain": "groups",
    "samr samrqueryinformationgroup": "groups",
    "samr samrgetmembersingroup": "groups",
    "samr samrenumeratealiasesindomain": "local-groups",
    "samr samrgetmembersinalias": "local-groups",
    "srvsvc netrsessionenum": "sessions",
    "wkssvc netrwkstauserenum": "present",
    "svcctl openscmanagerw": "managers",
    "svcctl openscmanagera": "managers",
    "svcctl openscmanager2": "managers",
    "srvsvc netrshareenum": "shares",
    "srvsvc netrshareenumall": "shares",
}
"""Endpoint and operation -> sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySurvey:
    """Lists of accounts, groups, sessions, shares, asked over remote calls.

    An intruder asks them in the first minutes; an office PC looks up one name at a time and has no use for the list.
    A list asked once is little, so confidence is low; it says where to look when something else is found. One
    Whether one may open the service manager of many machines, and which shares many machines have, tells
    little on one machine: it counts on `machines` of its sign.

    Source: ATT&CK T1087.002, T1069, T1049, T1033, T1135; BZAR (MITRE, 2018) for the calls.

    Attributes:
        window: within which the records of a sign that wants several must be.
        memory: days after which the same question to the same machine is new again.
        popular: hosts from which a question is a server's ordinary use: a hospital's software asks them everywhere.
    """

    name: ClassVar[str] = "directory-survey"
    technique: ClassVar[Technique] = Technique("T1087")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.RPC: ("endpoint", "operation")}
    key: ClassVar[str] = NETWORK
    signs: ClassVar[Mapping[str, Sign]] = {
        "accounts": Sign(technique="T1087.002", confidence=0.35, note=say("list of all accounts asked for")),
        "account": Sign(technique="T1087.002", confidence=0.25, note=say("an account read in full")),
        "groups": Sign(technique="T1069.002", confidence=0.35, note=say("groups and their members asked for")),
        "local-groups": Sign(
            technique="T1069.001", confidence=0.3, note=say("local groups and their members asked for")
        ),
        "sessions": Sign(technique="T1049", confidence=0.3, note=say("list of those who use the server asked for")),
        "present": Sign(technique="T1033", confidence=0.3, note=say("list of those who are logged on asked for")),
        "managers": Sign(
            technique="T1069.001", confidence=0.35, machines=2, note=say("right to manage services tried")
        ),
        "shares": Sign(technique="T1135", confidence=0.35, machines=4, note=say("list of shares asked for")),
    }

    window: timedelta = timedelta(minutes=10)
    memory: int = 30
    popular: int = 4

    def watch(self, context: Context) -> SignWatch:
        """Begin to watch."""
        return SignWatch(self, context)

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """See `SignDetector.rows`."""
        call = pl.concat_str("endpoint", "operation", separator=" ").str.to_lowercase()
        sign = call.replace_strict(_CALLS, default=None, return_dtype=pl.String())
        return [tables[Kind.RPC].lazy().with_columns(sign=sign).drop_nulls("sign")]

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """See `SignDetector.words`."""
        target = next(iter(run.targets))
        return (
            say("{source} asks {target} who and what is there", source=run.source, target=target),
            say(
                "First seen from it: {what}. Alone it may be an administrator or a program; beside another alert, it "
                "is an intruder finding the way.",
                what=strongest.note,
            ),
        )

    def excuses(self, run: Run, roles: Roles) -> bool:
        """See `SignDetector.excuses`."""
        return roles.administers(run.source) or roles.role(run.source) == "domain-controller"


DETECTOR = DirectorySurvey()
