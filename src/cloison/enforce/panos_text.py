"""PAN-OS' words for a slot: rules over dynamic address groups, and the messages that tag addresses into them.

A group matches two tags. The first is registered with a timeout, when a door is shut; the second when it is confirmed:
registering a tag again might not move its end, and taking it off first would open the door for a moment.

Sources: "Use Dynamic Address Groups in Policy" (PAN-OS administrator's guide), "Apply User-ID Mapping and Populate
Dynamic Address Groups" and "Run Operational Mode Commands" (PAN-OS XML API guide). Networks can be tagged since 10.0.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from cloison.enforce.slots import PREFIX, Service, Slot

KEPT = "-K"
"""Ends the tag of a door that was confirmed."""

LONGEST = timedelta(days=30)
"""The longest timeout of a tag; longer ones are for good."""

ALWAYS: Mapping[str, tuple[str, ...]] = {
    "negate-source": ("no",),
    "negate-destination": ("no",),
    "source-user": ("any",),
    "category": ("any",),
    "schedule": (),
}
"""Fields of a rule that would make it mean something else, with what they are when nobody sets them."""

_PROTOCOLS = {6: "tcp", 17: "udp", 132: "sctp"}


def arming(slots: Sequence[Slot]) -> str:
    """Give what its administrator loads once, then commits."""
    lines: list[str] = []
    for slot in slots:
        named = [f"{slot.behind}{number}" for number, _ in enumerate(slot.targets, start=1)]
        lines += [f"set address {name} ip-netmask {net}" for name, net in zip(named, slot.targets, strict=True)]
        lines.append(f"set address-group {slot.behind} static [ {' '.join(named)} ]")
        lines += [f'set address-group {group} dynamic filter "{filter_of(group)}"' for group in (slot.vital, slot.shut)]
    for service in dict.fromkeys(one for slot in slots for one in slot.lifelines if sayable(one)):
        protocol, ports = words_of(service)
        lines.append(f"set service {service_name(service)} protocol {protocol} port {ports}")
    for slot in slots:
        rule = "set rulebase security rules"
        ends = "from any to any source {} destination {} application any service {} action {} log-end yes"
        if services := [service_name(one) for one in slot.lifelines if sayable(one)]:
            told = ends.format(slot.vital, slot.behind, f"[ {' '.join(services)} ]", "allow")
            lines.append(f"{rule} {slot.vital} {told}")
        lines.append(f"{rule} {slot.shut} {ends.format(slot.shut, slot.behind, 'any', 'drop')}")
    for slot in reversed(slots):
        lines.append(f"move rulebase security rules {slot.shut} top")
        lines += [f"move rulebase security rules {slot.vital} top"] if any(map(sayable, slot.lifelines)) else []
    return "".join(f"{line}\n" for line in [*lines, "commit"])


def filter_of(group: str) -> str:
    """Give what a dynamic group matches."""
    return f"'{group}' or '{group}{KEPT}'"


def sayable(service: Service) -> bool:
    """Tell whether PAN-OS has a service object for it: other protocols are applications there."""
    return service[0] in _PROTOCOLS and service[1] is not None


def words_of(service: Service) -> tuple[str, str]:
    """Give the protocol and the ports of a service that is `sayable`."""
    first, last = service[1] or (0, 0)
    return _PROTOCOLS[service[0]], str(first) if first == last else f"{first}-{last}"


def service_name(service: Service) -> str:
    """Name a service's object."""
    return PREFIX + "-".join(words_of(service)).upper()


def registering(tags: Iterable[tuple[str, Sequence[IPv4Network]]], timeout: timedelta | None) -> str:
    """Give the message that tags networks.

    Args:
        tags: (tag, networks), in the order in which they must count.
        timeout: until the device takes the tags off by itself; None: never.
    """
    ending = f' timeout="{int(timeout.total_seconds())}"' if timeout is not None and timeout <= LONGEST else ""
    return _message("register", tags, ending)


def unregistering(tags: Iterable[tuple[str, Sequence[IPv4Network]]]) -> str:
    """Give the message that takes tags off networks that have them."""
    return _message("unregister", tags, "")


def _message(verb: str, tags: Iterable[tuple[str, Sequence[IPv4Network]]], ending: str) -> str:
    by_network: dict[IPv4Network, list[str]] = {}
    for tag, networks in tags:
        for network in networks:
            by_network.setdefault(network, []).append(f"<member{ending}>{escape(tag)}</member>")
    entries = "".join(
        f"<entry ip={quoteattr(_address(network))}><tag>{''.join(members)}</tag></entry>\n"
        for network, members in by_network.items()
    )
    return (
        f"<uid-message>\n<version>2.0</version>\n<type>update</type>\n<payload>\n"
        f"<{verb}>\n{entries}</{verb}>\n</payload>\n</uid-message>\n"
    )


def _address(network: IPv4Network) -> str:
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


def read_answer(text: str) -> ET.Element:
    """Read an answer of the XML API.

    Raises:
        ValueError: it is none.
    """
    try:
        answer = ET.fromstring(text)  # noqa: S314 - expat bounds the expansion of entities since 2.4.1
    except ET.ParseError as error:
        raise ValueError(text[:80]) from error
    if answer.tag != "response":
        raise ValueError(text[:80])
    return answer


def complaint_of(answer: ET.Element) -> str | None:
    """Give what the device complains of; None: nothing."""
    if answer.get("status") == "success":
        return None
    return " ".join(part.strip() for part in answer.itertext() if part.strip()) or "?"


def read_tags(answer: ET.Element) -> dict[str, set[IPv4Network]]:
    """Read which networks have each of Cloison's tags.

    Raises:
        ValueError: one is no address.
    """
    tags: dict[str, set[IPv4Network]] = {}
    for entry in answer.iterfind("./result/entry"):
        for member in entry.iterfind("./tag/member"):
            if (name := (member.text or "").strip()).startswith(PREFIX):
                tags.setdefault(name, set()).add(IPv4Network(entry.get("ip", "")))
    return tags


def groups_of(tags: Mapping[str, set[IPv4Network]]) -> dict[str, set[IPv4Network]]:
    """Give what the dynamic groups match."""
    groups: dict[str, set[IPv4Network]] = {}
    for tag, networks in tags.items():
        groups.setdefault(tag.removesuffix(KEPT), set()).update(networks)
    return groups


def read_rules(answer: ET.Element) -> list[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Read Cloison's security rules, those before the site's first: (name, field -> values)."""
    rules: list[tuple[str, Mapping[str, tuple[str, ...]]]] = []
    for entry in answer.iterfind("./result/rules/entry"):
        name = entry.get("name", "")
        if not name.startswith(PREFIX):
            break
        if entry.findtext("disabled", "no") == "no":
            rules.append((name, {field.tag: tuple(_values(field)) for field in entry}))
    return rules


def rules_of(slot: Slot) -> list[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Give a slot's rules as `read_rules` reads them, but for what a site may add: logs, profiles, descriptions."""
    common = {"from": ("any",), "to": ("any",), "destination": (slot.behind,), "application": ("any",)}
    last = {**common, "source": (slot.shut,), "service": ("any",), "action": ("drop",)}
    services = tuple(service_name(one) for one in slot.lifelines if sayable(one))
    if not services:
        return [(slot.shut, last)]
    return [
        (slot.vital, {**common, "source": (slot.vital,), "service": services, "action": ("allow",)}),
        (slot.shut, last),
    ]


def read_groups(answer: ET.Element) -> dict[str, tuple[str, ...]]:
    """Read Cloison's address groups: the members of a static one, the filter of a dynamic one."""
    groups: dict[str, tuple[str, ...]] = {}
    for entry in answer.iterfind("./result/address-group/entry"):
        static, filter_ = entry.find("static"), entry.findtext("dynamic/filter", "").strip()
        groups[entry.get("name", "")] = tuple(_values(static)) if static is not None else (filter_,)
    return groups


def read_named(answer: ET.Element, kind: str) -> dict[str, str]:
    """Read what objects of a kind, "address" or "service", stand for, as `arming` writes it."""
    return {
        entry.get("name", ""): " ".join(part for child in entry for part in _told(child))
        for entry in answer.iterfind(f"./result/{kind}/entry")
    }


def _told(element: ET.Element) -> list[str]:
    text = (element.text or "").strip()
    return [element.tag, *([text] if text else []), *(part for child in element for part in _told(child))]


def _values(field: ET.Element) -> list[str]:
    members = [(member.text or "").strip() for member in field.iterfind("member")]
    return members or [(field.text or "").strip()]
