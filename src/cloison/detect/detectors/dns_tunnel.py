"""A host that carries data in the names that it asks the DNS for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.domains import asked
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

HOUR = 3_600_000_000
"""Microseconds."""

STREAMS = 1 << 14
"""(Host, domain) pairs remembered; the one met first goes first."""

NAMES = 256
"""Different names counted for a pair in an hour: a tunnel is told long before."""

DOMAIN = 53
"""The name service's port (IANA)."""

_STRONG, _FAIR, _FAINT = 75, 55, 35
"""Confidence, in hundredths."""

_ROW = ("clock", "began", "origin", "record", "src", "dst")

_CARRIERS = ("TXT", "NULL", "KEY", "CNAME", "MX", "PRIVATE", "HINFO", "DNSKEY", "65399")
"""Types whose answers have room, and that a desktop does not ask for (iodine, dnscat2, dns2tcp)."""

STEALS = "T1048.003"
"""The technique when names carry data out, in questions whose answers have no room."""

_SHORT, _LONG = 8, 24
"""Characters before the domain from which a name is looked at: with such a type, and with any."""

_UNFIT = r"[^A-Za-z0-9._-]"
"""What no host name holds (RFC 1123, and the underscore)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsTunnel:
    """Different long names that one host asks of one domain.

    Whoever commands the name server of a domain receives every name that is asked under it: data leaves in the names,
    and comes back in the answers. What counts is information: the same name asked twice carries nothing. For each
    (host, registered domain) and hour, characters of different names before the domain are summed, for names that are
    long, or of a type that a desktop does not ask for. The detector is convinced by `names` different names
    and `characters` in all, if they are on average `mean` long, or mostly of such types, or
    hold what no host name holds; or by one name of `unfit_length` characters that cannot be a host name.

    From connections alone: `large_queries` packets of `large_octets` or more to one resolver within an hour.

    A host that answers DNS itself passes on what others ask, and is left out. A domain under which `popular_hosts`
    machines ask in that way is a service, and so are those of `services`.

    Source: Paxson et al., "Practical comprehensive bounds on surreptitious communication over DNS", USENIX Security
    2013. ATT&CK T1071.004, T1572, T1048.003.

    Attributes:
        services: reputation services of security makers, which are tunnels by design (the same paper, section 6).
    """

    name: ClassVar[str] = "dns-tunnel"
    technique: ClassVar[Technique] = Technique("T1071.004")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.DNS: ("dst_port", "query", "query_type"),
        Kind.FLOW: ("dst_port", "proto", "src_bytes", "src_packets"),
    }
    key: ClassVar[str] = NETWORK

    names: int = 20
    characters: int = 1500
    mean: float = 50.0
    unfit_length: int = 60
    large_queries: int = 60
    large_octets: int = 130
    popular_hosts: int = 3
    services: frozenset[str] = frozenset(
        {"mcafee.com", "trellix.com", "sophosxl.net", "sophosxl.com", "e5.sk", "spamhaus.org", "senderbase.org"}
        | {"cymru.com", "barracudabrts.com", "surbl.org", "uribl.com", "trendmicro.com"}
    )

    def watch(self, context: Context) -> "DnsTunnelWatch":
        """Begin to watch."""
        return DnsTunnelWatch(self, context)


@dataclass(slots=True)
class _Stream:
    """What one host asked under one domain in the present hour."""

    hour: int
    names: set[str] = field(default_factory=set)
    characters: int = 0
    carriers: int = 0
    unfit: int = 0
    packets: int = 0
    acts: list[Act] = field(default_factory=list)

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a name not asked before."""
        self.names.add(row["query"])
        self.characters += row["length"]
        self.carriers += row["carrier"]
        self.unfit += row["unfit"]


class DnsTunnelWatch:
    """Names of the hour by host and domain, large queries of the hour by host and resolver, who serves names."""

    def __init__(self, detector: DnsTunnel, _: Context) -> None:
        self._detector = detector
        self._streams: dict[tuple[str, str], _Stream] = {}
        self._askers: dict[str, set[str]] = {}
        self._servers: set[str] = set()
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        readers = ((Kind.DNS, self._questions), (Kind.FLOW, self._packets))
        parts = [
            part.with_columns(kind=pl.lit(2 * place + half, pl.Int8()))
            for place, (kind, reader) in enumerate(readers)
            if kind in tables
            for half, part in enumerate((_served(tables[kind]), reader(tables[kind])))
        ]
        rows = pl.concat(parts, how="diagonal")
        for row in rows.sort("clock", "origin", "record", "kind", maintain_order=True).iter_rows(named=True):
            if row["hour"] is None:
                self._servers.add(row["dst"])
            elif row["src"] not in self._servers:
                self._weigh(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _questions(self, rows: pl.DataFrame) -> pl.DataFrame:
        length = pl.col("front").str.replace_all(".", "", literal=True).str.len_chars().cast(pl.Int64())
        carrier = pl.col("query_type").is_in(_CARRIERS).fill_null(value=False)
        return (
            asked(rows)
            .with_columns(length=length, carrier=carrier, unfit=pl.col("front").str.contains(_UNFIT))
            .filter((pl.col("length") >= _LONG) | (carrier & (pl.col("length") >= _SHORT)))
            .filter(~pl.col("domain").is_in(sorted(self._detector.services)))
            .with_columns(hour=pl.col("clock") // HOUR)
            .unique(["src", "query", "hour"], keep="first", maintain_order=True)
            .select(*_ROW, "hour", "query", "domain", "length", "carrier", "unfit")
            .collect()
        )

    def _packets(self, flows: pl.DataFrame) -> pl.DataFrame:
        large = (pl.col("src_packets") > 0) & (
            pl.col("src_bytes") >= pl.col("src_packets") * self._detector.large_octets
        )
        return flows.filter(
            pl.col("src_inside") & (pl.col("proto") == "udp") & (pl.col("dst_port") == DOMAIN) & large
        ).select(*_ROW, hour=pl.col("clock") // HOUR, length=pl.col("src_packets").cast(pl.Int64()))

    def _weigh(self, row: Mapping[str, Any]) -> None:
        name = row.get("query")
        under = row["dst"] if name is None else row["domain"] or f"({row['dst']})"
        stream = self._streams.get((row["src"], under))
        if stream is None or stream.hour != row["hour"]:
            self._streams.pop((row["src"], under), None)
            if len(self._streams) >= STREAMS:
                del self._streams[next(iter(self._streams))]
            stream = self._streams[row["src"], under] = _Stream(row["hour"])
        if name is None:
            stream.packets += row["length"]
            act = _act(row, say("{n} large questions to {target}", n=row["length"], target=row["dst"]))
            strength = _FAINT if stream.packets >= self._detector.large_queries else 0
        elif name in stream.names or len(stream.names) >= NAMES:
            return
        else:
            stream.take(row)
            act = _act(row, say("{length} characters asked under {domain}", length=row["length"], domain=under))
            strength = 0 if self._popular(under, row["src"]) else self._strength(stream, row)
        if strength:
            self._tell(row["src"], stream, act, strength)
        elif len(stream.acts) < EVIDENCE:
            stream.acts.append(act)

    def _popular(self, domain: str, source: str) -> bool:
        askers = self._askers.setdefault(domain, set())
        if len(askers) < self._detector.popular_hosts:
            askers.add(source)
            if len(self._askers) > STREAMS:
                del self._askers[next(iter(self._askers))]
        return len(askers) >= self._detector.popular_hosts

    def _strength(self, stream: _Stream, row: Mapping[str, Any]) -> int:
        """Give the confidence in hundredths, 0 when not convinced."""
        tunables = self._detector
        count = len(stream.names)
        if count >= tunables.names and stream.characters >= tunables.characters:
            if 2 * stream.unfit >= count or 2 * stream.carriers >= count:
                return _STRONG
            if stream.characters >= tunables.mean * count:
                return _FAIR
        return _FAINT if row["unfit"] and row["length"] >= tunables.unfit_length else 0

    def _tell(self, source: str, stream: _Stream, act: Act, strength: int) -> None:
        run = self._runs.live(source, act.clock)
        if run is None:
            if self._runs.full(source):
                return
            run = self._runs.open(source, act, stream.acts)
        else:
            run.add(act)
        run.facts["strength"] = max(run.facts["strength"], strength)
        run.facts["names"] = max(run.facts["names"], len(stream.names))
        run.facts["carriers"] = max(run.facts["carriers"], stream.carriers)
        run.facts["characters"] = max(run.facts["characters"], stream.characters)

    def _say(self, run: Run) -> Finding:
        names = run.facts["names"]
        what = (
            say_many(
                "Within an hour it asked {n} different long name, {characters} characters in all.",
                "Within an hour it asked {n} different long names under one domain, {characters} characters in all.",
                names,
                characters=run.facts["characters"],
            )
            if names
            else say("Its questions to one name server are several times longer than names are.")
        )
        usual = say("A machine asks short names, and mostly the same ones: here the names themselves carry something.")
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            # Without room in the answers, nothing much comes back: data leaves, nobody commands.
            self._detector.technique if 2 * run.facts["carriers"] >= max(names, 1) else STEALS,
            run.facts["strength"] / 100,
            (
                say("{source} seems to carry data out in the names that it asks for", source=run.source),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )


def _served(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the first question to each name server that is inside; its hour is null."""
    udp = pl.col("proto") == "udp" if "proto" in rows.columns else pl.lit(value=True)
    inside = rows.filter(pl.col("dst_inside") & (pl.col("dst_port") == DOMAIN) & udp)
    first = inside.unique("dst_key", keep="first", maintain_order=True)
    return first.select(*_ROW, hour=pl.lit(None, pl.Int64()))


def _act(row: Mapping[str, Any], note: Sentence) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=note,
    )


DETECTOR = DnsTunnel()
