"""A host that holds a conversation of a strange kind with one address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.channel_clues import (
    SPELL,
    SPELLS,
    Clue,
    candidates,
    commands,
    handshake_clues,
    provoked,
    request_clues,
    session_clues,
)
from cloison.detect.detector import NETWORK, Context
from cloison.detect.places import joined_key
from cloison.detect.roles import Roles
from cloison.detect.run import EVIDENCE, Act, Run, Runs
from cloison.detect.services import RareServices
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say

HOUR = 3_600_000_000
"""Microseconds."""

PAIRS = 1 << 16
"""Pairs of hosts with a clue that are remembered; the one met first goes first."""

_BLOCKS = tuple(ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))  # RFC 1918

POINTS: Mapping[Clue, int] = {
    Clue.OUTSIDE: 2,
    Clue.OWN: 1,
    Clue.HELD: 1,
    Clue.SMALL: 1,
    Clue.FED: 1,
    Clue.PUSHED: 1,
    Clue.SHELL: 3,
    Clue.INSISTS: 3,
    Clue.CALLED: 1,
    Clue.CALLED_BACK: 2,
    Clue.UNNAMED: 1,
    Clue.OLD: 1,
    Clue.SELF_SIGNED: 2,
    Clue.BARE: 1,
    Clue.POSTED: 1,
    Clue.TOOL: 1,
    Clue.ELSEWHERE: 1,
}
"""What each clue is worth: about its log-likelihood ratio in factors of three, rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeChannel:
    """Clues that add up between a host inside and one address.

    A remote-control program must reach its master: it opens a session to an address of his, on a port that nothing
    else uses, in a protocol of its own or behind a certificate that nobody signed. Each of these is ordinary alone;
    `POINTS` gives what each is worth, `threshold` what convicts. A clue counts once for a pair of hosts. An address
    that `popular_hosts` machines have clues with is a service; the map's declared passages and suppliers are
    explained.

    Source: ATT&CK T1071, with the clues of T1571, T1573, T1095, T1105; the sum is a naive Bayes judgement (Good,
    "Probability and the weighing of evidence", 1950).

    Attributes:
        held: from when a session is long.
        fed_kib: what the other side sends at least, ten times what it gets, when it loads a program's next part.
        pushed_kib: what the host sends at least, ten times what it gets.
        small_bytes: mean bytes of a packet in a dialogue of orders and answers.
        insists: unanswered calls within one hour of the clock.
    """

    name: ClassVar[str] = "strange-channel"
    technique: ClassVar[Technique] = Technique("T1071")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {
        Kind.FLOW: (
            "dst_port", "proto", "service", "src_bytes", "dst_bytes", "src_packets", "dst_packets", "answered",
        ),
        Kind.TLS: ("dst_port", "server_name", "version", "subject", "issuer", "ja3"),
        Kind.HTTP: ("dst_port", "method", "host", "user_agent"),
    }  # fmt: skip
    key: ClassVar[str] = NETWORK

    threshold: int = 5
    popular_hosts: int = 3
    held: timedelta = timedelta(minutes=1)
    fed_kib: int = 256
    pushed_kib: int = 1024
    small_bytes: int = 300
    insists: int = 20

    def watch(self, context: Context) -> "StrangeChannelWatch":
        """Begin to watch."""
        return StrangeChannelWatch(self, context)


@dataclass(slots=True)
class _Pair:
    """What is known of a host and an address.

    Attributes:
        clues: those met so far, as `Clue`'s bits.
        acts: the records that brought a new clue.
        told: whether a finding speaks of it.
    """

    clues: int = 0
    acts: list[Act] = field(default_factory=list)
    told: bool = False


class StrangeChannelWatch:
    """Pairs with a clue, who else has one with an address, unanswered calls of the hour, who was administered."""

    def __init__(self, detector: StrangeChannel, context: Context) -> None:
        self._detector = detector
        self._mapped = context.hospital is not None
        self._roles = Roles(context)
        self._pairs: dict[tuple[str, str], _Pair] = {}
        self._callers: dict[str, set[str]] = {}
        self._rare = {kind: RareServices(many=detector.popular_hosts) for kind in detector.reads}
        self._unanswered = pl.DataFrame(schema={"tried": pl.UInt64(), "hour": pl.Int64(), "tries": pl.Int64()})
        self._orders = pl.DataFrame(
            schema={"spell": pl.Int64(), "host": pl.UInt64(), "caller": pl.UInt64(), "seq": pl.Int64()}
        )
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        readers = ((Kind.FLOW, self._sessions), (Kind.TLS, handshake_clues), (Kind.HTTP, request_clues))
        rows = in_order_of_arrival(
            self._rare[kind].keep(reader(tables[kind])) for kind, reader in readers if kind in tables
        )
        # A clue counts once, so that only the first record that shows a set of them matters.
        rows = rows.unique(["src", "dst", "dst_port", "clues"], keep="first", maintain_order=True)
        for row in rows.iter_rows(named=True):
            self._take(row)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _sessions(self, flows: pl.DataFrame) -> pl.DataFrame:
        tunables = self._detector
        orders = pl.concat([self._orders, commands(flows)])
        calls = self._insisting(provoked(candidates(flows), orders))
        now = flows["clock"].item(-1) // SPELL
        self._orders = orders.filter(pl.col("spell") >= now - SPELLS).unique(
            ["spell", "host", "caller"], keep="first", maintain_order=True
        )
        return session_clues(
            calls,
            held=tunables.held,
            fed=tunables.fed_kib << 10,
            pushed=tunables.pushed_kib << 10,
            small=tunables.small_bytes,
        )

    def _insisting(self, calls: pl.DataFrame) -> pl.DataFrame:
        """Mark the call that makes too many unanswered ones within the hour."""
        hour = pl.col("clock") // HOUR
        tried = joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("dst_port"), hour)
        silent = (
            calls.filter(~pl.col("answered") & pl.col("dst_outside"))
            .select("seq", hour=hour, tried=tried)
            .join(self._unanswered.drop("hour"), on="tried", how="left", maintain_order="left")
            .with_columns(tries=pl.col("tries").fill_null(0) + pl.int_range(1, pl.len() + 1).over("tried"))
        )
        if silent.height:
            latest = silent.group_by("tried", maintain_order=True).agg(pl.col("hour", "tries").last())
            kept = self._unanswered.filter(pl.col("hour") >= silent["hour"].item(-1))
            self._unanswered = pl.concat(
                [kept.join(latest, on="tried", how="anti"), latest.select("tried", "hour", "tries")]
            )
        enough = silent.filter(pl.col("tries") == self._detector.insists)["seq"]
        return calls.with_columns(insists=pl.col("seq").is_in(enough.implode()))

    def _take(self, row: Mapping[str, Any]) -> None:
        source, target = row["src"], row["dst"]
        pair = self._pairs.get((source, target))
        if pair is None:
            if len(self._pairs) >= PAIRS:
                del self._pairs[next(iter(self._pairs))]
            pair = self._pairs[source, target] = _Pair()
            if row["dst_inside"] and not self._mapped and _apart(source, target):
                pair.clues |= Clue.ELSEWHERE.value
        new = row["clues"] & ~pair.clues
        if not new:
            return
        pair.clues |= new
        act = _act(row, _strongest(new))
        if len(pair.acts) < EVIDENCE:
            pair.acts.append(act)
        if _points(pair.clues) >= self._detector.threshold and not self._explained(row):
            self._tell(row, pair, act)

    def _tell(self, row: Mapping[str, Any], pair: _Pair, act: Act) -> None:
        run = self._runs.live(row["src"], act.clock)
        if run is None:
            if self._runs.full(row["src"]):
                return
            run = self._runs.open(row["src"], act, [one for one in pair.acts if one is not act])
        else:
            for one in [act] if pair.told else pair.acts:
                run.add(one)
        pair.told = True
        run.facts["clues"] |= pair.clues
        run.facts["points"] = max(run.facts["points"], _points(pair.clues))

    def _explained(self, row: Mapping[str, Any]) -> bool:
        source, target = row["src"], row["dst"]
        callers = self._callers.setdefault(target, set())
        if len(callers) < self._detector.popular_hosts:
            callers.add(source)
        return (
            len(callers) >= self._detector.popular_hosts
            or self._roles.administers(source)
            or self._roles.supplied(source, target)
            or self._roles.declared(source, target, frozenset({f"tcp/{row['dst_port']}"}))
        )

    def _say(self, run: Run) -> Finding:
        clues = Clue(run.facts["clues"])
        told = [_WORDS[clue] for clue in sorted(POINTS, key=lambda one: (-POINTS[one], one)) if clue in clues]
        what = told[0]
        for more in told[1:]:
            what = say("{one}; {more}", one=what, more=more)
        confidence = min(0.8, 0.4 + 0.1 * (run.facts["points"] - self._detector.threshold))
        return run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} talks with an address in a way that no known program does", source=run.source),
                say(
                    "Several clues add up: {what}. Each happens alone; together they look like a remote control.",
                    what=what,
                ),
            ),
        )


def _points(clues: int) -> int:
    return sum(points for clue, points in POINTS.items() if clue & clues)


def _strongest(clues: int) -> Clue:
    return max((clue for clue in POINTS if clue & clues), key=lambda clue: (POINTS[clue], clue))


def _apart(one: str, other: str) -> bool:
    """Tell whether two private addresses lie in different blocks: an organisation mostly numbers itself in one."""
    blocks = [next((block for block in _BLOCKS if _within(text, block)), None) for text in (one, other)]
    return None not in blocks and blocks[0] != blocks[1]


def _within(text: str, block: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(text) in block
    except ValueError:
        return False


def _act(row: Mapping[str, Any], clue: Clue) -> Act:
    return Act(
        clock=row["clock"],
        began=row["began"],
        origin=row["origin"],
        record=row["record"],
        target=row["dst"],
        note=say("{target}, port {port}: {clue}", target=row["dst"], port=str(row["dst_port"]), clue=_WORDS[clue]),
    )


_WORDS: Mapping[Clue, Sentence] = {
    Clue.OUTSIDE: say("the address is outside, on a port that programs do not call there"),
    Clue.OWN: say("nothing known is served on that port"),
    Clue.HELD: say("the session is held open"),
    Clue.SMALL: say("short messages go both ways, as orders and answers"),
    Clue.FED: say("the other side feeds it a large block, as the next part of a program"),
    Clue.PUSHED: say("it sends out far more than it gets"),
    Clue.SHELL: say("a remote shell hides on a port of the web"),
    Clue.INSISTS: say("it calls again and again though nobody answers"),
    Clue.CALLED: say("it had just been called on an administration port"),
    Clue.CALLED_BACK: say("and calls back the very machine that had called it"),
    Clue.UNNAMED: say("the encryption names no server"),
    Clue.OLD: say("the encryption is too old for any browser"),
    Clue.SELF_SIGNED: say("the certificate is signed by itself alone"),
    Clue.BARE: say("the web is asked by address, without a name"),
    Clue.POSTED: say("it sends something to that nameless address"),
    Clue.TOOL: say("the request comes from a script, not from a browser"),
    Clue.ELSEWHERE: say("the address belongs to another range than its own network"),
}


DETECTOR = StrangeChannel()
