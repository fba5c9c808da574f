"""A host that changes, in the directory, who may do what."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChange:
    """Attributes of the directory that give power, written over LDAP.

    They are written when a domain is set up, by a few administrators and by the directory's own servers. An intruder
    writes them to give himself the right to copy every password, or to pass for any user on a machine.

    Source: [MS-ADTS] for the attributes; ATT&CK T1222.001, T1098, T1134.005, T1484.001; Robbins and Schroeder, "An ACE
    up the sleeve", 2017.

    Attributes:
        window: see `SignDetector`.
        memory: days after which the same change on the same server is new again.
        popular: hosts that make a change an ordinary one.
    """

    name: ClassVar[str] = "directory-change"
    technique: ClassVar[Technique] = Technique("T1222.001")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.RPC: ("endpoint", "operation")}
    key: ClassVar[str] = NETWORK
    signs: ClassVar[Mapping[str, Sign]] = {
        "ntsecuritydescriptor": Sign(
            technique="T1222.001", confidence=0.5, note=say("rights on an entry of the directory changed")
        ),
        "msds-allowedtoactonbehalfofotheridentity": Sign(
            technique="T1098", confidence=0.6, note=say("a machine told to let another pass for any user")
        ),
        "msds-keycredentiallink": Sign(
            technique="T1098", confidence=0.4, note=say("a key added that opens an account without its password")
        ),
        "sidhistory": Sign(technique="T1134.005", confidence=0.6, note=say("an account given the rights of another")),
        "gplink": Sign(technique="T1484.001", confidence=0.35, note=say("a group policy tied to machines")),
    }

    window: timedelta = timedelta(minutes=10)
    memory: int = 30
    popular: int = 4

    def watch(self, context: Context) -> SignWatch:
        """Begin to watch."""
        return SignWatch(self, context)

    def rows(self, tables: Mapping[Kind, pl.DataFrame]) -> list[pl.LazyFrame]:
        """See `SignDetector.rows`."""
        changed = pl.col("operation").str.strip_prefix("modify ").str.to_lowercase()
        asked = (pl.col("endpoint") == "ldap") & pl.col("operation").str.starts_with("modify ")
        return [tables[Kind.RPC].lazy().filter(asked & changed.is_in(list(self.signs))).with_columns(sign=changed)]

    def words(self, run: Run, strongest: Sign) -> tuple[Sentence, Sentence]:
        """See `SignDetector.words`."""
        target = next(iter(run.targets))
        return (
            say("{source} changes who may do what in the directory of {target}", source=run.source, target=target),
            say(
                "{n} records, among them: {what}. Few administrators do this, and seldom: ask them whether it was "
                "they.",
                n=run.acts,
                what=strongest.note,
            ),
        )

    def excuses(self, run: Run, roles: Roles) -> bool:
        """See `SignDetector.excuses`."""
        return roles.administers(run.source) or roles.role(run.source) == "domain-controller"


DETECTOR = DirectoryChange()
