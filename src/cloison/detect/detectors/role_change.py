"""A device that begins to do what devices of its sort do not do."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any, ClassVar

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.detector import NETWORK, Context, Rebuilt
from cloison.detect.firsts import Firsts
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.hospital import ZoneKind
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)

DEVICES = frozenset(
    {"analyser", "camera", "infusion-pump", "medical-device", "modality", "patient-monitor", "phone", "plc", "printer"}
    | {"pump", "recorder", "badge-reader", "ventilator"}
)
"""Roles of machines that people do not sit at: they do one thing, with few partners."""

_DEVICE_ZONES = frozenset({ZoneKind.BIOMEDICAL, ZoneKind.OT})

WEB, ADMIN, NAMES = "web", "admin", "names"
"""Browsing outside; sessions of administration on other machines; names of many sites asked for."""

_WEB_PORTS = (80, 443, 8080, 8443)
_ADMIN_PORTS = (22, 23, 135, 139, 445, 3389, 5900, 5985, 5986)
_SERVED = (102, 502, 515, 631, 9100, 20000, 44818, 47808)
"""Ports on which devices are called: S7, Modbus, LPD, IPP, raw printing, DNP3, EtherNet/IP, building automation."""

_CALLED = (104, 2575, 11112)
"""Ports that devices call: DICOM, HL7."""

_AT_HOME = r"(^[^.]+$)|\.(arpa|local|lan|home|internal|intranet|localdomain|corp)$"

LIMIT = 1 << 18
"""First contacts remembered."""

HOSTS = 1 << 14
"""Without a map, machines known as devices: the first ones."""

RECENT = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """Contacts that a device had never made, of sorts that devices do not make.

    A device is a machine whose role in the map says so, or that has no role in a biomedical or OT compartment. It is
    denounced when it calls, for the first time, `sites` addresses outside by web ports within `window`, opens
    sessions of administration (SMB, RDP, SSH, Telnet, VNC, WinRM) on `machines` machines within `slow_window`, or
    asks for `names` sites' names within `window`; `cold` times as many while the stream is younger than `warm_up`.
    What a passage of the map declares, and its supplier's addresses, are usual.

    Without a map, a device is what has been called on printing or automation ports, or has called DICOM or HL7
    ones, for `learnt` without browsing; then `cold` times `sites` are needed.

    Source: ATT&CK T1071.001 and T1021: what an implant on a device, or what took its place, must do. MUD (RFC 8520)
    for the idea that a device's few partners can be listed.
    """

    name: ClassVar[str] = "role-change"
    technique: ClassVar[Technique] = Technique("T1071.001")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: ("dst_port", "proto", "answered", "dst_bytes"),
        Kind.DNS: ("query",),
    }
    key: ClassVar[str] = NETWORK

    sites: int = 5
    machines: int = 2
    names: int = 15
    cold: float = 2.5
    window: timedelta = timedelta(hours=1)
    slow_window: timedelta = timedelta(hours=24)
    warm_up: timedelta = timedelta(hours=24)
    learnt: timedelta = timedelta(days=3)
    memory: int = 30

    def watch(self, context: Context) -> "RoleChangeWatch":
        """Begin to watch."""
        return RoleChangeWatch(self, context)


class _Devices(Rebuilt):
    """Which addresses are devices, by the map."""

    def __init__(self, context: Context) -> None:
        hospital = context.hospital
        self.roles = Roles(context)
        self.mapped = hospital is not None
        self._book = context.book
        self._kinds = {zone.id: zone.kind for zone in (hospital.zones if hospital else ())}
        self.holds = lru_cache(maxsize=1 << 16)(self._holds)

    def _holds(self, address: str) -> bool:
        role = self.roles.role(address)
        if role is not None:
            return role in DEVICES
        zone, _, _ = self._book.locate(address)
        return zone is not None and self._kinds.get(zone) in _DEVICE_ZONES


@dataclass(frozen=True, slots=True)
class _New:
    """A contact never made before."""

    act: Act
    sort: str


@dataclass(slots=True)
class _Recent:
    """A device's last new contacts."""

    contacts: list[_New] = field(default_factory=list)


class RoleChangeWatch:
    """Contacts known, devices learnt, each device's recent new contacts."""

    def __init__(self, detector: RoleChange, context: Context) -> None:
        self._detector = detector
        self._context = context
        self._devices = _Devices(context)
        self._firsts = Firsts(days=detector.memory, limit=LIMIT)
        self._learnt = pl.DataFrame(
            schema={"src_key": pl.UInt64(), "since": pl.Int64(), "browses": pl.Boolean()}
        )  # devices by their traffic: since when, and whether they browse too
        self._recent: dict[str, _Recent] = {}
        self._asked: Counter[str] = Counter()
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        if self._devices.mapped:
            together = in_order_of_arrival(self._of_devices(part) for part in _contacts(tables))
        elif Kind.FLOW in tables:
            self._learn(tables[Kind.FLOW])
            together = self._of_learnt(tables[Kind.FLOW])
        else:
            return
        if together.height and not self._cold(together["clock"].item(0)):
            # Who asked for many names in the first day is known by now, and for good.
            curious = [source for source, asked in self._asked.items() if asked >= self._detector.names]
            together = together.filter((pl.col("sort") != NAMES) | ~pl.col("src").is_in(curious))
        for row in self._firsts.new(together).iter_rows(named=True):
            self._take(row)
        if together.height:
            since = together["clock"].item(-1) - self._detector.slow_window // MICROSECOND
            self._recent = {
                source: recent for source, recent in self._recent.items() if recent.contacts[-1].act.clock >= since
            }

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _learn(self, flows: pl.DataFrame) -> None:
        """Without a map, tell devices by what they are called for and what they call."""
        served = pl.col("dst_port").is_in(_SERVED) & pl.col("dst_inside")
        called = pl.col("dst_port").is_in(_CALLED) & pl.col("src_inside")
        seen = (
            flows.lazy()
            .filter(pl.col("new_today") & pl.col("answered") & (served | called))
            .select(src_key=pl.when(called).then("src_key").otherwise("dst_key"), since="clock", browses=False)
            .filter(pl.col("src_key").is_first_distinct())
            .collect()
            .join(self._learnt, on="src_key", how="anti", maintain_order="left")
        )
        self._learnt = pl.concat([self._learnt, seen.head(HOSTS - self._learnt.height)])

    def _of_learnt(self, flows: pl.DataFrame) -> pl.DataFrame:
        """Keep what those browse that have long been devices and no browsers."""
        # What a machine did before it was known as a device is not remembered, wherever the stream is cut.
        devices = self._learnt.filter(~pl.col("browses"))
        rows = (
            flows.lazy()
            .filter(pl.col("src_key").is_in(devices["src_key"].implode()) & _BROWSES)
            .join(devices.lazy(), on="src_key", maintain_order="left")
            .filter(pl.col("clock") > pl.col("since"))
            .with_columns(early=pl.col("clock") - pl.col("since") < self._detector.learnt // MICROSECOND)
            .collect()
        )
        browsers = rows.filter("early")["src_key"].unique().implode()
        self._learnt = self._learnt.with_columns(browses=pl.col("browses") | pl.col("src_key").is_in(browsers))
        return _keyed(rows.filter(~pl.col("src_key").is_in(browsers)).with_columns(sort=pl.lit(WEB)))

    def _of_devices(self, rows: pl.DataFrame) -> pl.DataFrame:
        hosts = rows.select("src_key", "src").filter(pl.col("src_key").is_first_distinct())
        keys = [key for key, host in hosts.iter_rows() if self._devices.holds(host)]
        return _keyed(rows.filter(pl.col("src_key").is_in(pl.Series(keys, dtype=pl.UInt64()).implode())))

    def _take(self, row: Mapping[str, Any]) -> None:
        source, clock, sort = row["src"], row["clock"], row["sort"]
        if self._curious(source, clock) if sort == NAMES else self._usual(source, row["dst"], row["dst_port"]):
            return
        new = _New(_act(row), sort)
        run = self._runs.live(source, clock)
        if run is not None:
            run.add(new.act)
            run.facts[sort] += 1
            return
        recent = self._recent.setdefault(source, _Recent())
        since = clock - self._detector.slow_window // MICROSECOND
        recent.contacts = [*(one for one in recent.contacts[-RECENT:] if one.act.clock >= since), new]
        if self._convinced(recent.contacts) and not self._runs.full(source):
            run = self._runs.open(source, new.act, [one.act for one in recent.contacts[:-1]])
            run.facts.update(one.sort for one in recent.contacts)
            run.facts["cold"] = int(self._cold(clock))
            del self._recent[source]

    def _usual(self, source: str, target: str, port: int) -> bool:
        roles = self._devices.roles
        return roles.supplied(source, target) or roles.declared(source, target, frozenset({f"tcp/{port}"}))

    def _curious(self, source: str, clock: int) -> bool:
        """Tell whether a device was asking for many names from the first day on."""
        if self._cold(clock):
            self._asked[source] += 1
            return False
        return self._asked[source] >= self._detector.names

    def _cold(self, clock: int) -> bool:
        return clock - self._context.began((Kind.FLOW, Kind.DNS)) < self._detector.warm_up // MICROSECOND

    def _convinced(self, contacts: list[_New]) -> bool:
        tunables = self._detector
        latest = contacts[-1]
        window = tunables.slow_window if latest.sort == ADMIN else tunables.window
        since = latest.act.clock - window // MICROSECOND
        same = {one.act.target for one in contacts if one.sort == latest.sort and one.act.clock >= since}
        needed = {WEB: tunables.sites, ADMIN: tunables.machines, NAMES: tunables.names}[latest.sort]
        strict = self._cold(latest.act.clock) or not self._devices.mapped
        return len(same) >= needed * (tunables.cold if strict else 1)

    def _say(self, run: Run) -> Finding:
        facts = run.facts
        main = max((ADMIN, WEB, NAMES), key=lambda sort: facts[sort])
        confidence = 0.65 if self._devices.mapped else 0.3
        if facts["cold"]:
            confidence -= 0.2
        usual = say("The map says that it is a device: it talks with few partners, and browses nowhere.")
        if not self._devices.mapped:
            usual = say("It has behaved as a device for days: printing, automation or imaging, and no browsing.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            "T1021" if main == ADMIN else self._detector.technique,
            confidence,
            (
                say("{source}, a device, behaves as somebody's computer", source=run.source),
                say("{what} {usual}", what=_what(facts, main), usual=usual),
            ),
        )


_BROWSES = (
    pl.col("src_inside")
    & pl.col("dst_outside")
    & pl.col("dst_port").is_in(_WEB_PORTS)
    & ((pl.col("proto") == "tcp") | (pl.col("dst_port") == 443))  # noqa: PLR2004 - QUIC
)


def _contacts(tables: Mapping[Kind, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Give the records that matter, with their sort, whoever made them."""
    if Kind.FLOW in tables:
        spoke = pl.col("answered").fill_null(value=True) & (pl.col("dst_bytes") > 0).fill_null(value=True)
        inside = pl.col("src_inside") & pl.col("dst_inside") & (pl.col("src_key") != pl.col("dst_key"))
        session = inside & (pl.col("proto") == "tcp") & pl.col("dst_port").is_in(_ADMIN_PORTS) & spoke
        sort = pl.when(_BROWSES).then(pl.lit(WEB)).when(session).then(pl.lit(ADMIN))
        yield tables[Kind.FLOW].lazy().filter("new_today").with_columns(sort=sort).drop_nulls("sort").collect()
    if Kind.DNS in tables:
        asked = tables[Kind.DNS].filter(pl.col("src_inside") & ~pl.col("query").str.contains(_AT_HOME))
        # The last two labels stand for a site, near enough to count many of them.
        yield asked.with_columns(
            sort=pl.lit(NAMES), dst=pl.col("query").str.extract(r"([^.]+\.[^.]+)$"), dst_port=pl.lit(53, pl.UInt16())
        ).drop_nulls("dst")


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give clock, began, origin, record, src, dst, dst_port, sort, and key: a number for what was contacted."""
    what = (
        pl.when(pl.col("sort") == NAMES)
        .then(pl.col("dst").hash())
        .when(pl.col("sort") == ADMIN)
        .then(joined_key(pl.col("dst_key"), pl.col("dst_port")))
        .otherwise("dst_key")
    )
    return rows.select(
        *("clock", "began", "origin", "record", "src", "dst", "dst_port", "sort"),
        key=joined_key(pl.col("src_key"), what, pl.col("sort")),
    )


def _act(row: Mapping[str, Any]) -> Act:
    note = say("{target} called for the first time, port {port}", target=row["dst"], port=str(row["dst_port"]))
    if row["sort"] == NAMES:
        note = say("the name {target} asked for, for the first time", target=row["dst"])
    return Act(row["clock"], row["began"], row["origin"], row["record"], row["dst"], note)


def _what(facts: Counter[str], main: str) -> Sentence:
    if main == ADMIN:
        return say_many(
            "It opened sessions of administration {n} time, on machines that it had never joined.",
            "It opened sessions of administration {n} times, on machines that it had never joined.",
            facts[main],
        )
    if main == WEB:
        return say_many(
            "It called {n} address outside, for the first time, as a browser does.",
            "It called {n} addresses outside, for the first time, as a browser does.",
            facts[main],
        )
    return say("It asked for the names of {n} sites for the first time.", n=facts[main])


DETECTOR = RoleChange()
