"""What a network sensor would have seen: connections and their details, kept until they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from cloison.rehearse.zeek_writer import WRITTEN, write_log

Numbers: TypeAlias = NDArray[np.floating[Any]]
Counts: TypeAlias = NDArray[np.int64]
Picks: TypeAlias = NDArray[np.intp]
Mask: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.str_]

_BASE62 = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_PAYLOAD = 1400  # bytes a packet carries, below Ethernet's 1,500 less the headers
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Connections, one entry each in every array, all (n,).

    Attributes:
        at: first packet, seconds since the start of the day.
        seconds: duration.
        up: payload bytes from `src`; `down`: from `dst`.
        state: Zeek's conn_state.
    """

    at: Numbers
    src: Texts
    src_port: Counts
    dst: Texts
    dst_port: Counts
    proto: str
    service: str | None
    seconds: Numbers
    up: Counts
    down: Counts
    state: Texts
    uid: Texts

    def __len__(self) -> int:
        """Number of connections."""
        return len(self.at)

    def only(self, which: Mask) -> "Flows":
        """Give some of them."""
        arrays = ("at", "src", "src_port", "dst", "dst_port", "seconds", "up", "down", "state", "uid")
        return replace(self, **{name: getattr(self, name)[which] for name in arrays})

    @property
    def settled(self) -> Mask:
        """(n,) bool: the connection was set up and ended well."""
        well: Mask = self.state == "SF"
        return well


class Tape:
    """Connections and log lines of one family of traffic after the other."""

    def __init__(self) -> None:
        self._tables: dict[str, list[pl.DataFrame]] = {}

    def connect(
        self,
        rng: Generator,
        *,
        at: Numbers,
        src: Texts,
        dst: Texts,
        port: int | Counts,
        proto: str = "tcp",
        service: str | None = None,
        seconds: Numbers | float = 0.05,
        up: Numbers | float = 0.0,
        down: Numbers | float = 0.0,
        refused: Mask | float = 0.0,
        silent: Mask | float = 0.0,
        resets: float = 0.004,
    ) -> Flows:
        """Record connections.

        Args:
            rng: the family's own random numbers.
            at: (n,) seconds since the start, within the day; what would outlast the day is cut at its end.
            src: (n,) addresses.
            dst: (n,) addresses.
            port: of the destination.
            proto: "tcp" or "udp".
            service: Zeek's name of the application protocol.
            seconds: durations.
            up: payload bytes from the source.
            down: payload bytes from the destination.
            refused: which are refused, or the share of them.
            silent: which get no answer, or the share of them.
            resets: share of TCP connections that one side cuts short, as on any network.

        Returns:
            (n,) connections in the order given, refused and silent ones among them.
        """
        n = len(at)
        seconds_, up_, down_ = (np.broadcast_to(np.asarray(x, dtype=np.float64), n) for x in (seconds, up, down))
        port_ = np.broadcast_to(np.asarray(port, dtype=np.int64), n)
        refused_ = _share(rng, refused, n)
        silent_ = _share(rng, silent, n) & ~refused_
        cut = (rng.random(n) < resets) & (proto == "tcp")
        state = np.full(n, "SF", dtype="U6")
        state[cut] = "RSTO"
        state[refused_] = "REJ" if proto == "tcp" else "S0"
        state[silent_] = "S0"
        failed = refused_ | silent_
        flows = Flows(
            at=at,
            src=src,
            src_port=rng.integers(49_152, 65_536, n),
            dst=dst,
            dst_port=port_,
            proto=proto,
            service=service,
            seconds=np.minimum(np.where(refused_, 0.001, np.where(silent_, 9.0, seconds_)), _DAY - at),
            up=np.where(failed & (proto == "tcp"), 0, up_).astype(np.int64),
            down=np.where(failed, 0, down_).astype(np.int64),
            state=state,
            uid=_names(rng, "C", n),
        )
        self._append("conn", _conn_rows(flows))
        return flows

    def log(self, log: str, flows: Flows, columns: Mapping[str, object], *, after: Numbers | float = 0.002) -> None:
        """Record one detail line for each connection.

        Args:
            log: name of the log.
            flows: (n,) the connections it belongs to.
            columns: field -> (n,) array or series, or one value for all.
            after: seconds between the connection's start and the line.
        """
        if not len(flows):
            return
        at = flows.at + after
        rows = _ends(flows).with_columns(pl.Series("ts", at), pl.Series(WRITTEN, at))
        self._append(log, rows.with_columns(*(_column(name, values, len(flows)) for name, values in columns.items())))

    def name_files(self, rng: Generator, n: int) -> Texts:
        """Draw n file ids as Zeek writes them."""
        return _names(rng, "F", n)

    def lines(self, log: str, rows: pl.DataFrame) -> None:
        """Record lines that belong to no connection; "ts" in seconds since the start."""
        if len(rows):
            self._append(log, rows.with_columns(pl.col("ts").alias(WRITTEN)))

    def write(self, folder: Path, start: datetime) -> tuple[tuple[str, int], ...]:
        """Write every log.

        Returns:
            (log, lines) pairs, by log.
        """
        folder.mkdir(parents=True, exist_ok=True)
        counts = []
        for log in sorted(self._tables):
            rows = pl.concat(self._tables[log], how="diagonal")
            write_log(folder, log, rows, start)
            counts.append((log, len(rows)))
        return tuple(counts)

    def _append(self, log: str, rows: pl.DataFrame) -> None:
        if len(rows):
            self._tables.setdefault(log, []).append(rows)


def said(which: Mask, values: Texts | Counts | Numbers | str | float) -> pl.Series:
    """Give a column of values, null where nothing was said."""
    every = np.broadcast_to(np.asarray(values), len(which))
    return _column("", every, len(which)).set(pl.Series(~which), None)


def _share(rng: Generator, which: Mask | float, n: int) -> Mask:
    draw = rng.random(n)
    return which if isinstance(which, np.ndarray) else draw < which


def _names(rng: Generator, first: str, n: int) -> Texts:
    if not n:
        return np.empty(0, dtype="U18")
    letters = _BASE62[rng.integers(0, 62, (n, 17))]
    return np.char.add(first, np.ascontiguousarray(letters).view("U17").ravel())


def _column(name: str, values: object, n: int) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.alias(name)
    if isinstance(values, np.ndarray):
        return _texts(name, values) if values.dtype.kind == "U" else pl.Series(name, values)
    return pl.Series(name, [values]).new_from_index(0, n)


def _texts(name: str, values: Texts) -> pl.Series:
    return pl.Series(name, values.astype(object), dtype=pl.String)


def _ends(flows: Flows) -> pl.DataFrame:
    return pl.DataFrame(
        [
            _texts("uid", flows.uid),
            _texts("id.orig_h", flows.src),
            pl.Series("id.orig_p", flows.src_port),
            _texts("id.resp_h", flows.dst),
            pl.Series("id.resp_p", flows.dst_port),
        ]
    )


def _conn_rows(flows: Flows) -> pl.DataFrame:
    tcp = flows.proto == "tcp"
    answered = ~np.isin(flows.state, ("S0", "REJ"))
    overhead, handshake = (40, 4) if tcp else (28, 1)
    up_packets = np.where(answered, handshake + flows.up // _PAYLOAD + flows.down // (3 * _PAYLOAD), 3 if tcp else 1)
    down_packets = np.where(answered, handshake + flows.down // _PAYLOAD + flows.up // (3 * _PAYLOAD), 0)
    down_packets[flows.state == "REJ"] = 1
    return _ends(flows).with_columns(
        pl.Series("ts", flows.at),
        pl.Series(WRITTEN, flows.at + flows.seconds),
        _column("proto", flows.proto, len(flows)),
        said(answered & (flows.service is not None), flows.service or "").alias("service"),
        pl.Series("duration", flows.seconds),
        pl.Series("orig_bytes", flows.up),
        pl.Series("resp_bytes", flows.down),
        _texts("conn_state", flows.state),
        _column("missed_bytes", 0, len(flows)),
        _texts("history", _history(flows.state, tcp=tcp)),
        pl.Series("orig_pkts", up_packets),
        pl.Series("orig_ip_bytes", flows.up + overhead * up_packets),
        pl.Series("resp_pkts", down_packets),
        pl.Series("resp_ip_bytes", flows.down + overhead * down_packets),
        _column("tunnel_parents", "(empty)", len(flows)),
    )


def _history(state: Texts, *, tcp: bool) -> Texts:
    words = {"SF": "ShADadfF", "RSTO": "ShADadR", "REJ": "Sr", "S0": "S"} if tcp else {"SF": "Dd", "S0": "D"}
    keys: Sequence[str] = tuple(words)
    return np.select([state == key for key in keys], [np.array(words[key]) for key in keys], default=np.array("S"))
