"""The router's own rules, as the hospital's were before any crisis: what the map declares passes, the rest does not.

Three tables, none of which Cloison's own (`inet cloison`, armed by its driver) ever touches:
- `inet hospital`, the site's filter, at priority 0: established connections first, then the declared services of each
  pair of zones, then nothing;
- `inet passages`, after every filter (priority 300): counts what passed, by conduit and by flow, each way;
- `netdev mirror`: the sensors get a copy of each packet that reaches the router, as a switch's mirror port gives it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from cloison.errors import RangeError
from cloison.model.hospital import Conduit, ConduitId, FlowId, Hospital
from cloison.rehearse.range.layout import RangeLayout
from cloison.words import say

REFUSED = "refused"
MIRROR = "span0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What passed the router: packets and bytes (of IP and above) that the opener sent, and that came back."""

    packets: int = 0
    bytes_: int = 0
    packets_back: int = 0
    bytes_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What passed since the router started.

    Attributes:
        conduits: all connections opened through each.
        flows: the flow's own service, through the first conduit that it crosses.
        refused: packets that no conduit declares.
    """

    conduits: Mapping[ConduitId, Passed]
    flows: Mapping[FlowId, Passed]
    refused: int


def peacetime(layout: RangeLayout) -> str:
    """Give the three tables as nft's own text.

    Conduits that name no service let everything pass: nobody said what they are for.
    """
    hospital = layout.hospital
    link = {one.zone: one.link for one in layout.compartments}
    joined = [(index, one) for index, one in enumerate(hospital.conduits) if {one.from_, one.to} <= link.keys()]
    pairs: dict[tuple[str, str], list[tuple[int, Conduit]]] = {}
    for index, one in joined:
        pairs.setdefault((link[one.from_], link[one.to]), []).append((index, one))
    return "\n".join([*_filter(pairs), *_count(hospital, pairs), *_mirror(layout)]) + "\n"


def passages(listing: str, hospital: Hospital) -> Passages:
    """Read `nft -j list counters`.

    Raises:
        RangeError: it is no such listing.
    """
    try:
        counters = [item["counter"] for item in json.loads(listing)["nftables"] if "counter" in item]
        read = {one["name"]: (int(one["packets"]), int(one["bytes"])) for one in counters}
    except (ValueError, KeyError, TypeError) as error:
        raise RangeError(
            say("the router's counters cannot be read"),
            fix=say("end the range and build it again: {command}", command="cloison range down"),
            where=listing[:80],
        ) from error

    def passed(name: str) -> Passed:
        out, back = read.get(f"{name}-out", (0, 0)), read.get(f"{name}-back", (0, 0))
        return Passed(packets=out[0], bytes_=out[1], packets_back=back[0], bytes_back=back[1])

    return Passages(
        conduits={one.id: passed(f"conduit-{index}") for index, one in enumerate(hospital.conduits)},
        flows={one.id: passed(f"flow-{index}") for index, one in enumerate(hospital.flows)},
        refused=read.get(REFUSED, (0, 0))[0],
    )


Pairs = Mapping[tuple[str, str], list[tuple[int, Conduit]]]


def _filter(pairs: Pairs) -> list[str]:
    lines = [
        "add table inet hospital",
        f"add counter inet hospital {REFUSED}",
        "add chain inet hospital forward { type filter hook forward priority 0; policy drop; }",
        "add rule inet hospital forward ct state established,related accept",
    ]
    for (near, far), conduits in pairs.items():
        lines.append(f"add chain inet hospital {near}-{far}")
        for _, conduit in conduits:
            matches = [_matched(service, "dport") for service in conduit.services] or [""]
            lines += [
                f'add rule inet hospital {near}-{far} {match} accept comment "{conduit.id[:120]}"' for match in matches
            ]
    return [
        *lines,
        _by_pair("hospital", pairs),
        f"add rule inet hospital forward counter name {REFUSED}",
        "add chain inet hospital input { type filter hook input priority 0; policy drop; }",
        "add rule inet hospital input ct state established,related accept",
    ]


def _count(hospital: Hospital, pairs: Pairs) -> list[str]:
    lines = ["add table inet passages"]
    rules: dict[tuple[str, str], list[str]] = {}
    for (near, far), conduits in pairs.items():
        for index, conduit in conduits:
            counted: list[tuple[str, str | None]] = [(f"conduit-{index}", None)]
            counted += [
                (f"flow-{place}", flow.service)
                for place, flow in enumerate(hospital.flows)
                if flow.via and flow.via[0] == conduit.id
            ]
            for name, service in counted:
                lines += [f"add counter inet passages {name}-out", f"add counter inet passages {name}-back"]
                out, back = (_matched(service, port) if service else "" for port in ("dport", "sport"))
                rules.setdefault((near, far), []).append(f"ct direction original {out} counter name {name}-out")
                rules.setdefault((far, near), []).append(f"ct direction reply {back} counter name {name}-back")
    for (near, far), theirs in rules.items():
        lines.append(f"add chain inet passages {near}-{far}")
        lines += [f"add rule inet passages {near}-{far} {rule}" for rule in theirs]
    lines.append("add chain inet passages forward { type filter hook forward priority 300; policy accept; }")
    return [*lines, _by_pair("passages", rules)]


def _by_pair(table: str, pairs: Mapping[tuple[str, str], object]) -> str:
    ways = ", ".join(f'"{near}" . "{far}" : jump {near}-{far}' for near, far in pairs)
    return f"add rule inet {table} forward iifname . oifname vmap {{ {ways} }}" if ways else ""


def _mirror(layout: RangeLayout) -> list[str]:
    links = ", ".join(one.link for one in layout.compartments)
    return [
        "add table netdev mirror",
        f"add chain netdev mirror ingress {{ type filter hook ingress devices = {{ {links} }} priority -500; }}",
        # A zone's hosts share one network card: what they would say of it is no hospital's.
        f'add rule netdev mirror ingress meta protocol ip dup to "{MIRROR}"',
    ]


def _matched(service: str, port: str) -> str:
    """Write a service of the map ("tcp/443", "udp/1024-2047", "ip/50", "icmp") as nft matches it."""
    protocol, _, ports = service.partition("/")
    if protocol == "ip":
        return f"meta l4proto {ports}"
    return f"{protocol} {port} {ports}" if ports else f"meta l4proto {protocol}"
