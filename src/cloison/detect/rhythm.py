"""Calls of pairs of hosts: counted, kept while they may matter, and how regular they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER = -(1 << 62)

KEPT = 64
"""Times kept for each pair of hosts: quartiles of 63 intervals are stable to a few percent."""

SPARE = 1 << 19
"""Rows of calls that may lie about before those that no longer matter are swept away."""

_PAIRS = {
    "pair": pl.UInt64(),
    "place": pl.Int64(),
    "start": pl.Int64(),
    "second": pl.Int64(),
    "last": pl.Int64(),
    "born": pl.Int64(),
}

_CALLS = {
    "pair": pl.UInt64(),
    "place": pl.Int64(),
    "second": pl.Int64(),
    "src_bytes": pl.UInt64(),
    "origin": pl.UInt32(),
    "record": pl.UInt64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How regular the last calls of n pairs are.

    Attributes:
        every: (n,) median interval, seconds.
        dispersion: (n,) 1 - MAD / median of the intervals, 0 to 1.
        symmetry: (n,) 1 - |Bowley's skewness| of the intervals, 0 to 1; 1 when the quartiles are equal.
        evenness: (n,) 1 - MAD / median of the bytes sent, 0 to 1, NaN where unknown.
    """

    every: Floats
    dispersion: Floats
    symmetry: Floats
    evenness: Floats


class Calls:
    """Calls of each pair, counted at most once a second, in stretches without a long silence.

    Cost: 48 bytes a pair for `memory`, and 44 bytes a call for the last 64 of each stretch that is not silent.
    """

    def __init__(self, *, silence: int, memory: int) -> None:
        """Take the microseconds after which a stretch ends, and after which a pair is forgotten."""
        self._silence = silence
        self._memory = memory
        self.pairs = pl.DataFrame(schema=_PAIRS)
        self._calls = [pl.DataFrame(schema=_CALLS)]
        self._swept = 0
        self._now = NEVER

    def count(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Number new calls.

        Args:
            rows: in order, columns pair, second (Int64), clock, src_bytes, origin, record and others.

        Returns:
            The rows that count, by pair then in order, with place (1 for a pair's first call since it is known),
            start (the place that began the present stretch) and born (clock of the pair's first call).
        """
        self._forget()
        rows = rows.sort("pair", maintain_order=True)
        heads = _heads(rows["pair"])
        known = (
            rows.select("pair")[heads.nonzero()[0]]
            .join(self.pairs, on="pair", how="left", maintain_order="left")
            .with_columns(pl.col("second", "last").fill_null(NEVER), pl.col("place", "start", "born").fill_null(0))
        )
        second, group = rows["second"].to_numpy(), np.cumsum(heads) - 1
        counts = second != _previous(second, heads, known["second"].to_numpy()[group])
        rows, group = rows.filter(pl.Series(counts)), group[counts]
        heads = _heads(rows["pair"])
        clock = rows["clock"].to_numpy()
        silence = clock - _previous(clock, heads, known["last"].to_numpy()[group])
        at = np.arange(len(clock))
        head_at = np.maximum.accumulate(np.where(heads, at, 0))
        place = known["place"].to_numpy()[group] + at - head_at + 1
        begins = np.maximum.accumulate(np.where(silence > self._silence, at, -1))
        start = np.where(begins >= head_at, place[begins], known["start"].to_numpy()[group])
        meets = np.maximum.accumulate(np.where(silence > self._memory, at, -1))
        born = np.where(meets >= head_at, clock[meets], known["born"].to_numpy()[group])
        return rows.with_columns(place=pl.Series(place), start=pl.Series(start), born=pl.Series(born))

    def keep(self, counted: pl.DataFrame) -> None:
        """Remember calls that `count` has numbered."""
        if counted.is_empty():
            return
        tails = np.append(_heads(counted["pair"])[1:], True)  # the last row ends its pair
        latest = counted.select("pair", "place", "start", "second", pl.col("clock").alias("last"), "born")[
            tails.nonzero()[0]
        ]
        self._now = max(self._now, int(counted["clock"].to_numpy().max()))
        self.pairs = pl.concat([self.pairs.join(latest, on="pair", how="anti"), latest])
        self._calls.append(counted.select(*_CALLS))

    def window(self, pair: int, start: int, place: int) -> pl.DataFrame:
        """Give a pair's calls that `rhythm` looks at, the last one being at this place."""
        wanted = (pl.col("pair") == pair) & pl.col("place").is_between(max(start, place - KEPT + 1), place)
        return pl.concat([part.filter(wanted) for part in self._calls]).sort("place")

    def rhythm(self, checks: pl.DataFrame) -> Rhythm:
        """Look at the last calls of pairs, at most 64 of the present stretch.

        Args:
            checks: columns pair, start, place: calls that `keep` remembers.
        """
        count = checks.height
        result = Rhythm(
            every=np.zeros(count), dispersion=np.zeros(count), symmetry=np.zeros(count), evenness=np.zeros(count)
        )
        wanted = pl.col("pair").is_in(checks["pair"].unique().implode())
        calls = pl.concat([part.filter(wanted) for part in self._calls]).sort("pair", "place")
        firsts = calls.with_row_index("at").unique("pair", keep="first", maintain_order=True)
        placed = checks.select("pair", "start", "place").join(
            firsts.select("pair", "at", first="place"), on="pair", how="left", maintain_order="left"
        )
        # A pair's calls follow each other without a hole, so that a place tells the row.
        end = placed["at"].to_numpy().astype(np.int64) + placed["place"].to_numpy() - placed["first"].to_numpy()
        length = np.minimum(KEPT, placed["place"].to_numpy() - placed["start"].to_numpy() + 1)
        seconds = calls["second"].to_numpy()
        sizes = calls["src_bytes"].cast(pl.Float64()).to_numpy()
        for size in np.unique(length):
            mine = (length == size).nonzero()[0]
            rows = end[mine][:, None] - np.arange(size)[::-1]
            _measure(result, mine, seconds[rows], sizes[rows])
        return result

    def _forget(self) -> None:
        """Drop what no later call can need. Not before: `rhythm` looks back from any of the calls last kept."""
        gone = self.pairs.filter(pl.col("last") < self._now - self._memory)
        if gone.height:  # a pair that meets again is numbered from 1: its old calls must not be taken for new ones
            self.pairs = self.pairs.join(gone, on="pair", how="anti")
            self._calls = [part.join(gone, on="pair", how="anti") for part in self._calls]
        if sum(part.height for part in self._calls) > 2 * self._swept + SPARE:
            self._sweep()

    def _sweep(self) -> None:
        alive = self.pairs.filter(pl.col("last") >= self._now - self._silence).select("pair", "start", latest="place")
        calls = (
            pl.concat(self._calls)
            .join(alive, on="pair")
            .filter((pl.col("place") > pl.col("latest") - KEPT) & (pl.col("place") >= pl.col("start")))
            .select(*_CALLS)
        )
        self._calls = [calls]
        self._swept = calls.height


def _measure(result: Rhythm, mine: Ints, seconds: Ints, sizes: Floats) -> None:
    intervals = np.diff(np.sort(seconds, axis=1), axis=1).astype(np.float64)
    low, middle, high = np.quantile(intervals, (0.25, 0.5, 0.75), axis=1)
    usual = np.median(sizes, axis=1)
    spread = np.median(np.abs(intervals - middle[:, None]), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = np.where(middle > 0, 1 - spread / middle, 0.0)
        skewness = np.where(high > low, (high + low - 2 * middle) / (high - low), 0.0)
        evenness = np.where(usual > 0, 1 - np.median(np.abs(sizes - usual[:, None]), axis=1) / usual, np.nan)
    result.every[mine] = middle
    result.dispersion[mine] = np.clip(dispersion, 0, 1)
    result.symmetry[mine] = 1 - np.abs(skewness)
    result.evenness[mine] = np.clip(evenness, 0, 1)


def _heads(pairs: pl.Series) -> npt.NDArray[np.bool_]:
    values = pairs.to_numpy()
    heads = np.ones(len(values), dtype=np.bool_)
    heads[1:] = values[1:] != values[:-1]
    return heads


def _previous(values: Ints, heads: npt.NDArray[np.bool_], carried: Ints) -> Ints:
    """Give each row its predecessor's value within the pair, or the carried one."""
    shifted = np.empty_like(values)
    shifted[1:] = values[:-1]
    return np.where(heads, carried, shifted)
