"""FortiOS' words for a slot: policies over address groups, active while their schedule runs.

A group may not be empty, so in peacetime it holds FortiOS' own address "none". The schedule is the timer: it ends by
itself if Cloison vanishes.

Sources: "Firewall policy", "Address group", "Schedules" (FortiOS administration guide, CLI reference), its REST API's
`cmdb/firewall` and `cmdb/firewall.schedule/onetime` (`end-utc`: seconds since 1970).
"""

from collections.abc import Mapping, Sequence

from cloison.enforce.slots import Service, Slot

NONE = "none"
"""FortiOS' own address that no packet has."""

LASTING = 2145916799
"""End of 2037, UTC: a schedule must end."""

_TCP, _UDP, _SCTP = 6, 17, 132
_RANGES = {_TCP: "tcp-portrange", _UDP: "udp-portrange", _SCTP: "sctp-portrange"}


def arming(slots: Sequence[Slot]) -> str:
    """Give what its administrator loads once, then moves before the first policy."""
    text = _table("firewall address", [edit for slot in slots for edit in _addresses(slot)])
    groups = [
        (name, [("member", " ".join(f'"{member}"' for member in members))])
        for slot in slots
        for name, members in ((slot.behind, target_names(slot)), (slot.vital, (NONE,)), (slot.shut, (NONE,)))
    ]
    text += _table("firewall addrgrp", groups)
    services = dict.fromkeys(service for slot in slots for service in slot.lifelines)
    text += _table("firewall service custom", [(service_name(one), _service(one)) for one in services])
    over = [("start", "00:00 2000/01/01"), ("end", "00:01 2000/01/01")]
    text += _table("firewall schedule onetime", [(slot.name, over) for slot in slots])
    text += "# Then move these policies before the first of yours, in this order.\n"
    policies = [policy for slot in slots for policy in policies_of(slot)]
    return text + _table("firewall policy", [("0", _policy(policy)) for policy in policies])


def policies_of(slot: Slot) -> list[Mapping[str, object]]:
    """Give a slot's policies, as the REST API gives them: what passes, then what does not."""
    common = {
        "srcintf": ["any"],
        "dstintf": ["any"],
        "dstaddr": [slot.behind],
        "schedule": slot.name,
        "status": "enable",
    }
    last = {**common, "name": slot.shut, "srcaddr": [slot.shut], "service": ["ALL"], "action": "deny"}
    if not slot.lifelines:
        return [last]
    services = [service_name(service) for service in slot.lifelines]
    return [{**common, "name": slot.vital, "srcaddr": [slot.vital], "service": services, "action": "accept"}, last]


def shutting(slot: Slot, end: str) -> str:
    """Give the change as FortiOS' own commands; through the REST API, it is the same objects.

    Args:
        slot: the door's.
        end: when its schedule ends, as a comment where only the moment of the change can say it.
    """
    text = f'config firewall schedule onetime\n    edit "{slot.name}"\n        {end}\n    next\nend\n'
    groups = [(group, [("member", " ".join(f'"{name}"' for name in source_names(slot)))]) for group in slot.filled]
    return text + _table("firewall addrgrp", groups)


def source_names(slot: Slot) -> tuple[str, ...]:
    """Name the addresses of a slot's sources."""
    return tuple(f"{slot.name}-S{number}" for number, _ in enumerate(slot.sources, start=1))


def target_names(slot: Slot) -> tuple[str, ...]:
    """Name the addresses of its targets."""
    return tuple(f"{slot.behind}{number}" for number, _ in enumerate(slot.targets, start=1))


def service_name(service: Service) -> str:
    """Name a service's object."""
    protocol, ports = service
    return f"CLOISON-{protocol}" + (f"-{ports[0]}-{ports[1]}" if ports else "")


def service_fields(service: Service) -> Mapping[str, object]:
    """Give what a service's object holds, as the REST API gives it."""
    protocol, ports = service
    if ports and protocol in _RANGES:
        return {_RANGES[protocol]: str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"}
    return {"protocol": "IP", "protocol-number": protocol}


def _addresses(slot: Slot) -> list[tuple[str, list[tuple[str, str]]]]:
    named = zip((*source_names(slot), *target_names(slot)), (*slot.sources, *slot.targets), strict=True)
    return [(name, [("subnet", f"{network.network_address} {network.netmask}")]) for name, network in named]


def _service(service: Service) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in service_fields(service).items()]


def _policy(policy: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (name, " ".join(f'"{one}"' for one in value) if isinstance(value, list) else f'"{value}"')
        for name, value in {"name": policy["name"], **policy, "logtraffic": "all"}.items()
    ]


def _table(name: str, edits: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """Write a table of FortiOS' configuration."""
    lines = [f"config {name}"]
    for key, settings in edits:
        lines.append(f'    edit "{key}"' if key != "0" else "    edit 0")
        lines += [f"        set {setting} {value}" for setting, value in settings]
        lines.append("    next")
    return "".join(f"{line}\n" for line in [*lines, "end"]) if edits else ""
