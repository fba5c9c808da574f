"""What counts as an act of administration on another machine, in flows, SMB, RPC and HTTP records."""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from cloison.detect.arrival import in_order_of_arrival
from cloison.detect.places import joined_key
from cloison.detect.usual_ports import DYNAMIC
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
    "svcctl createwowservice": "service",
    # [MS-TSCH], scheduled tasks.
    "atsvc netrjobadd": "at",
    "atsvc jobadd": "at",
    "itaskschedulerservice schrpcregistertask": "task",
    "itaskschedulerservice schrpcrun": "task",
    # [MS-WMI], calls on management objects.
    "iwbemservices execmethod": "wmi",
    "iwbemservices execmethodasync": "wmi",
    "iwbemservices putinstance": "wmi",
    # OLE Automation, a method of an object that lives on the other machine: MMC20.Application, ShellWindows, Excel.
    "idispatch invoke": "dcom",
    "00020400-0000-0000-c000-000000000046 opnum 6": "dcom",
}
"""Endpoint and operation that run a program on the machine called -> by what means."""

_RUNNERS = r"(?i)^\\?(pipe\\)?(psexesvc|paexec|csexec|remcom|winexesvc|xcmdsvc)"
"""Pipes of programs that run others' commands: their service is there and spoken to."""

_PROGRAM = r"(?i)\.(exe|dll|sys|scr|com|bat|cmd|ps1|vbs|js|hta|msi|jar)$"
"""Files that Windows runs or loads."""

PROGRAM_BYTES = 64 << 10
"""Sent in one session, more than names, small files and talk with a service: programs that run others have from tens to
hundreds of KiB."""

_SHARE_PORTS = (139, 445)

_WINRM_PORTS = (5985, 5986, 80, 443)
_SHELL = r"(?i)^/wsman\?PSVersion="
"""A PowerShell session ([MS-PSRP] over [MS-WSMV]); subscriptions to events and CIM queries go to other paths."""

_OK = 200
_OWN_CLIENT = "Microsoft WinRM Client"

_ADMIN_SHARE = r"(?i)(^|\\|/)(admin|[a-z])\$$"
_CHANGES = ("write", "rename", "delete")


class Act(StrEnum):
    """Acts, from the weakest to the strongest."""

    SESSION = "session"
    PUSH = "push"  # a connection to shares that sent much
    CALL = "call"  # a connection to a port that Windows gives out for remote calls
    SHARE = "share"
    WRITE = "write"
    TOOL = "tool"
    RUN = "run"


_COLUMNS = ("clock", "began", "origin", "record", "src", "dst", "src_key", "dst_key", "family", "act", "means")


def acts_of(tables: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Give the acts of administration between two machines that are inside, in order.

    A session told by its connection alone is given once a day for each pair of machines and outcome. PUSH and CALL are
    halves of an act: see `Act`.

    Returns:
        Columns clock, began, origin, record, src, dst, src_key, dst_key, family ("smb" "rpc" "rdp" "ssh"
        "winrm"), act (see `Act`), means ("service" "at" "task" "wmi" "dcom" "winrm", null when the act is not RUN),
        and key: a number for (src, dst, family, act, means).
    """
    inside = pl.col("src_inside") & pl.col("dst_inside") & (pl.col("src_key") != pl.col("dst_key"))
    # Of one moment and place come the connection, then what passed in it.
    readers = ((Kind.FLOW, _connections), (Kind.SMB, _shares), (Kind.RPC, _runs), (Kind.HTTP, _shells))
    parts = [reader(tables[kind].lazy().filter(inside)).select(_COLUMNS) for kind, reader in readers if kind in tables]
    return in_order_of_arrival(pl.collect_all(parts)).with_columns(
        key=joined_key(
            *(pl.col(column) for column in ("src_key", "dst_key", "family", "act")), pl.col("means").fill_null("")
        )
    )


def _connections(flows: pl.LazyFrame) -> pl.LazyFrame:
    return pl.concat([_sessions(flows), _halves(flows)], how="diagonal").sort("seq", maintain_order=True)


def _sessions(flows: pl.LazyFrame) -> pl.LazyFrame:
    family = pl.coalesce(
        pl.col("dst_port").replace_strict(_PORTS, default=None, return_dtype=pl.String()),
        pl.col("service").replace_strict(_PROTOCOLS, default=None, return_dtype=pl.String()),
    )
    # A call that was taken and where nothing was said is a knock at the door, as a scan makes them.
    spoke = pl.col("dst_bytes") > 0
    taken = (pl.col("answered") & spoke.fill_null(value=True)) | (pl.col("answered").is_null() & spoke)
    known = pl.col("dst_port").is_in(list(_PORTS)) | pl.col("service").is_in(list(_PROTOCOLS))
    return flows.filter(pl.col("new_today") & (pl.col("proto") == "tcp") & taken & known).with_columns(
        family=family, act=pl.lit(Act.SESSION.value), means=pl.lit(None, pl.String())
    )


def _halves(flows: pl.LazyFrame) -> pl.LazyFrame:
    pushed = pl.col("dst_port").is_in(_SHARE_PORTS) & (pl.col("src_bytes") >= PROGRAM_BYTES)
    called = (pl.col("dst_port") >= DYNAMIC) & pl.col("new_today") & (pl.col("dst_bytes") > 0)
    return flows.filter((pl.col("proto") == "tcp") & pl.col("answered") & (pushed | called)).with_columns(
        family=pl.when(pushed).then(pl.lit("smb")).otherwise(pl.lit("rpc")),
        act=pl.when(pushed).then(pl.lit(Act.PUSH.value)).otherwise(pl.lit(Act.CALL.value)),
        means=pl.lit(None, pl.String()),
    )


def _shares(files: pl.LazyFrame) -> pl.LazyFrame:
    administrative = pl.col("share").str.contains(_ADMIN_SHARE).fill_null(value=False)
    runs = pl.col("name").str.contains(_RUNNERS).fill_null(value=False)
    act = (
        pl.when(runs)
        .then(pl.lit(Act.RUN.value))
        .when(administrative & pl.col("name").str.contains(_PROGRAM).fill_null(value=False))
        .then(pl.lit(Act.TOOL.value))
        .when(administrative & pl.col("action").is_in(_CHANGES))
        .then(pl.lit(Act.WRITE.value))
        .when(administrative)
        .then(pl.lit(Act.SHARE.value))
        .otherwise(pl.lit(Act.SESSION.value))
    )
    refused = pl.col("action").str.ends_with("_denied").fill_null(value=False)
    return files.filter(~refused).with_columns(
        family=pl.lit("smb"), act=act, means=pl.when(runs).then(pl.lit("service"))
    )


def _runs(calls: pl.LazyFrame) -> pl.LazyFrame:
    operation = pl.concat_str("endpoint", "operation", separator=" ").str.to_lowercase()
    return calls.with_columns(
        family=pl.lit("rpc"),
        act=pl.lit(Act.RUN.value),
        means=operation.replace_strict(RUNS_PROGRAMS, default=None, return_dtype=pl.String()),
    ).filter(pl.col("means").is_not_null())


def _shells(requests: pl.LazyFrame) -> pl.LazyFrame:
    # Windows' own client tells a shell by its path; others (WS-Management libraries of other systems) tell nothing
    # else, and are not how Windows machines collect events from each other.
    foreign = (pl.col("path") == "/wsman") & ~pl.col("user_agent").str.contains(_OWN_CLIENT, literal=True).fill_null(
        value=True
    )
    shell = pl.col("path").str.contains(_SHELL) | foreign
    taken = pl.col("status").is_null() | (pl.col("status") == _OK)
    return requests.filter(
        pl.col("dst_port").is_in(_WINRM_PORTS) & (pl.col("method") == "POST") & shell & taken
    ).with_columns(family=pl.lit("winrm"), act=pl.lit(Act.RUN.value), means=pl.lit("winrm"))
