"""Sessions on services that ask for a password: many, short, alike, one upon the other."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.places import joined_key
from cloison.model.observations import Kind

PEOPLE: Mapping[int, str] = {22: "ssh", 23: "telnet", 3389: "rdp", 5900: "vnc"}
"""Ports of services that people open, and programs seldom many times a minute -> protocol."""

PROGRAMS: Mapping[int, str] = {21: "ftp", 139: "smb", 445: "smb"}
"""Ports of services that programs open too."""

LONGEST = 1 << 18
"""Sessions between the first and the last of a burst, at most, of all pairs together: what bounds the memory."""

_LEAST, _MOST = {"ssh": 400}, 10_000
"""Payload of a session that may be a try, bytes sent: below, an SSH client has not yet exchanged keys (RFC 4253);
above, in either direction, something else was done than to log on."""

_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "pair", "protocol", "src_bytes", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What is a burst.

    Attributes:
        need: sessions.
        window: microseconds.
        alike: largest over smallest size of those sessions.
    """

    need: int
    window: int
    alike: float


class Sessions:
    """The latest short sessions of each pair and protocol: about 90 bytes each, those of one window."""

    def __init__(self, doors: Doors, *, people: bool) -> None:
        """Take what is a burst, and which ports are looked at."""
        self._doors = doors
        self._ports = PEOPLE if people else PROGRAMS
        self._recent: pl.DataFrame | None = None
        self._count = 0

    def take(self, tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame | None:
        """Give the sessions that complete a burst, in order.

        Returns:
            Columns clock, began (of the burst's first), origin, record, src, dst, what ("alike"), user, protocol.
        """
        parts = [
            reader(tables[kind].lazy()).collect()
            for kind, reader in ((Kind.FLOW, self._short), (Kind.LOGON, self._untold))
            if kind in tables
        ]
        new = [part for part in parts if part.height]
        if not new:
            return None
        rows = in_order_of_arrival(new)
        rows = rows.with_columns(place=pl.int_range(self._count, self._count + rows.height, dtype=pl.Int64()))
        self._count += rows.height
        first = rows["place"].item(0)
        known = rows if self._recent is None else pl.concat([self._recent, rows])
        self._keep(known)
        return self._bursts(known).filter(pl.col("place") >= first)

    def _bursts(self, rows: pl.DataFrame) -> pl.DataFrame:
        need = self._doors.need
        size = pl.col("src_bytes")
        return (
            rows.filter(pl.len().over("pair") >= need)
            .with_columns(
                since=pl.col("clock").shift(need - 1).over("pair"),
                began=pl.col("began").shift(need - 1).over("pair"),
                oldest=pl.col("place").shift(need - 1).over("pair"),
                largest=size.rolling_max(need).over("pair"),
                smallest=size.rolling_min(need).over("pair"),
            )
            .filter(
                (pl.col("clock") - pl.col("since") <= self._doors.window)
                & (pl.col("place") - pl.col("oldest") <= LONGEST)
                & (pl.col("largest") <= self._doors.alike * pl.col("smallest"))
            )
            .with_columns(what=pl.lit("alike"), user=pl.lit(""))
        )

    def _keep(self, rows: pl.DataFrame) -> None:
        """Keep what a later session may complete."""
        now, place = rows["clock"].item(-1), rows["place"].item(-1)
        recent = rows.filter((pl.col("clock") >= now - self._doors.window) & (pl.col("place") >= place - LONGEST))
        self._recent = recent.filter(pl.int_range(pl.len()).reverse().over("pair") < self._doors.need)

    def _short(self, flows: pl.LazyFrame) -> pl.LazyFrame:
        port = pl.col("dst_port").replace_strict(self._ports, default=None, return_dtype=pl.String())
        named = pl.any_horizontal(pl.col("service") == name for name in sorted(set(self._ports.values())))
        protocol = pl.coalesce(pl.when(named).then("service"), port)
        least = protocol.replace_strict(_LEAST, default=1, return_dtype=pl.Int64())
        looked = pl.col("dst_port").is_in(list(self._ports)) | named
        short = pl.col("src_bytes").cast(pl.Int64()).is_between(least, _MOST) & pl.col("dst_bytes").is_between(1, _MOST)
        return (
            flows.filter(looked & (pl.col("proto") == "tcp") & pl.col("answered"))
            .with_columns(protocol=protocol)
            .filter(short)
            .with_columns(
                pair=_pair("flow"), place=pl.lit(0, pl.Int64()), src_bytes=pl.col("src_bytes").cast(pl.Int64())
            )
            .select(_COLUMNS)
        )

    def _untold(self, logons: pl.LazyFrame) -> pl.LazyFrame:
        """Logons whose result the log does not tell, all of one size."""
        wanted = pl.col("success").is_null() & pl.col("protocol").is_in(sorted(set(self._ports.values())))
        return (
            logons.filter(wanted)
            .with_columns(pair=_pair("logon"), place=pl.lit(0, pl.Int64()), src_bytes=pl.lit(1, pl.Int64()))
            .select(_COLUMNS)
        )


def _pair(kind: str) -> pl.Expr:
    """Tell apart what one log and another say of the same session: it must not count twice."""
    return joined_key(pl.col("src_key"), pl.col("dst_key"), pl.col("protocol"), pl.lit(kind))
