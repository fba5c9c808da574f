"""Which services are new or rare: called by few hosts on the present day, as known at each call."""

from dataclasses import dataclass, field

import polars as pl

from cloison.detect.places import joined_key

DAY = 86_400_000_000
"""Microseconds."""


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={"service": pl.UInt64(), "use": pl.UInt64(), "day": pl.Int64(), "since": pl.Int64()})


@dataclass(slots=True)
class RareServices:
    """The first callers of each address and port, by UTC day.

    Memory: 32 bytes for each of the first `many` callers of each service of the day.

    Attributes:
        many: hosts that make a service common.
    """

    many: int
    callers: pl.DataFrame = field(default_factory=_nobody)

    def keep(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the calls to services that fewer hosts than `many` have called that day, this one included.

        Args:
            rows: of one kind, in order, with seq, clock, src_key, dst_key, dst_port.
        """
        if rows.is_empty():
            return rows
        rows = rows.with_columns(day=pl.col("clock") // DAY).with_columns(
            service=joined_key(pl.col("dst_key"), pl.col("dst_port"), pl.col("day"))
        )
        new = rows.select("service", "day", use=joined_key(pl.col("service"), pl.col("src_key")), since="seq").unique(
            "use", keep="first", maintain_order=True
        )
        together = pl.concat(
            [
                self.callers,
                new.join(self.callers, on="use", how="anti", maintain_order="left").select(*self.callers.columns),
            ]
        ).with_columns(place=pl.int_range(1, pl.len() + 1).over("service"))
        common = together.filter(pl.col("place") == self.many).select("service", common="since")
        self.callers = together.filter((pl.col("place") <= self.many) & (pl.col("day") >= rows["day"].item(-1))).drop(
            "place"
        )
        return (
            rows.join(common, on="service", how="left", maintain_order="left")
            .filter(pl.col("common").is_null() | (pl.col("seq") < pl.col("common")))
            .drop("day", "service", "common")
        )
