"""Doors as plain lines: what devices without a language of their own are told, and what others say of a door."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from itertools import takewhile

from cloison.errors import BadValueError
from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import Crossing, DoorRules, Member, Passing, Span, Vanishing
from cloison.words import say

_MEMBER = re.compile(r"(?P<source>\S+) > (?P<target>\S+)(?: (?P<protocol>\d+)(?:/(?P<first>\d+)-(?P<last>\d+))?)?")

_AGAIN = re.compile(r"open again after ([0-9.e+]+) s unless confirmed")


def heading(door: DoorRules) -> str:
    """Write a door's name, level and what it does when Cloison vanishes, on one line whatever the name holds."""
    return json.dumps([door.conduit, door.level.value, door.vanishing.value])


def read_heading(text: str) -> tuple[ConduitId, Level, Vanishing]:
    """Read what `heading` wrote.

    Raises:
        BadValueError: it is no such line.
    """
    try:
        name, level, vanishing = json.loads(text)
        return ConduitId(str(name)), Level(level), Vanishing(vanishing)
    except (ValueError, TypeError) as error:
        raise not_a_door(text) from error


def span_text(span: Span) -> str:
    """Write a span, "10.0.0.0-10.0.0.255"."""
    return f"{span.first}-{span.last}"


def read_span(text: str) -> Span:
    """Read a span.

    Raises:
        ValueError: it is none.
    """
    first, _, last = text.partition("-")
    return Span(first=ip_address(first), last=ip_address(last))


def member_text(member: Member) -> str:
    """Write a member, "10.0.0.0-10.0.0.255 > 10.1.0.0-10.1.0.255", then "6/104-104" for a lifeline flow."""
    ends = f"{span_text(member.source)} > {span_text(member.target)}"
    if isinstance(member, Crossing):
        return ends
    return f"{ends} {member.protocol}" + (f"/{member.ports[0]}-{member.ports[1]}" if member.ports else "")


def read_member(text: str) -> Member:
    """Read a member.

    Raises:
        BadValueError: it is none.
    """
    found = _MEMBER.fullmatch(text)
    try:
        if found:
            source, target = read_span(found["source"]), read_span(found["target"])
            if found["protocol"] is None:
                return Crossing(source=source, target=target)
            ports = (int(found["first"]), int(found["last"])) if found["first"] else None
            return Passing(source=source, target=target, protocol=int(found["protocol"]), ports=ports)
    except ValueError as error:
        raise not_a_door(text) from error
    raise not_a_door(text)


def doors_text(doors: Sequence[DoorRules]) -> str:
    """Write doors, each with its members under it."""
    return "".join(
        f"door {heading(door)}\n" + "".join(f"  {member_text(member)}\n" for member in door.members) for door in doors
    )


def read_doors(text: str) -> tuple[DoorRules, ...]:
    """Read what `doors_text` wrote.

    Raises:
        BadValueError: it is no such text.
    """
    doors: list[DoorRules] = []
    for line in text.splitlines():
        if line.startswith("door "):
            name, level, vanishing = read_heading(line.removeprefix("door "))
            doors.append(DoorRules(conduit=name, level=level, vanishing=vanishing))
        elif doors:
            doors[-1] = with_member(doors[-1], read_member(line.strip()))
        else:
            raise not_a_door(line)
    return tuple(doors)


def marked(doors: Sequence[DoorRules], *, mark: str, revert_after: timedelta) -> str:
    """Say in a device's own comments what the commands after it shut.

    Args:
        doors: which.
        mark: what begins a comment there.
        revert_after: until they open by themselves, unless confirmed.
    """
    told = f"open again after {revert_after.total_seconds():g} s unless confirmed\n" + doors_text(doors)
    return "".join(f"{mark} {line}\n" for line in told.splitlines())


def read_marked(
    text: str, *, mark: str, render: Callable[[Sequence[DoorRules], timedelta], str]
) -> tuple[DoorRules, ...]:
    """Read the doors that a text's comments tell, and check that its commands are theirs.

    Raises:
        BadValueError: it tells no doors, or its commands are not what these doors make.
    """
    told = takewhile(lambda line: line.startswith(f"{mark} "), text.splitlines())
    lines = [line.removeprefix(f"{mark} ") for line in told]
    found = _AGAIN.fullmatch(lines[0]) if lines else None
    if not found:
        raise not_a_door(text)
    doors = read_doors("\n".join(lines[1:]))
    if render(doors, timedelta(seconds=float(found[1]))) != text:
        raise not_a_door(text)
    return doors


def with_member(door: DoorRules, member: Member) -> DoorRules:
    """Give the door with one more member."""
    if isinstance(member, Crossing):
        return replace(door, crossings=(*door.crossings, member))
    return replace(door, passings=(*door.passings, member))


def not_a_door(text: str) -> BadValueError:
    """Make the error for a line that says no door."""
    return BadValueError(
        say("this is no door that Cloison wrote"),
        fix=say("leave this text to Cloison, and let it write it again"),
        where=text[:80],
    )
