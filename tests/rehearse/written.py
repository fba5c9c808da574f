"""A written day, read back as a person with a spreadsheet would: not by the product's own reader."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.rehearse.truth import Truth

SEED = 7
START = datetime(2026, 3, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Written:
    folder: Path
    truth: Truth

    def log(self, name: str) -> pl.DataFrame:
        """A log as text columns, in the file's order; unset is null."""
        path = self.folder / f"{name}.log"
        with path.open() as lines:
            fields = next(line for line in lines if line.startswith("#fields")).rstrip("\n").split("\t")[1:]
        return pl.read_csv(
            path,
            separator="\t",
            comment_prefix="#",
            has_header=False,
            quote_char=None,
            null_values=["-"],
            schema=dict.fromkeys(fields, pl.String),
        )

    def conn(self) -> pl.DataFrame:
        """conn.log with numbers where there are, and `at` in hours since the start."""
        counts = [pl.col(name).cast(pl.Int64) for name in ("orig_bytes", "resp_bytes", "id.resp_p")]
        times = [pl.col("ts").cast(pl.Float64), pl.col("duration").cast(pl.Float64)]
        at = ((pl.col("ts") - START.timestamp()) / 3600).alias("at")
        return self.log("conn").with_columns(*counts, *times).with_columns(at)


def located(conn: pl.DataFrame, hospital: Hospital) -> pl.DataFrame:
    """Add the zones `from` and `to`, and `service_asked` ("tcp/443")."""
    book = AddressBook(hospital)
    both = pl.concat([conn["id.orig_h"], conn["id.resp_h"]])
    zones = book.table(both).select("address", "zone")
    asked = pl.concat_str([pl.col("proto"), pl.col("id.resp_p").cast(pl.String)], separator="/").alias("service_asked")
    return (
        conn.with_columns(asked)
        .join(zones.rename({"zone": "from"}), left_on="id.orig_h", right_on="address", maintain_order="left")
        .join(zones.rename({"zone": "to"}), left_on="id.resp_h", right_on="address", maintain_order="left")
    )
