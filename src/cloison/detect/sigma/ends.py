"""Which machine acted and which was acted upon, in a Windows event.

An event is logged by one computer; some name another, which called it, or which it calls.

Source: Microsoft's pages on security auditing (events 4624, 4625, 4648, 4768 to 4776, 5140, 5145, 5156), Sysmon's
manual (event 3), the TerminalServices channels (21, 25, 1149).
"""

import re
from collections.abc import Mapping

import polars as pl

from cloison.detect.sigma.opening import opened

CALLED_BY: tuple[str, ...] = ("IpAddress", "ClientAddress", "Address", "Param3", "WorkstationName", "Workstation")
"""Fields that name the machine that called the one that logs, the surest first."""

CALLED: frozenset[int] = frozenset({4624, 4625, 4768, 4769, 4770, 4771, 4776, 4778, 4779, 5140, 5145, 21, 25, 1149})
"""Events by which a machine tells that it was called."""

_EXPLICIT = 4648
_PASSED = 5156
_SYSMON_CONNECTION = 3
_INBOUND = "%%14592"

_FIELDS = (
    *CALLED_BY,
    "TargetServerName",
    "SourceIp",
    "DestinationIp",
    "SourceAddress",
    "DestAddress",
    "Initiated",
    "Direction",
)

_NOBODY = r"^(?:|-|local|localhost|0\.0\.0\.0|::1|::|127\..*)$"


def ends_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Give who acted on whom.

    Args:
        rows: columns computer, event_id, data.

    Returns:
        Columns actor and target, text: the computer that logged is one of the two, or both when no other is named.
    """
    # A machine that calls by its own name (a domain controller's own tickets) is no other machine.
    own = pl.col("computer").str.to_lowercase()
    seen = opened(rows["data"], _FIELDS).with_columns(rows["computer"], rows["event_id"])
    other = {name: _other(name, own) for name in _FIELDS[:-2]}
    event = pl.col("event_id")
    inbound = (pl.col("Initiated").str.to_lowercase() == "false").fill_null(value=False) | (
        pl.col("Direction") == _INBOUND
    ).fill_null(value=False)
    caller = (
        pl.when(event.is_in(list(CALLED)))
        .then(pl.coalesce(other[name] for name in CALLED_BY))
        .when((event == _SYSMON_CONNECTION) & inbound)
        .then(other["SourceIp"])
        .when((event == _PASSED) & inbound)
        .then(other["SourceAddress"])
    )
    callee = (
        pl.when(event == _EXPLICIT)
        .then(other["TargetServerName"])
        .when((event == _SYSMON_CONNECTION) & ~inbound)
        .then(other["DestinationIp"])
        .when((event == _PASSED) & ~inbound)
        .then(other["DestAddress"])
    )
    return seen.select(actor=pl.coalesce(caller, "computer"), target=pl.coalesce(callee, "computer"))


def _other(name: str, own: pl.Expr) -> pl.Expr:
    text = pl.col(name).str.to_lowercase().str.strip_prefix("::ffff:").str.strip_prefix("\\\\")
    mine = (text == own) | own.str.starts_with(text + ".") | text.str.starts_with(own + ".")
    return pl.when(~text.str.contains(_NOBODY) & ~mine).then(text)


def told(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Give the fields that a rule looked at, then who did it to what, with their values, short enough for a screen."""
    asked = [name for name in names if _speaks(name, fields)]
    beside = [name for name in WHO if name not in asked and _speaks(name, fields)]
    if "CommandLine" in (*asked, *beside):
        # It begins with the program.
        beside = [name for name in beside if name not in _PROGRAM]
    # A rule may look at no field that speaks: the event's own first ones then.
    chosen = (*asked[:SHOWN], *beside[:BESIDE]) or [name for name in fields if _speaks(name, fields)][:BESIDE]
    # What was typed tells most, an identifier least; the end of a long sentence is cut.
    shown = sorted(chosen, key=lambda name: (name != "CommandLine", fields[name].startswith("S-1-")))
    return " · ".join(f"{name}={_cut(fields[name])}" for name in shown)


def _speaks(name: str, fields: Mapping[str, str]) -> bool:
    # Windows writes "-" for nothing, "%%" before the number of a word, and "%{" before that of an object's sort.
    text = fields.get(name, "").strip()
    return name not in _KNOWN and text not in {"", "-"} and not text.startswith(("%%", "%{"))


_KNOWN = frozenset({"EventID", "Channel", "Provider_Name", "Computer", "Level", "Task", "Opcode", "Keywords", "UserID"})
"""Fields of every event: they say nothing which the titles of the rule and of the finding do not."""

_PROGRAM = frozenset({"Image", "NewProcessName"})

SHOWN = 4
"""Fields told of one event, of those that the rule looked at."""

BESIDE = 3
"""Fields told beside them."""

WHO: tuple[str, ...] = (
    "SubjectUserName",
    "TargetUserName",
    "User",
    "IpAddress",
    "MemberName",
    "MemberSid",
    "ObjectDN",
    "ObjectName",
    "ServiceName",
    "TaskName",
    "ShareName",
    "CommandLine",
    "Image",
    "NewProcessName",
)
"""Fields that tell who acted on whom or what, the most telling first."""

LONGEST = 120
"""Letters told of one field."""


_RUN = re.compile("<(?:Command|Arguments)>([^<]*)<")
_MARK = re.compile("<[^>]*>")


def _cut(text: str) -> str:
    if text.startswith("<"):
        # A scheduled task is logged as pages of XML: what it runs, else its words.
        text = " ".join(_RUN.findall(text)) or _MARK.sub(" ", text)
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
