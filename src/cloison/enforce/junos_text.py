"""Junos' words for a slot: prefix lists, and the terms of one firewall filter that looks before the site's own.

Sources: "Firewall Filter Match Conditions for IPv4 Traffic", "Applying Multiple Firewall Filters as Lists" and
"commit (confirmed)" in the Junos OS routing policy and CLI guides. A filter remembers no connection.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network
from math import ceil

from cloison.enforce.slots import NOBODY, PREFIX, Slot

FILTER = "CLOISON"

_LIST = "policy-options prefix-list"
_TERM = f"firewall family inet filter {FILTER} term"
_VERBS = frozenset({"set", "deactivate", "protect", "annotate"})
_TCP = 6
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 132: "sctp"}


def arming(slots: Sequence[Slot]) -> str:
    """Give what its administrator loads once: lists without a source, and the filter's terms."""
    text = (
        f"# Then put {FILTER} before the filter of each interface that these doors cross, never alone, for what no\n"
        "# filter of a list accepts is discarded:\n"
        f"# set interfaces NAME unit 0 family inet filter input-list [ {FILTER} YOUR-FILTER ]\n"
    )
    for slot in slots:
        held = {slot.behind: slot.targets, slot.vital: (NOBODY,), slot.shut: (NOBODY,)}
        text += "".join(f"set {_LIST} {name} {member}\n" for name, members in held.items() for member in members)
    return text + "".join(f"{line}\n" for slot in slots for line in terms(slot))


def terms(slot: Slot) -> list[str]:
    """Give the terms of a slot in their order, as `display set` prints them."""
    lines: list[str] = []
    for number, (protocol, ports) in enumerate(slot.lifelines, start=1):
        term = f"set {_TERM} {slot.name}-L{number}"
        lines += [f"{term} from source-prefix-list {slot.vital}", f"{term} from destination-prefix-list {slot.behind}"]
        lines.append(f"{term} from protocol {_PROTOCOLS.get(protocol, protocol)}")
        lines += [f"{term} from destination-port {_range(ports)}"] if ports else []
        lines.append(f"{term} then accept")
    for number, (protocol, ports) in enumerate(slot.returns, start=1):
        term = f"set {_TERM} {slot.name}-A{number}"
        lines += [f"{term} from source-prefix-list {slot.shut}", f"{term} from destination-prefix-list {slot.behind}"]
        lines.append(f"{term} from protocol {_PROTOCOLS.get(protocol, protocol)}")
        lines += [f"{term} from source-port {_range(ports)}"] if ports else []
        lines += [f"{term} from tcp-established"] if protocol == _TCP else []
        lines.append(f"{term} then accept")
    term = f"set {_TERM} {slot.name}-X"
    lines += [f"{term} from source-prefix-list {slot.shut}", f"{term} from destination-prefix-list {slot.behind}"]
    return [*lines, f"{term} then discard"]


def shutting(slot: Slot) -> list[str]:
    """Give what fills the lists of a door; one commit puts all in force at once."""
    return [f"set {_LIST} {group} {member}" for group, members in slot.filled.items() for member in members]


def opening(slot: Slot, groups: Mapping[str, set[IPv4Network]]) -> list[str]:
    """Give what empties them, but for the address of nobody: a term without one would match all."""
    return [
        f"delete {_LIST} {group} {member}"
        for group in (slot.shut, slot.vital)
        for member in sorted(groups.get(group, set()) - {NOBODY})
    ]


def until_confirmed(revert_after: timedelta) -> str:
    """Give the commit that the device takes back by itself, in whole minutes."""
    return f"commit confirmed {max(1, ceil(revert_after.total_seconds() / 60))}"


def read_lists(text: str) -> dict[str, set[IPv4Network]]:
    """Read Cloison's prefix lists out of `show configuration policy-options | display set`.

    Raises:
        ValueError: it is no such configuration, or a list holds no network.
    """
    groups: dict[str, set[IPv4Network]] = {}
    for line in text.splitlines():
        words = line.split()
        # A cluster names its member in braces, before and after what it prints.
        if words and words[0] not in _VERBS and not words[0].startswith("{"):
            raise ValueError(line)
        if words[:3] == ["set", *_LIST.split()] and words[3:4] and words[3].startswith(PREFIX):
            groups.setdefault(words[3], set()).update(IPv4Network(word) for word in words[4:])
    return groups


def read_terms(text: str) -> list[str]:
    """Read the filter out of `show configuration firewall family inet filter CLOISON | display set`.

    Returns:
        Nothing when a part of it is deactivated: the filter is then not the one that was agreed.
    """
    if any(line.strip().startswith("deactivate ") for line in text.splitlines()):
        return []
    return [line.strip() for line in text.splitlines() if line.strip().startswith(f"set {_TERM} ")]


def _range(ports: tuple[int, int]) -> str:
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
