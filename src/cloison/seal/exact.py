"""A certificate's hospital, in exact arithmetic: what falls, what it costs, and what implies what.

Nothing here is shared with the planner, nor with the judges of care and spread: plain Python, fractions, and the
rules of the design read a second time. A `Fact` is something that the doors decide in one scenario: that a zone
falls, that a door stands shut or closed, that some facts hold or all of them do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

Document: TypeAlias = Mapping[str, Any]


class Joined(NamedTuple):
    """A fact made of others.

    Attributes:
        kind: "some" or "every".
        parts: two at least, none of them certain, none joined in the same way.
    """

    kind: str
    parts: frozenset[Any]


Fact: TypeAlias = bool | tuple[str, ...] | Joined
"""True, False, ("shut", door), ("closed", door), ("zone", scenario, group), or some or every one of others."""

KIND, FORMAT = "cloison-certificate", 1

LEVELS = ("open", "lifeline", "closed")

_SHUT, _CLOSED = "shut", "closed"

_ALWAYS, _NEVER = -1, -2
"""In place of the number of a group: its zones fall whatever the doors do, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Way:
    """One passage between two zones, by number.

    Attributes:
        door: what it shares with those that move with it; None: nothing can shut it.
    """

    from_: int
    to: int
    door: str | None


class Exact:
    """The map and the scenarios of a certificate.

    Args:
        document: the certificate, its numbers read as int or Fraction.

    Raises:
        KeyError, IndexError, TypeError, ValueError: the document is not what a certificate is.
    """

    def __init__(self, document: Document) -> None:
        whole = document["map"]
        self.zones = {zone["id"]: number for number, zone in enumerate(whole["zones"])}
        self.records = [Fraction(zone["patient_records"]) for zone in whole["zones"]]
        doors = {each["id"]: _door(each) for each in whole["conduits"]}
        self.held_open = self.pinned(whole, document["parameters"]["keep_open"])
        self.held_shut = self.pinned(whole, document["parameters"]["shut"])
        # A door that a person keeps open is a passage that nothing shuts.
        self.ways = {
            each["id"]: Way(
                self.zones[each["from"]],
                self.zones[each["to"]],
                None if doors[each["id"]] in self.held_open else doors[each["id"]],
            )
            for each in whole["conduits"]
        }
        self.flows = {each["id"]: each for each in whole["flows"]}
        self.services = {each["id"]: each for each in whole["care_services"]}
        self._home = {f"asset:{asset}": self.zones[zone] for asset, zone in whole["assets"].items()}
        self._home |= {f"zone:{zone}": number for zone, number in self.zones.items()}
        drawn = document["scenarios"]
        self.starts = [_bits(line, len(self.zones)) for line in drawn["starts"]]
        self.carries = [
            [_bits(drawn["carries"][level][scenario], len(self.ways)) for level in LEVELS]
            for scenario in range(len(self.starts))
        ]
        if any(len(drawn["carries"][level]) != len(self.starts) for level in LEVELS):
            raise ValueError
        self._groups: dict[int, list[int]] = {}
        self._arcs: dict[int, dict[tuple[Fact, Fact], set[Fact]]] = {}
        self._known: dict[tuple[str, str, int], Fact] = {}

    @staticmethod
    def pinned(whole: Document, names: Iterable[str]) -> frozenset[str]:
        """Give the doors that these names of conduits or doors mean."""
        wanted = set(names)
        held = [_door(each) for each in whole["conduits"] if wanted & {each["id"], each["door"] or each["id"]}]
        return frozenset(door for door in held if door is not None)

    def fallen(self, scenario: int, levels: Mapping[str, str]) -> list[bool]:
        """Tell which zones fall when the conduits stand at these levels; those left out are open."""
        carries = self.carries[scenario]
        onward: dict[int, list[int]] = {}
        for number, (name, way) in enumerate(self.ways.items()):
            if carries[LEVELS.index(levels.get(name, "open"))][number]:
                onward.setdefault(way.from_, []).append(way.to)
        fallen = list(self.starts[scenario])
        waiting = [zone for zone, start in enumerate(fallen) if start]
        while waiting:
            for zone in onward.get(waiting.pop(), ()):
                if not fallen[zone]:
                    fallen[zone] = True
                    waiting.append(zone)
        return fallen

    def fails(self, needs: Any, fallen: list[bool], cut: Mapping[str, bool]) -> bool:  # noqa: ANN401 - a JSON tree
        """Tell whether needs are not met."""
        if needs is None:
            return False
        if isinstance(needs, str):
            kind, _, name = needs.partition(":")
            if kind == "care_service":
                return self.fails(self.services[name]["needs"], fallen, cut)
            return cut.get(name, False) if kind == "flow" else fallen[self._home[needs]]
        if "all" in needs:
            return any(self.fails(branch, fallen, cut) for branch in needs["all"])
        return all(self.fails(branch, fallen, cut) for branch in needs["any"])

    def cut(self, levels: Mapping[str, str]) -> dict[str, bool]:
        """Tell which flows the doors cut."""
        return {
            name: any(
                levels.get(way, "open") == "closed" or (levels.get(way, "open") == "lifeline" and not flow["lifeline"])
                for way in flow["via"]
            )
            for name, flow in self.flows.items()
        }

    def price(self, service: Document, seal_hours: Fraction) -> tuple[Fraction, Fraction]:
        """Give the care-hours of an outage while the doors are shut, and of a rebuilding on top of it."""

        def loss(hours: Fraction) -> Fraction:
            held = Fraction(service["hours"])
            kept = Fraction(service["capacity"])
            return Fraction(service["care_per_hour"]) * ((1 - kept) * min(hours, held) + max(hours - held, Fraction(0)))

        shut = loss(seal_hours)
        return shut, max(loss(Fraction(service["restore_hours"])) - shut, Fraction(0))

    def zone(self, scenario: int, number: int) -> Fact:
        """Give the fact that a zone falls; those that always fall together are one."""
        group = self._group(scenario)[number]
        if group in {_ALWAYS, _NEVER}:
            return group == _ALWAYS
        return ("zone", str(scenario), str(group))

    def flow(self, name: str) -> Fact:
        """Give the fact that a flow is cut."""
        flow = self.flows[name]
        doors = [self.ways[way].door for way in flow["via"]]
        kind = _CLOSED if flow["lifeline"] else _SHUT
        return some(self.door(kind, door) for door in doors if door is not None)

    def door(self, kind: str, door: str) -> Fact:
        """Give the fact that a door is "shut" (at lifeline, or closed), or "closed"."""
        return True if kind == _SHUT and door in self.held_shut else (kind, door)

    def need(self, service: str, path: str, part: str, scenario: int) -> Fact:
        """Give the fact that a need fails: its "long" part, with zones alone; its "cut" part; "both"."""
        needs = self.services[service]["needs"]
        for step in filter(None, path.split(".")):
            needs = needs["all" if "all" in needs else "any"][int(step)]
        return self._fails(needs, part, scenario)

    def service(self, name: str, part: str, scenario: int) -> Fact:
        """Give the fact that a whole service fails."""
        known = (name, part, scenario)
        if known not in self._known:
            self._known[known] = self._fails(self.services[name]["needs"], part, scenario)
        return self._known[known]

    def _fails(self, needs: Any, part: str, scenario: int) -> Fact:  # noqa: ANN401 - a JSON tree
        if needs is None:
            return False
        if isinstance(needs, str):
            kind, _, name = needs.partition(":")
            if kind == "care_service":
                return self.service(name, part, scenario)
            if kind == "flow":
                return False if part == "long" else self.flow(name)
            return False if part == "cut" else self.zone(scenario, self._home[needs])
        branches = [self._fails(branch, part, scenario) for branch in needs.get("all", needs.get("any"))]
        return some(branches) if "all" in needs else every(branches)

    def stops(self, scenario: int, tail: Fact, head: Fact) -> set[Fact]:
        """List what stops the passages from one fact to another: doors at a level, False for what nothing stops."""
        if scenario not in self._arcs:
            arcs: dict[tuple[Fact, Fact], set[Fact]] = {}
            self._arcs[scenario] = arcs
            opened, lifeline, closed = self.carries[scenario]
            for number, way in enumerate(self.ways.values()):
                if opened[number]:
                    stop: Fact = False
                    if way.door is not None and not closed[number]:
                        stop = self.door(_CLOSED if lifeline[number] else _SHUT, way.door)
                    ends = self.zone(scenario, way.from_), self.zone(scenario, way.to)
                    arcs.setdefault(ends, set()).add(stop)
        return self._arcs[scenario].get((tail, head), set())

    def _group(self, scenario: int) -> list[int]:
        """Number the zones so that those which always fall together have one number, or say what is sure."""
        if scenario not in self._groups:
            within_reach = self.fallen(scenario, {})
            onward: list[list[int]] = [[] for _ in self.zones]
            opened, _, closed = self.carries[scenario]
            for number, way in enumerate(self.ways.values()):
                if closed[number] or (way.door is None and opened[number]):
                    onward[way.from_].append(way.to)
            groups = _rings(onward)
            waiting = [zone for zone, start in enumerate(self.starts[scenario]) if start]
            while waiting:
                zone = waiting.pop()
                if groups[zone] != _ALWAYS:
                    groups[zone] = _ALWAYS
                    waiting += onward[zone]
            self._groups[scenario] = [
                group if reached else _NEVER for group, reached in zip(groups, within_reach, strict=True)
            ]
        return self._groups[scenario]


def some(facts: Iterable[Fact]) -> Fact:
    """Give the fact that at least one of these holds."""
    return _join("some", facts, settles=True)


def every(facts: Iterable[Fact]) -> Fact:
    """Give the fact that all of these hold."""
    return _join("every", facts, settles=False)


def implies(one: Fact, other: Fact) -> bool:
    """Tell whether it is plain that one fact brings the other; False when it is not plain."""
    if one is False or other is True or one == other:
        return True
    if isinstance(one, Joined) and one.kind == "some":
        return all(implies(part, other) for part in one.parts)
    if isinstance(other, Joined) and other.kind == "every":
        return all(implies(one, part) for part in other.parts)
    if isinstance(other, Joined) and any(implies(one, part) for part in other.parts):
        return True
    if isinstance(one, Joined):
        return any(implies(part, other) for part in one.parts)
    return isinstance(one, tuple) and isinstance(other, tuple) and one == (_CLOSED, other[1]) and other[0] == _SHUT


def _join(kind: str, facts: Iterable[Fact], *, settles: bool) -> Fact:
    parts: set[Fact] = set()
    for fact in facts:
        if fact is settles:
            return settles
        if isinstance(fact, Joined) and fact.kind == kind:
            parts |= fact.parts
        elif not isinstance(fact, bool):
            parts.add(fact)
    # A closed door is shut: beside each other, one of the two says nothing more.
    needless, beside = (_CLOSED, _SHUT) if settles else (_SHUT, _CLOSED)
    parts -= {(needless, fact[1]) for fact in parts if isinstance(fact, tuple) and fact[0] == beside}
    if not parts:
        return not settles
    return next(iter(parts)) if len(parts) == 1 else Joined(kind, frozenset(parts))


def _door(conduit: Document) -> str | None:
    if not conduit["closable"]:
        return None
    return f"conduit {conduit['id']}" if conduit["door"] is None else f"door {conduit['door']}"


def _bits(line: str, count: int) -> list[bool]:
    """Read hexadecimal digits, the first bit first."""
    return [digit == "1" for byte in bytes.fromhex(line) for digit in f"{byte:08b}"][:count]


def _rings(onward: list[list[int]]) -> list[int]:
    """Number the strong components of a graph (Kosaraju 1978)."""
    order: list[int] = []
    seen = [False] * len(onward)
    for root in range(len(onward)):
        stack = [] if seen[root] else [(root, 0)]
        seen[root] = True
        while stack:
            node, place = stack.pop()
            if place < len(onward[node]):
                stack.append((node, place + 1))
                target = onward[node][place]
                if not seen[target]:
                    seen[target] = True
                    stack.append((target, 0))
            else:
                order.append(node)
    back: list[list[int]] = [[] for _ in onward]
    for node, targets in enumerate(onward):
        for target in targets:
            back[target].append(node)
    groups = [-1] * len(onward)
    for root in reversed(order):
        waiting = [root] if groups[root] < 0 else []
        while waiting:
            node = waiting.pop()
            if groups[node] < 0:
                groups[node] = root
                waiting += back[node]
    return groups
