"""A machine that says that it has other machines' addresses, to stand between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

import polars as pl

from cloison.detect.detector import NETWORK, Context
from cloison.detect.places import joined_key
from cloison.detect.run import Act, Run, Runs
from cloison.model.finding import Barrier, Finding, Technique
from cloison.model.observations import Kind
from cloison.words import Sentence, say, say_many

MICROSECOND = timedelta(microseconds=1)

ANSWER = 10_000_000
"""Microseconds that an answer may take after its question."""

_SHARED = r"^(00:00:5e:00:0[12]|00:00:0c:07:ac|00:00:0c:9f:f|00:05:73:a0:0|00:07:b4:00|02:bf|03:bf|01:)"
"""Link addresses that several machines share by design: VRRP and CARP (RFC 5798), HSRP, GLBP, Windows clusters; and
groups, which answer for nobody."""

TAKEN, UNASKED = "taken", "unasked"
"""A claim to an address that another link address claimed shortly before; an answer that nobody had asked for."""

KNOWN = 1 << 16
"""Link addresses whose own addresses are remembered, the first ones; later ones are told by their link address."""

OWN = 8
"""Addresses remembered of each."""

SUSPECTS = 4096
"""Link addresses with recent claims of others' addresses; the one quiet for the longest goes first."""

RECENT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpSpoof:
    """Claims to others' addresses, by link address.

    Within `window` a machine is denounced when:

    - it claimed `addresses` addresses that other machines were claiming, two other machines at least;
    - or it took the same address from its owner `turns` times, and has an address of its own;
    - or it sent `unasked` answers that nobody had asked for, about `addresses` addresses.

    Link addresses that machines share by design (VRRP, HSRP, clusters) are left out; a cluster that changes sides
    takes its addresses from one machine, once.

    Source: RFC 826 has no proof of ownership; Bruschi, Ornaghi, Rosti, "S-ARP", ACSAC 2003, and arpwatch's
    "flip flop" for the pattern. ATT&CK T1557.002.
    """

    name: ClassVar[str] = "arp-spoof"
    technique: ClassVar[Technique] = Technique("T1557.002")
    barrier: ClassVar[Barrier] = Barrier.INFILTRATION
    reads: ClassVar[Mapping[Kind, tuple[str, ...]]] = {Kind.ARP: ("src_mac", "operation")}
    key: ClassVar[str] = NETWORK

    window: timedelta = timedelta(minutes=10)
    addresses: int = 2
    turns: int = 3
    unasked: int = 6

    def watch(self, context: Context) -> "ArpSpoofWatch":  # noqa: ARG002 - the map excuses nobody here
        """Begin to watch."""
        return ArpSpoofWatch(self)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim that is not the claimant's to make."""

    clock: int
    began: int
    origin: int
    record: int
    address: str
    sort: str
    owner: str

    def act(self) -> Act:
        """Give it as a finding wants it."""
        return Act(self.clock, self.began, self.origin, self.record, self.address, _note(self))


@dataclass(slots=True)
class _Suspect:
    """A link address's recent claims to what is not its own."""

    claims: list[_Claim] = field(default_factory=list)


class ArpSpoofWatch:
    """Who claimed each address last, questions just asked, addresses of each link address, recent odd claims."""

    def __init__(self, detector: ArpSpoof) -> None:
        self._detector = detector
        self._claims = pl.DataFrame(schema={"src_key": pl.UInt64(), "src_mac": pl.String(), "clock": pl.Int64()})
        self._asked = pl.DataFrame(schema={"pair": pl.UInt64(), "clock": pl.Int64()})
        self._own: dict[str, list[str]] = {}
        self._suspects: dict[str, _Suspect] = {}
        self._runs = Runs()

    def step(self, tables: Mapping[Kind, pl.DataFrame]) -> None:
        """See `Watch.step`."""
        rows = tables[Kind.ARP].filter(pl.col("src_inside") & pl.col("src_mac").is_not_null())
        rows = rows.with_columns(pl.col("src_mac").str.to_lowercase()).filter(~pl.col("src_mac").str.contains(_SHARED))
        if rows.is_empty():
            return
        odd = pl.concat([self._taken(rows), self._unasked(rows)]).sort("seq", "sort")
        first = rows.unique(["src_mac", "src"], keep="first", maintain_order=True)
        # Whose address it is must be known as of each odd claim, wherever the stream is cut.
        plain = _claims(first.with_columns(owner=pl.lit("")), "")
        for mac, *values in pl.concat([plain, odd]).sort("seq", "sort").drop("seq").iter_rows():
            claim = _Claim(*values)
            if claim.sort:
                self._take(mac, claim)
            else:
                self._note_own(mac, claim.address)

    def findings(self) -> list[Finding]:
        """See `Watch.findings`."""
        return [self._say(run) for run in self._runs]

    def _taken(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the claims to addresses that another link address claimed within the window."""
        carried = self._claims.with_columns(seq=pl.lit(-1, pl.Int64()))
        known = pl.concat([carried, rows.select(carried.columns)]).with_columns(
            owner=pl.col("src_mac").shift(1).over("src_key"),
            since=pl.col("clock") - pl.col("clock").shift(1).over("src_key"),
        )
        window = self._detector.window // MICROSECOND
        latest = rows["clock"].item(-1)
        self._claims = (
            known.unique("src_key", keep="last", maintain_order=True)
            .filter(pl.col("clock") >= latest - window)
            .select("src_key", "src_mac", "clock")
        )
        taken = known.filter(
            (pl.col("seq") >= 0) & (pl.col("owner") != pl.col("src_mac")) & (pl.col("since") <= window)
        )
        return _claims(rows.join(taken.select("seq", "owner"), on="seq"), TAKEN)

    def _unasked(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the answers to one machine that did not ask within `ANSWER`."""
        asking = pl.col("operation") == "request"
        # The pair is (who asks, whose address is asked for), the same number for the answer.
        pair = (
            pl.when(asking)
            .then(joined_key(pl.col("src_key"), pl.col("dst_key")))
            .otherwise(joined_key(pl.col("dst_key"), pl.col("src_key")))
        )
        rows = rows.with_columns(pair=pair)
        carried = self._asked.with_columns(seq=pl.lit(-1, pl.Int64()), operation=pl.lit("request"))
        known = pl.concat([carried, rows.select(carried.columns)]).with_columns(
            asked=pl.when(asking).then("clock").forward_fill().over("pair")
        )
        latest = rows["clock"].item(-1)
        self._asked = (
            known.filter(asking & (pl.col("clock") >= latest - ANSWER))
            .unique("pair", keep="last", maintain_order=True)
            .select("pair", "clock")
        )
        late = (pl.col("clock") - pl.col("asked") > ANSWER).fill_null(value=True)
        unasked = known.filter((pl.col("operation") == "reply") & late)
        # An announcement is an answer to oneself, or to all: every machine that starts makes one.
        answers = rows.filter(pl.col("dst_inside") & (pl.col("dst_key") != pl.col("src_key")))
        return _claims(
            answers.join(unasked.select("seq"), on="seq", how="semi").with_columns(owner=pl.lit("")), UNASKED
        )

    def _note_own(self, mac: str, address: str) -> None:
        own = self._own.get(mac)
        if own is None and len(self._own) < KNOWN:
            own = self._own[mac] = []
        if own is not None and len(own) < OWN and address not in own:
            own.append(address)

    def _take(self, mac: str, claim: _Claim) -> None:
        run = self._runs.live(mac, claim.clock)
        if run is not None:
            run.add(claim.act())
            run.facts[claim.sort] += 1
            return
        suspect = self._suspects.pop(mac, None) or _Suspect()
        if len(self._suspects) >= SUSPECTS:
            del self._suspects[next(iter(self._suspects))]
        self._suspects[mac] = suspect
        since = claim.clock - self._detector.window // MICROSECOND
        suspect.claims = [*(one for one in suspect.claims[-RECENT:] if one.clock >= since), claim]
        if self._convinced(mac, suspect.claims) and not self._runs.full(mac):
            run = self._runs.open(mac, claim.act(), [one.act() for one in suspect.claims[:-1]])
            run.facts.update(one.sort for one in suspect.claims)
            del self._suspects[mac]

    def _convinced(self, mac: str, claims: list[_Claim]) -> bool:
        tunables = self._detector
        taken = [one for one in claims if one.sort == TAKEN]
        places = {one.address for one in taken}
        if len(places) >= tunables.addresses and len({one.owner for one in taken}) >= tunables.addresses:
            return True
        turns = max((sum(one.address == place for one in taken) for place in places), default=0)
        if turns >= tunables.turns and any(own not in places for own in self._own.get(mac, ())):
            return True
        unasked = [one for one in claims if one.sort == UNASKED]
        return len(unasked) >= tunables.unasked and len({one.address for one in unasked}) >= tunables.addresses

    def _say(self, run: Run) -> Finding:
        taken = run.facts[TAKEN]
        machines = len(run.targets)
        confidence = 0.7 if not taken else 0.85 if machines >= self._detector.addresses else 0.6
        own = next((one for one in self._own.get(run.source, ()) if one not in run.targets), None)
        shown = own or run.source
        what = say_many(
            "Its network card, {card}, claimed the address of {n} other machine, {times} times.",
            "Its network card, {card}, claimed the addresses of {n} other machines, {times} times.",
            machines,
            card=run.source,
            times=run.acts,
        )
        usual = say("An address has one network card: whoever claims another's receives what is meant for it.")
        found = run.finding(
            self._detector.name,
            self._detector.barrier,
            self._detector.technique,
            confidence,
            (
                say("{source} passes itself off as other machines of its network", source=shown),
                say("{what} {usual}", what=what, usual=usual),
            ),
        )
        return replace(found, sources=(shown,))


_CLAIM = ("clock", "began", "origin", "record", "src", "sort", "owner")


def _claims(rows: pl.DataFrame, sort: str) -> pl.DataFrame:
    return rows.with_columns(sort=pl.lit(sort)).select("seq", "src_mac", *_CLAIM)


def _note(claim: _Claim) -> Sentence:
    if claim.sort == TAKEN:
        return say("claims {target}, which {owner} was claiming", target=claim.address, owner=claim.owner)
    return say("claims {target}, which nobody had asked for", target=claim.address)


DETECTOR = ArpSpoof()
