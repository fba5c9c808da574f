"""Which names and addresses are one machine, from what records say: leases, logons, DNS answers, hosts' own logs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import polars as pl

from cloison.incident.hosts import Hosts, plain
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.model.observations import Batch, Kind

MOST = 1 << 16
"""Addresses, and names, that each kind of record may teach (some 200 bytes each); later ones are not learnt."""

HEARD = 1 << 19
"""DNS answers remembered as heard (8 bytes each); beyond, they are forgotten and heard again."""

MOST_ADDRESSES = 4
"""A name said of more addresses by logons or by DNS is no machine: a tool's default name, a balanced service."""

_Owner: TypeAlias = tuple[int, str]
"""(when it was last said, in microseconds since 1970; the name): the greatest wins."""

_NO_MACHINE = frozenset({"localhost", "workstation", "null", "-"})
"""Names that say nothing of who bears them."""

_KNOWN = ("_leased", "_written", "_logged", "_claims", "_answered", "_heard")

_CONNECTION = 3
"""Sysmon's event of a machine's own connection, opened by it or towards it."""


class Identities:
    """A fold over the records of one reading.

    The result does not depend on how the stream is cut: within a kind the latest statement wins, a tie going to
    the greater name, and what is left out for want of room depends on that kind's own order alone.
    """

    def __init__(self, hospital: Hospital | None) -> None:
        self._hospital = hospital
        self._book = AddressBook(hospital)
        self._leased: dict[str, _Owner] = {}
        self._written: dict[str, _Owner] = {}
        self._logged: dict[str, _Owner] = {}
        self._claims: dict[str, set[str]] = {}
        self._answered: dict[str, set[str]] = {}
        self._heard = pl.DataFrame(schema={"pair": pl.UInt64()})

    def add(self, batch: Batch) -> None:
        """Take the next records of every kind."""
        feeds: Mapping[Kind, Callable[[pl.DataFrame], None]] = {
            Kind.DHCP: self._lease,
            Kind.EVENT: self._own_log,
            Kind.LOGON: self._logon,
            Kind.DNS: self._answer,
        }
        for kind, feed in feeds.items():
            if kind in batch and batch[kind].height:
                feed(batch[kind])

    def hosts(self) -> Hosts:
        """Give what is known so far; the fold goes on."""
        owners: dict[str, str] = {}
        crowded = {name for name, addresses in self._claims.items() if len(addresses) > MOST_ADDRESSES}
        # A lease and a host's own log outweigh the name that a client gives itself.
        for table, refused in ((self._logged, crowded), (self._written, set[str]()), (self._leased, set[str]())):
            owners.update({address: name for address, (_, name) in table.items() if name not in refused})
        named = {name: next(iter(addresses)) for name, addresses in self._answered.items() if len(addresses) == 1}
        return Hosts(self._hospital, owners=owners, named=named)

    def save(self) -> dict[str, Any]:
        """Give what is known as plain values, for `take_up`."""
        return {name: getattr(self, name) for name in _KNOWN}

    def take_up(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `save` gave."""
        for name in _KNOWN:
            setattr(self, name, saved[name])

    def _lease(self, rows: pl.DataFrame) -> None:
        self._learn(self._leased, rows.select("seen_at", address="assigned", name="host_name"))

    def _logon(self, rows: pl.DataFrame) -> None:
        told = rows.select("seen_at", address="src", name="client_name")
        for address, name in self._learn(self._logged, told):
            claimed = self._claims.setdefault(name, set())
            if len(claimed) <= MOST_ADDRESSES:
                claimed.add(address)

    def _own_log(self, rows: pl.DataFrame) -> None:
        rows = rows.filter(
            (pl.col("event_id") == _CONNECTION) & pl.col("provider").str.contains("Sysmon", literal=True)
        )
        if rows.is_empty():
            return
        said = {
            key: pl.col("data").str.json_path_match(f"$.{key}") for key in ("Initiated", "SourceIp", "DestinationIp")
        }
        told = rows.select("seen_at", name="computer", **said).select(
            "seen_at",
            "name",
            address=pl.when(pl.col("Initiated").str.to_lowercase() == "true")
            .then("SourceIp")
            .otherwise("DestinationIp"),
        )
        self._learn(self._written, told)

    def _learn(self, table: dict[str, _Owner], told: pl.DataFrame) -> list[tuple[str, str]]:
        """Keep the latest name of each inside address; give the (address, name) pairs of this batch."""
        latest = (
            told.drop_nulls()
            .group_by("address", "name", maintain_order=True)
            .agg(pl.col("seen_at").max().to_physical().alias("clock"))
        )
        pairs: list[tuple[str, str]] = []
        for address, said, clock in latest.iter_rows():
            name = plain(said)
            if not name or name in _NO_MACHINE or _numeric(name) or not self._book.locate(address)[2]:
                continue
            if address not in table and len(table) >= MOST:
                continue
            table[address] = max(table.get(address, (clock, name)), (clock, name))
            pairs.append((address, name))
        return pairs

    def _answer(self, rows: pl.DataFrame) -> None:
        told = (
            rows.filter(pl.col("query_type").is_in(["A", "AAAA"]) & (pl.col("answers").list.len() > 0))
            .select("query", address="answers")
            .explode("address")
            .drop_nulls()
            .with_columns(pair=pl.col("query").hash(1) ^ pl.col("address").hash(2))
            .unique("pair", keep="first", maintain_order=True)
            # An answer that was heard teaches nothing more, and most are the same few thousand all day.
            .join(self._heard, on="pair", how="anti", maintain_order="left")
        )
        if told.is_empty():
            return
        self._heard = told.select("pair") if self._heard.height > HEARD else self._heard.vstack(told.select("pair"))
        for query, address, _ in told.iter_rows():
            if not self._book.locate(address)[2]:
                continue
            name = plain(query)
            if name not in self._answered and len(self._answered) >= MOST:
                continue
            known = self._answered.setdefault(name, set())
            if len(known) <= MOST_ADDRESSES:
                known.add(address)


def _numeric(name: str) -> bool:
    return name.replace(".", "").replace(":", "").isdigit()
