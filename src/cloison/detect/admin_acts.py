"""What counts as an act of administration on another machine, in flows, SMB and RPC records."""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from cloison.detect.places import joined_key
from cloison.model.observations import Kind

SERVICES: Mapping[str, frozenset[str]] = {
    "smb": frozenset({"tcp/445", "tcp/139"}),
    "rpc": frozenset({"tcp/135"}),
    "rdp": frozenset({"tcp/3389"}),
    "ssh": frozenset({"tcp/22"}),
    "winrm": frozenset({"tcp/5985", "tcp/5986"}),
}
"""Family -> services, as the map writes them."""

_PORTS = {int(service.partition("/")[2]): family for family, services in SERVICES.items() for service in services}

_PROTOCOLS = {"smb": "smb", "rdp": "rdp", "ssh": "ssh"}
"""Application protocol, when the sensor names it on another port -> family."""

RUNS_PROGRAMS: Mapping[str, str] = {
    # [MS-SCMR], a service is a program that starts.
    "svcctl createservicew": "service",
    "svcctl createservicea": "service",
    "svcctl createservicewow64w": "service",
    "svcctl createservicewow64a": "service",
    "svcctl changeserviceconfigw": "service",
    "svcctl changeserviceconfiga": "service",
    "svcctl startservicew": "service",
    "svcctl startservicea": "service",
    # [MS-TSCH], scheduled tasks.
    "atsvc netrjobadd": "task",
    "atsvc jobadd": "task",
    "itaskschedulerservice schrpcregistertask": "task",
    "itaskschedulerservice schrpcrun": "task",
    # [MS-WMI], calls on management objects.
    "iwbemservices execmethod": "wmi",
    "iwbemservices execmethodasync": "wmi",
    "iwbemservices putinstance": "wmi",
}
"""Endpoint and operation that run a program on the machine called -> by what means."""

_ADMIN_SHARE = r"(?i)(^|\\|/)(admin|[a-z])\$$"
_CHANGES = ("write", "rename", "delete")


class Act(StrEnum):
    """Acts, from the weakest to the strongest."""

    SESSION = "session"
    SHARE = "share"
    WRITE = "write"
    RUN = "run"


_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "src_key", "dst_key", "kind", "family", "act", "means")


def acts_of(tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Give the acts of administration between two machines that are inside, in order.

    Returns:
        Columns clock, began, origin, record, src, dst, src_key, dst_key, kind, family ("smb" "rpc" "rdp" "ssh"
        "winrm"), act (see `Act`), means ("service" "task" "wmi", null when the act is not RUN), and key: a number
        for (src, dst, family, act, means).
    """
    inside = pl.col("src_inside") & pl.col("dst_inside") & (pl.col("src_key") != pl.col("dst_key"))
    parts = [
        # `kind` orders the acts of one record: its connection, then what passed in it.
        reader(tables[kind].lazy().filter(inside)).with_columns(kind=pl.lit(place, pl.Int8())).select(_COLUMNS)
        for place, (kind, reader) in enumerate(((Kind.FLOW, _sessions), (Kind.SMB, _shares), (Kind.RPC, _runs)))
        if kind in tables
    ]
    return (
        pl.concat(pl.collect_all(parts))
        .sort("clock", "origin", "record", "kind", maintain_order=True)
        .with_columns(
            key=joined_key(
                *(pl.col(column) for column in ("src_key", "dst_key", "family", "act")), pl.col("means").fill_null("")
            )
        )
    )


def _sessions(flows: pl.LazyFrame) -> pl.LazyFrame:
    family = pl.coalesce(
        pl.col("dst_port").replace_strict(_PORTS, default=None, return_dtype=pl.String()),
        pl.col("service").replace_strict(_PROTOCOLS, default=None, return_dtype=pl.String()),
    )
    # A call that was taken and where nothing was said is a knock at the door, as a scan makes them.
    spoke = pl.col("dst_bytes") > 0
    taken = (pl.col("answered") & spoke.fill_null(value=True)) | (pl.col("answered").is_null() & spoke)
    known = pl.col("dst_port").is_in(list(_PORTS)) | pl.col("service").is_in(list(_PROTOCOLS))
    return flows.filter((pl.col("proto") == "tcp") & taken & known).with_columns(
        family=family, act=pl.lit(Act.SESSION.value), means=pl.lit(None, pl.String())
    )


def _shares(files: pl.LazyFrame) -> pl.LazyFrame:
    administrative = pl.col("share").str.contains(_ADMIN_SHARE).fill_null(value=False)
    act = (
        pl.when(administrative & pl.col("action").is_in(_CHANGES))
        .then(pl.lit(Act.WRITE.value))
        .when(administrative)
        .then(pl.lit(Act.SHARE.value))
        .otherwise(pl.lit(Act.SESSION.value))
    )
    return files.with_columns(family=pl.lit("smb"), act=act, means=pl.lit(None, pl.String()))


def _runs(calls: pl.LazyFrame) -> pl.LazyFrame:
    operation = pl.concat_str("endpoint", "operation", separator=" ").str.to_lowercase()
    return calls.with_columns(
        family=pl.lit("rpc"),
        act=pl.lit(Act.RUN.value),
        means=operation.replace_strict(RUNS_PROGRAMS, default=None, return_dtype=pl.String()),
    ).filter(pl.col("means").is_not_null())
