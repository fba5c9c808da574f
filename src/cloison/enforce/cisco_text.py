"""Cisco's words for a slot: object groups, lines of an access list, and a time range that ends by itself.

Sources: "Object Groups for ACLs" and "IP Access List Entry Sequence Numbering" (IOS XE 16 and 17 security guides),
"Objects for Access Control" and "Access Control Lists" (ASA 9 CLI guides), "time-range" in both command references.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network

from cloison.enforce.slots import NOBODY, PREFIX, Service, Slot

OVER = "absolute end 00:00 01 January 2000"
ALWAYS = "absolute start 00:00 01 January 2000"
"""A time range long over, and one that never ends: an access list passes over lines whose time it is not."""

_MINUTE = timedelta(minutes=1)
_TCP = 6

_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 89: "ospf", 132: "sctp"}
_AHEAD = 10_000
"""The site's first line gets this number, so that Cloison's stand before it."""

# Names that devices print in place of numbers, whatever was typed ("TCP and UDP Ports", ASA CLI guide, appendix;
# "permit (IP)", IOS command reference).
_PORTS = {
    "aol": 5190, "bgp": 179, "bootpc": 68, "bootps": 67, "chargen": 19, "cifs": 3020, "citrix-ica": 1494, "cmd": 514,
    "ctiqbe": 2748, "daytime": 13, "discard": 9, "dns": 53, "domain": 53, "echo": 7, "exec": 512, "finger": 79,
    "ftp": 21, "ftp-data": 20, "gopher": 70, "h323": 1720, "hostname": 101, "http": 80, "https": 443, "ident": 113,
    "imap4": 143, "irc": 194, "isakmp": 500, "kerberos": 750, "klogin": 543, "kshell": 544, "ldap": 389,
    "ldaps": 636, "login": 513, "lotusnotes": 1352, "lpd": 515, "msrpc": 135, "netbios-dgm": 138, "netbios-ns": 137,
    "netbios-ssn": 139, "nfs": 2049, "nntp": 119, "non500-isakmp": 4500, "ntp": 123, "pcanywhere-data": 5631,
    "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "pptp": 1723, "radius": 1645, "radius-acct": 1646, "rip": 520,
    "rsh": 514, "rtsp": 554, "sip": 5060, "smtp": 25, "snmp": 161, "snmptrap": 162, "sqlnet": 1521, "ssh": 22,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "telnet": 23, "tftp": 69, "time": 37, "uucp": 540,
    "who": 513, "whois": 43, "www": 80, "xdmcp": 177,
}  # fmt: skip

_CLOCK = re.compile(r"(\d{2}:\d{2}:\d{2})(?:\.\d+)? \S+ \w{3} (\w{3}) +(\d{1,2}) (\d{4})")
_ENDS = re.compile(r"\bend (\d{1,2}:\d{2}) (\d{1,2}) (\w+) (\d{4})")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What tells IOS from ASA.

    Attributes:
        kind: netmiko's name.
        member: what stands before a group's member.
        remembers: it knows who opened a connection, so answers need no line of their own.
        groups: prints the object groups.
        ranges: prints the time ranges.
        listing: prints one access list, with `{}` for its name.
    """

    kind: str
    member: str
    remembers: bool
    groups: str
    ranges: str
    listing: str

    def member_of(self, network: IPv4Network) -> str:
        """Write a network as a group's member."""
        if network.prefixlen == network.max_prefixlen:
            return f"{self.member}host {network.network_address}"
        return f"{self.member}{network.network_address} {network.netmask}"

    def lines(self, slot: Slot) -> list[str]:
        """Give the lines of a slot, as both devices write them after "permit" or "deny", in their order."""
        at = f"time-range {slot.name}"
        ends = f"object-group {slot.vital} object-group {slot.behind}"
        lines = [f"permit {_name(one)} {ends}{_ports(one)} {at}" for one in slot.lifelines]
        if not self.remembers:
            lines += [
                f"permit {_name(one)} object-group {slot.shut}{_ports(one)} object-group {slot.behind}"
                f"{' established' if one[0] == _TCP else ''} {at}"
                for one in slot.returns
            ]
        return [*lines, f"deny ip object-group {slot.shut} object-group {slot.behind} {at}"]

    def arming(self, slots: Sequence[Slot], lists: Sequence[str]) -> str:
        """Give what its administrator loads once: groups without a source, lines whose time is over."""
        text = ""
        for slot in slots:
            held = {slot.behind: slot.targets, slot.vital: (NOBODY,), slot.shut: (NOBODY,)}
            for name, members in held.items():
                text += f"object-group network {name}\n"
                text += "".join(f" {self.member_of(member)}\n" for member in members)
            text += f"time-range {slot.name}\n {OVER}\n"
        lines = [line for slot in slots for line in self.lines(slot)]
        for named in lists:
            if self.remembers:
                text += "".join(f"access-list {named} line {n} extended {line}\n" for n, line in enumerate(lines, 1))
            else:
                text += f"ip access-list resequence {named} {_AHEAD} 10\nip access-list extended {named}\n"
                text += "".join(f" {n} {line}\n" for n, line in enumerate(lines, 1))
        return text

    def shutting(self, slot: Slot, until: str) -> list[str]:
        """Give the commands that shut a door: its end first, then what passes, then what does not."""
        commands = [f"time-range {slot.name}", "no absolute", until]
        for group, members in slot.filled.items():
            commands += [f"object-group network {group}", *(self.member_of(member) for member in members)]
        return commands

    def opening(self, slot: Slot, groups: Mapping[str, set[IPv4Network]]) -> list[str]:
        """Give the commands that open it; a group that an access list names may never be empty, so NOBODY stays."""
        commands: list[str] = []
        for group in (slot.shut, slot.vital):
            there = sorted(groups.get(group, set()) - {NOBODY})
            if there:
                commands += [f"object-group network {group}", *(f"no {self.member_of(member)}" for member in there)]
        return [*commands, f"time-range {slot.name}", "no absolute", OVER]


def until(moment: datetime) -> str:
    """Write an end by the device's own clock; the minute that it names is still within."""
    return f"absolute end {moment:%H:%M %d %B %Y}"


def read_clock(text: str) -> datetime:
    """Read `show clock`, in the device's own time, whatever its zone.

    Raises:
        ValueError: it tells no time.
    """
    found = _CLOCK.search(text)
    if not found:
        raise ValueError(text)
    return datetime.strptime(" ".join(found.groups()), "%H:%M:%S %b %d %Y")  # noqa: DTZ007 - the device's own zone


def read_groups(text: str) -> dict[str, set[IPv4Network]]:
    """Read Cloison's object groups out of a configuration.

    Raises:
        ValueError: one holds what Cloison never puts there.
    """
    groups: dict[str, set[IPv4Network]] = {}
    here: set[IPv4Network] | None = None
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["object-group"]:
            ours = words[1:2] == ["network"] and words[2:3] and words[2].startswith(PREFIX)
            here = groups.setdefault(words[2], set()) if ours else None
        elif here is not None and line.startswith(" ") and words and words[0] != "description":
            kept = words[1:] if words[0] == "network-object" else words
            here.add(IPv4Network(kept[1] if kept[0] == "host" else "/".join(kept)))
        elif not line.startswith(" "):
            here = None
    return groups


def read_ranges(text: str, now: datetime) -> dict[str, timedelta | None]:
    """Read how long each of Cloison's time ranges still runs; None: for good; absent: it is over.

    Args:
        text: out of a configuration.
        now: by the device's own clock.
    """
    left: dict[str, timedelta | None] = {}
    name = ""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["time-range"]:
            name = words[1]
        elif words[:1] == ["absolute"] and name.startswith(PREFIX):
            found = _ENDS.search(line)
            if found is None:
                left[name] = None
                continue
            end = datetime.strptime(" ".join(found.groups()), "%H:%M %d %B %Y") + _MINUTE  # noqa: DTZ007 - its own
            if end > now:
                left[name] = end - now
    return left


def read_lines(text: str) -> list[str]:
    """Read an access list, each line as `Dialect.lines` writes it; only those before the site's first own."""
    ours: list[str] = []
    for raw in text.splitlines():
        line = re.sub(r"\s*\([^()]*\)", "", raw.strip())
        line = re.sub(r"^(access-list \S+ (line \d+ )?extended|\d+) ", "", line)
        words = line.split()
        if words[:1] not in (["permit"], ["deny"]):
            continue
        if PREFIX not in line:
            break
        ours.append(" ".join(_number(word, words[place - 1 : place]) for place, word in enumerate(words)))
    return ours


def _number(word: str, before: Sequence[str]) -> str:
    """Give a port's number for its name; a group may be called like a port, and then follows "object-group"."""
    return str(_PORTS[word]) if word in _PORTS and before not in (["object-group"], ["permit"], ["deny"]) else word


def _name(service: Service) -> str:
    return _PROTOCOLS.get(service[0], str(service[0]))


def _ports(service: Service) -> str:
    if service[1] is None:
        return ""
    first, last = service[1]
    return f" eq {first}" if first == last else f" range {first} {last}"
