"""nftables' own words for an empty structure and for its members.

The chain looks before the site's own filter (priority -150: after connection tracking at -200, before filter at 0;
nft(8)), so that no "established, accept" of the site can keep an intruder's session alive. What it accepts goes
on to the site's chains, which are never touched.

Who opened a connection decides, not which way a packet goes: shutting A to B also stops the answers to what A had
opened, and leaves B's own connections to A alone. Packets that conntrack knows nothing of are judged as they come.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from cloison.enforce.door_text import heading, not_a_door, read_heading, with_member
from cloison.errors import BadValueError
from cloison.model.hospital import ConduitId
from cloison.model.sealing import Crossing, DoorRules, Member, Passing, Span
from cloison.words import say

TABLE = "inet cloison"
_PORTS = "lifeline"
_BARE = "lifeline_bare"
_CLOSED = "closed"

_KINDS = {
    _PORTS: "{0} . {0} . inet_proto . inet_service",
    _BARE: "{0} . {0} . inet_proto",
    _CLOSED: "{0} . {0}",
}
_FAMILIES = {4: ("ip", "ipv4_addr"), 6: ("ip6", "ipv6_addr")}
_OUT, _BACK, _UNTRACKED = "ct direction original", "ct direction reply", "ct state invalid,untracked"

RulesTold = tuple[tuple[str, str | None, str], ...]
"""(comment, the set looked up, what becomes of the packet), a rule each, in order."""

_ELEMENT = re.compile(
    r"add element inet cloison (?P<set>\w+) \{ (?P<elements>[^{}]*) \}",
)


def _rules() -> Iterator[tuple[str, str, str | None, str]]:
    """Give (condition, comment, set, outcome) of each rule, in the order in which they are looked at."""
    there, back = "{0} saddr . {0} daddr", "{0} daddr . {0} saddr"
    for version, (ip, _) in _FAMILIES.items():
        ways = [
            (_OUT, there, "th dport", "opened"),
            (_BACK, back, "th sport", "answered"),
            (_UNTRACKED, there, "th dport", "untracked"),
            (_UNTRACKED, back, "th sport", "untracked answer"),
        ]
        for condition, ends, port, name in ways:
            named = f"{_PORTS}{version}"
            match = f"{condition} {ends.format(ip)} . meta l4proto . {port} @{named}"
            yield match, f"lifeline {name}", named, "accept"
            named = f"{_BARE}{version}"
            yield f"{condition} {ends.format(ip)} . meta l4proto @{named}", f"lifeline {name}", named, "accept"
    # A lifeline whose packets are too large must be told so, whichever router tells it (RFC 1191, RFC 8201).
    yield "ct state related icmp type destination-unreachable icmp code frag-needed", "packet size", None, "accept"
    yield "ct state related icmpv6 type packet-too-big", "packet size", None, "accept"
    for version, (ip, _) in _FAMILIES.items():
        named = f"{_CLOSED}{version}"
        yield f"{_OUT} {there.format(ip)} @{named}", "closed opened", named, "drop"
        yield f"{_BACK} {back.format(ip)} @{named}", "closed answered", named, "drop"
        yield f"{_UNTRACKED} {there.format(ip)} @{named}", "closed untracked", named, "drop"


RULES: RulesTold = tuple((comment, named, outcome) for _, comment, named, outcome in _rules())
SETS = frozenset(f"{kind}{version}" for kind in _KINDS for version in _FAMILIES)


def empty_table() -> str:
    """Give the empty structure: a table of its own, its sets, one early chain."""
    lines = [f'add table {TABLE} {{ comment "Cloison: a member added here shuts a door, and nothing else does"; }}']
    for version, (_, address) in _FAMILIES.items():
        for kind, sort in _KINDS.items():
            lines.append(f"add set {TABLE} {kind}{version} {{ type {sort.format(address)}; flags interval, timeout; }}")
    lines.append(f"add chain {TABLE} forward {{ type filter hook forward priority -150; policy accept; }}")
    for match, comment, _, outcome in _rules():
        counted = "counter drop" if outcome == "drop" else outcome
        lines.append(f'add rule {TABLE} forward {match} {counted} comment "{comment}"')
    return "\n".join(lines) + "\n"


def adding(doors: Sequence[DoorRules], *, lasting: Mapping[ConduitId, timedelta | None]) -> str:
    """Give the text that shuts doors.

    Args:
        doors: which.
        lasting: conduit -> time until it opens by itself; None: never.
    """
    return "".join(
        f"# door {heading(door)}\n" + _elements("add", door.members, lasting[door.conduit]) for door in doors
    )


def removing(members: Sequence[Member]) -> str:
    """Give the text that removes members which are there."""
    return _elements("delete", members, None)


def read_adding(text: str) -> tuple[DoorRules, ...]:
    """Read what `adding` wrote, but for the times.

    Raises:
        BadValueError: it is no such text.
    """
    doors: list[DoorRules] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("# door "):
            name, level, vanishing = read_heading(line.removeprefix("# door "))
            doors.append(DoorRules(conduit=name, level=level, vanishing=vanishing))
            continue
        found = _ELEMENT.fullmatch(line)
        if not found or not doors:
            raise not_a_door(line)
        for element in found["elements"].split(", "):
            parts = re.sub(r" timeout \d+s$", "", element).split(" . ")
            doors[-1] = with_member(doors[-1], _member([_readable(part) for part in parts], line))
    return tuple(doors)


def read_listing(text: str) -> tuple[dict[Member, timedelta | None], RulesTold | None]:
    """Read `nft -j -nn list table`: the members with the time until they lapse, and the rules of the chain.

    Returns:
        The rules are None when the structure is not whole: a set is missing, or the chain is not where it must be.

    Raises:
        BadValueError: it is no such listing.
    """
    try:
        items = [item for item in json.loads(text)["nftables"] if "metainfo" not in item]
        sets = [item["set"] for item in items if "set" in item]
        members: dict[Member, timedelta | None] = {}
        for one in sets:
            for raw in one.get("elem", ()):
                element = raw.get("elem", {"val": raw})
                expires = element.get("expires")
                left = None if expires is None else timedelta(seconds=expires)
                members[_member(element["val"]["concat"], one["name"])] = left
        rules = tuple(_told(item["rule"]) for item in items if "rule" in item)
        chains = [item["chain"] for item in items if "chain" in item]
        tables = [item["table"] for item in items if "table" in item]
        whole = (
            {one["name"] for one in sets} >= SETS
            and [(one.get("hook"), one.get("prio"), one.get("policy")) for one in chains]
            == [("forward", -150, "accept")]
            and not any(table.get("flags") for table in tables)  # a dormant table judges nothing
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadValueError(
            say("this is no listing of nftables"),
            fix=say("try {command} on the device", command="nft -j list table inet cloison"),
            where=text[:80],
        ) from error
    return members, rules if whole else None


def _told(rule: Mapping[str, Any]) -> tuple[str, str | None, str]:
    looked_up = [
        str(part["match"]["right"])[1:]
        for part in rule["expr"]
        if "match" in part and str(part["match"]["right"]).startswith("@")
    ]
    outcome = next(name for part in reversed(rule["expr"]) for name in part)
    return str(rule.get("comment")), looked_up[0] if looked_up else None, outcome


def _elements(verb: str, members: Sequence[Member], lasting: timedelta | None) -> str:
    """Write one line for each set, in the order in which the sets must change."""
    by_set: dict[str, list[str]] = {}
    suffix = f" timeout {max(1, int(lasting.total_seconds()))}s" if lasting is not None else ""
    for member in members:
        by_set.setdefault(_set_of(member), []).append(_element(member) + suffix)
    return "".join(f"{verb} element {TABLE} {name} {{ {', '.join(held)} }}\n" for name, held in by_set.items())


def _set_of(member: Member) -> str:
    version = member.source.first.version
    if isinstance(member, Crossing):
        return f"{_CLOSED}{version}"
    return f"{_PORTS if member.ports else _BARE}{version}"


def _element(member: Member) -> str:
    parts = [_span(member.source), _span(member.target)]
    if isinstance(member, Passing):
        parts.append(str(member.protocol))
        if member.ports:
            first, last = member.ports
            parts.append(str(first) if first == last else f"{first}-{last}")
    return " . ".join(parts)


def _span(span: Span) -> str:
    # nft refuses a range from an address to itself.
    return str(span.first) if span.first == span.last else f"{span.first}-{span.last}"


def _readable(part: str) -> Any:  # noqa: ANN401 - as nft's JSON writes it
    first, dash, last = part.partition("-")
    return {"range": [first, last]} if dash else first


def _member(parts: Sequence[Any], where: str) -> Member:
    """Read the parts of an element, as nft's JSON writes them."""
    try:
        source, target = _read_span(parts[0]), _read_span(parts[1])
        if len(parts) == 2:  # noqa: PLR2004 - two ends
            return Crossing(source=source, target=target)
        ports = None
        if len(parts) > 3:  # noqa: PLR2004 - two ends and a protocol
            first, last = parts[3]["range"] if isinstance(parts[3], dict) else (parts[3], parts[3])
            ports = (int(first), int(last))
        return Passing(source=source, target=target, protocol=int(parts[2]), ports=ports)
    except (ValueError, IndexError) as error:
        raise not_a_door(where) from error


def _read_span(part: Any) -> Span:  # noqa: ANN401 - as nft's JSON writes it
    if isinstance(part, dict) and "range" in part:
        first, last = part["range"]
        return Span(first=ip_address(first), last=ip_address(last))
    if isinstance(part, dict):
        network = ip_network(f"{part['prefix']['addr']}/{part['prefix']['len']}")
        return Span(first=network.network_address, last=network.broadcast_address)
    return Span(first=ip_address(part), last=ip_address(part))
