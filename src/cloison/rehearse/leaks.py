"""The leaks of an ordinary hospital: traffic that works, and that no conduit declares."""

from dataclasses import dataclass

import numpy as np

from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.office import log_tls
from cloison.rehearse.habit import Day
from cloison.rehearse.rhythm import DAY, OFFICE, Rhythm, moments, sizes, ticks
from cloison.rehearse.tape import Picks
from cloison.rehearse.truth import KnownLeak
from cloison.words import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A use that nobody declared.

    Attributes:
        who, whom: roles; only one pair of zones is taken, the first that the map does not declare.
        people: how many machines do it.
        per_day: uses by each, drawn from `rhythm`; or `every` seconds when it is a machine's habit.
    """

    who: str
    whom: str
    kind: ZoneKind
    service: str
    app: str | None
    people: int
    sentence: Sentence
    per_day: int = 0
    rhythm: Rhythm = OFFICE
    every: float = 0.0
    seconds: float = 30.0
    up: float = 8000.0
    down: float = 200_000.0


LEAKS = (
    Leak(
        who="supplier-outside", whom="modality", kind=ZoneKind.INTERNET, service="tcp/5900", app="rfb", people=1,
        per_day=3, seconds=900, up=300_000, down=20_000_000,
        sentence=say("a supplier's own box takes the screen of a modality, not by the remote maintenance door"),
    ),
    Leak(
        who="workstation", whom="pacs", kind=ZoneKind.OFFICE, service="tcp/443", app="ssl", people=6, per_day=7,
        seconds=50, down=8_000_000,
        sentence=say("office desks look at images straight on the PACS"),
    ),
    Leak(
        who="modality", whom="web", kind=ZoneKind.BIOMEDICAL, service="tcp/443", app="ssl", people=1, per_day=14,
        sentence=say("a modality browses the web"),
    ),
    Leak(
        who="recorder", whom="box-cloud", kind=ZoneKind.OT, service="tcp/8000", app=None, people=1, every=90,
        seconds=1.0, up=700, down=300,
        sentence=say("the camera recorder calls its manufacturer's cloud every minute and a half"),
    ),
    Leak(
        who="workstation", whom="file-server", kind=ZoneKind.BIOMEDICAL, service="tcp/445", app="gssapi,smb,krb",
        people=1, per_day=5, seconds=60, up=20_000_000,
        sentence=say("a biomedical workstation copies files to a file server that it should not reach"),
    ),
)  # fmt: skip
"""From the supplier's shortcut to the desk that was never told: what a first look at traffic shows."""


def live(day: Day) -> tuple[KnownLeak, ...]:
    """Add the leaks that this map leaves undeclared, and name them."""
    rng = day.rng("leaks")
    hosts, known = day.hosts, []
    for leak in LEAKS:
        sources, targets = hosts.having(leak.who, kind=leak.kind), hosts.having(leak.whom)
        pair = _undeclared(day, sources, targets, leak.service)
        if pair is None:
            continue
        present = sources[(hosts.zone[sources] == pair[0]) & (day.off[sources] > 0)]
        who = rng.choice(present, min(leak.people, len(present)), replace=False)
        whom = targets[hosts.zone[targets] == pair[1]]
        if leak.every:
            at = ticks(rng, len(who), leak.every, 0.01)
            source, at = np.repeat(who, at.shape[1]), at.ravel()
        else:
            source = np.repeat(who, leak.per_day)
            at = moments(rng, leak.rhythm, len(source))
        there = day.awake(source, at) & (at >= 0) & (at < DAY)
        source, at = source[there], at[there]
        n = len(at)
        if not n:
            continue
        target = whom[rng.integers(0, 3, n) % len(whom)]
        proto, _, port = leak.service.partition("/")
        flows = day.tape.connect(
            rng,
            at=at,
            src=hosts.address[source],
            dst=hosts.address[target],
            port=int(port),
            proto=proto,
            service=leak.app,
            seconds=sizes(rng, leak.seconds, 0.5, n),
            up=sizes(rng, leak.up, 0.3, n),
            down=sizes(rng, leak.down, 0.5, n),
        )
        if leak.app == "ssl":
            log_tls(day, target[flows.settled], flows.only(flows.settled))
        zones = day.hospital.zones
        known.append(
            KnownLeak(from_=zones[pair[0]].id, to=zones[pair[1]].id, service=leak.service, sentence=leak.sentence)
        )
    return tuple(known)


def _undeclared(day: Day, sources: Picks, targets: Picks, service: str) -> tuple[int, int] | None:
    """The first two zones of these machines between which the map does not declare the service."""
    zone = day.hosts.zone
    pairs = ((int(s), int(t)) for s in np.unique(zone[sources]) for t in np.unique(zone[targets]))
    return next(((s, t) for s, t in pairs if min(s, t) >= 0 and not day.declared.allows(s, t, service)), None)
