"""A host that looks for services: too many first contacts that nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import HOSTS, TARGETS, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

_UNANSWERED_PORTS = (53, 67, 68, 69, 123, 137, 138, 161, 162, 443, 514, 1900, 3702, 5351, 5353, 5355)
"""UDP services where silence is ordinary, or that ordinary machines ask of whoever may be there."""

_DYNAMIC = 32_768
"""The first port that Linux gives to clients; Windows and IANA begin at 49,152. traceroute's are above too."""

DAY = 86_400_000_000
"""Microseconds: the walk starts again each UTC day."""

CONTACTS = 1 << 22
"""First contacts remembered of a day, and as many of the day before, 8 bytes each, and 8 for each machine met. Beyond,
those of the day that are new are left out: they are not judged."""

_TRAIL = {
    "src_key": pl.UInt64(),
    "seq": pl.Int64(),
    "clock": pl.Int64(),
    "began": pl.Int64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
    "src": pl.String(),
    "dst": pl.String(),
    "dst_port": pl.UInt16(),
    "knock": pl.Boolean(),
    "fires": pl.Boolean(),
    "rest": pl.Int64(),  # of these rows, the last where the walk was at zero; -1: none
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Threshold random walk over a host's first contacts.

    Each first contact of a host with a TCP service, or a UDP one inside, moves a walk, reflected at zero (Page's form,
    so that hours of ordinary work cannot buy credit): up when nobody answers, down when someone does. A first contact
    with a machine moves it by `machine`, further ports of the same machine by `port`, for they are not independent.
    A connection that was taken and in which nobody said anything buys no credit, and inside counts `knock`: so do
    half-open scans. A contact known from the same or the previous UTC day is no first contact: an outage is not a scan.

    With θ0 = 0.8 and θ1 = 0.2, the chance that a first contact succeeds for an ordinary host and for a scanner,
    a machine's step is ±ln 4. 12 of them, 16.6, is ln(1.7e7): one false alarm in about ten million first contacts, if
    they were independent; 9 of them, 12.5, one in a quarter of a million: a clue.

    Source: Jung, Paxson, Berger, Balakrishnan, "Fast portscan detection using sequential hypothesis testing",
    IEEE S&P 2004; E. S. Page, "Continuous inspection schemes", Biometrika 1954. ATT&CK T1046.

    Attributes:
        threshold: level of the walk that makes a clue.
        certain: level, of all that stayed silent, that makes an alert.
        machine: step for a first contact with a machine.
        port: step for another port of a machine already met that day.
        knock: step for a machine inside that took the connection, for nothing.
    """

    name: ClassVar[str] = "scan"
    technique: ClassVar[Technique] = Technique("T1046")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("src_port", "dst_port", "proto", "answered", "src_bytes", "dst_bytes")
    }
    key: ClassVar[str] = "src"
    repeats: ClassVar[bool] = False

    threshold: int = 18
    certain: int = 24
    machine: int = 2
    port: int = 1
    knock: int = 1

    def watch(self, context: Context) -> "ScanWatch":
        """Begin to watch."""
        return ScanWatch(self, context)


class ScanWatch:
    """Walks of the hosts that are not at zero, contacts known of two days, trails of unanswered contacts."""

    def __init__(self, detector: Scan, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._roles = Roles(context)
        self._day = -(1 << 31)
        self._eve, self._today, self._met = (pl.DataFrame(schema={"key": pl.UInt64()}) for _ in range(3))
        self._walks = pl.DataFrame(schema={"src_key": pl.UInt64(), "height": pl.Int64(), "level": pl.Int64()})
        self._trail = pl.DataFrame(schema=_TRAIL)
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        flows = tables[Kind.FLOW]
        # What goes to a client's port, or from a server's, is an answer to a question that was not told.
        asks = (pl.col("dst_port") < _DYNAMIC) & ~pl.col("src_port").is_in(_UNANSWERED_PORTS).fill_null(value=False)
        asked = (pl.col("proto") == "udp") & pl.col("dst_inside") & asks & ~pl.col("dst_port").is_in(_UNANSWERED_PORTS)
        told = (
            ((pl.col("proto") == "tcp") | asked) & pl.col("answered").is_not_null() & pl.col("dst_port").is_not_null()
        )
        if self._context.hospital is not None:
            # The internet scans every hospital all day: that is the entry's matter, not an intruder's movement.
            told &= pl.col("src_inside")
        pair = joined_key(pl.col("src_key"), pl.col("dst_key"))
        contacts = (
            flows.lazy()
            .filter(told)
            .select(
                *("seq", "src_key", "answered", "dst_inside"),
                pair=pair,
                key=joined_key(pair, pl.col("dst_port")),
                mute=pl.col("answered") & (pl.col("src_bytes") == 0) & (pl.col("dst_bytes") == 0),
                day=pl.col("clock") // DAY,
            )
            .collect()
        )
        for (day,), rows in contacts.partition_by("day", maintain_order=True, as_dict=True).items():
            self._turn(int(day))
            self._walk(self._first_contacts(rows), flows)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _turn(self, day: int) -> None:
        """Let another day begin, if it does."""
        if day == self._day:
            return
        self._eve = self._today if day == self._day + 1 else self._today.clear()
        self._today, self._met = self._today.clear(), self._met.clear()
        self._walks, self._trail = self._walks.clear(), self._trail.clear()
        self._day = day

    def _first_contacts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of the day's first contacts, keep those that are new since the day before, with their step."""
        rows = rows.filter(pl.col("key").is_first_distinct()).join(
            self._today, on="key", how="anti", maintain_order="left"
        )
        rows = rows.head(CONTACTS - self._today.height).with_columns(
            machine=pl.col("pair").is_first_distinct() & ~pl.col("pair").is_in(self._met["key"].implode())
        )
        self._today = pl.concat([self._today, rows.select("key")])
        self._met = pl.concat([self._met, rows.filter("machine").select(key="pair")])
        size = pl.when("machine").then(self._detector.machine).otherwise(self._detector.port)
        # Without the bytes, a connection that was taken is taken for a talk.
        mute = pl.col("mute").fill_null(value=False)
        knocked = pl.when(pl.col("dst_inside") & pl.col("machine")).then(self._detector.knock).otherwise(0)
        return rows.join(self._eve, on="key", how="anti", maintain_order="left").select(
            "seq",
            "src_key",
            knock=mute,
            move=pl.when(mute).then(knocked).when("answered").then(-size).otherwise(size).cast(pl.Int64()),
        )

    def _walk(self, contacts: pl.DataFrame, flows: pl.DataFrame) -> None:
        restless = pl.concat(
            [self._walks.get_column("src_key"), contacts.filter(pl.col("move") > 0).get_column("src_key")]
        ).unique()
        contacts = (
            contacts.filter(pl.col("src_key").is_in(restless.implode()))
            .join(self._walks, on="src_key", how="left", maintain_order="left")
            .with_columns(pl.col("height", "level").fill_null(0))
            .with_columns(free=pl.col("height") + pl.col("move").cum_sum().over("src_key"))
            .with_columns(height=pl.col("free") - pl.col("free").cum_min().clip(upper_bound=0).over("src_key"))
            .with_columns(
                level=pl.max_horizontal(
                    "level", (pl.col("height") // self._detector.threshold).cum_max().over("src_key")
                ),
                before=pl.col("level"),
            )
            .with_columns(
                fires=pl.col("level") > pl.col("level").shift(1).over("src_key").fill_null(pl.col("before")),
                rest=pl.when(pl.col("height") == 0).then("seq").forward_fill().over("src_key").fill_null(-1),
            )
        )
        after = contacts.group_by("src_key").agg(pl.col("height", "level", "rest").last())
        self._walks = pl.concat(
            [self._walks.join(after, on="src_key", how="anti"), after.select(*self._walks.columns)]
        ).filter((pl.col("height") > 0) | (pl.col("level") > 0))
        silent = contacts.filter(pl.col("move") > 0)
        if silent.height:
            told = flows.select("clock", "began", "origin", "record", "src", "dst", "dst_port")
            self._convict(
                pl.concat([silent, told[flows["seq"].search_sorted(silent["seq"])]], how="horizontal").select(*_TRAIL)
            )
        # What came before a walk was at zero led to nothing.
        self._trail = (
            self._trail.join(after.select("src_key", rested="rest"), on="src_key", how="left", maintain_order="left")
            .filter(pl.col("seq") > pl.col("rested").fill_null(-1))
            .select(*_TRAIL)
            .filter(pl.int_range(pl.len()).over("src_key") < TARGETS)
        )

    def _convict(self, silent: pl.DataFrame) -> None:
        """Open findings for the walks that crossed, and let those that are open grow."""
        known = self._runs.sources
        working = [source for source in silent.filter("fires")["src"].unique() if self._roles.looks(source)]
        silent = silent.filter(~pl.col("src").is_in(working))
        convicted = silent.filter(pl.col("fires") & ~pl.col("src").is_in(known))["src"].unique(maintain_order=True)
        suspects = pl.concat([convicted.head(HOSTS - len(known)), pl.Series(known, dtype=pl.String())])
        guilty = silent.filter(pl.col("src").is_in(suspects.implode()))
        trail = pl.concat([self._trail, silent])
        if guilty.height:
            fired = guilty.filter("fires")["src_key"].unique()
            past = trail.filter(pl.col("src_key").is_in(fired.implode())).partition_by("src_key", as_dict=True)

            def before(row: Mapping[str, Any]) -> list[Act]:
                since = (pl.col("seq") < row["seq"]) & (pl.col("seq") > row["rest"])
                earlier = past[row["src_key"],].filter(since).head(TARGETS)
                return [_act(one) for one in earlier.iter_rows(named=True)]

            for rows in guilty.partition_by("src", maintain_order=True):
                self._runs.grow(str(rows["src"][0]), rows, _act, before)
        self._trail = trail

    def _say(self, run: Run) -> Finding:
        machines = len(run.targets)
        weight = machines * self._detector.machine + (run.acts - machines) * self._detector.port
        confidence = 0.45
        if weight >= self._detector.certain:
            confidence = min(0.95, 0.6 + 0.08 * log2(weight / self._detector.certain))
        usual = say("An ordinary machine gets an answer from most of the machines that it calls for the first time.")
        if not self._context.book.locate(run.source)[2]:
            confidence /= 2
        if self._roles.manages(run.source):
            confidence /= 2
            usual = say("It lives in a management compartment: check whether this is the inventory or the supervision.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (self._title(run, machines), say("{what} {usual}", what=_what(run, machines), usual=usual)),
        )

    def _title(self, run: Run, machines: int) -> Sentence:
        if machines == 1:
            return say(
                "{source} tries the ports of {target} one after the other",
                source=run.source,
                target=next(iter(run.targets)),
            )
        return say("{source} looks for machines and services on the network", source=run.source)


def _act(row: Mapping[str, Any]) -> Act:
    port = str(row["dst_port"])
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("connection to {target}, port {port}, where nothing was said", target=row["dst"], port=port)
        if row["knock"]
        else say("no answer from {target}, port {port}", target=row["dst"], port=port),
    )


def _what(run: Run, machines: int) -> Sentence:
    if machines >= TARGETS:
        return say(
            "It called more than {n} machines that did not answer, {contacts} services in all.",
            n=TARGETS - 1,
            contacts=run.acts,
        )
    return say_many(
        "It called {contacts} services on {n} machine, and none answered.",
        "It called {contacts} services on {n} machines, and none answered.",
        machines,
        contacts=run.acts,
    )


DETECTOR = Scan()
