"""Palo Alto Networks firewalls (PAN-OS 10 and later): tags on addresses, through the XML API."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from cloison.enforce import panos_text as text
from cloison.enforce.credentials import wanted
from cloison.enforce.door_text import marked, read_marked
from cloison.enforce.driver import Device
from cloison.enforce.failures import garbled, lapsed, not_let_in, refused, unarmed
from cloison.enforce.https import Calls, place_at
from cloison.enforce.slots import Slot, readback, slots_of
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Readback, Structure, Vanishing

Fields = Mapping[str, tuple[str, ...]]
"""A rule's fields, with their values."""

_FORM = "https://HOST, https://HOST/VSYS"
_PAGE = 500
_BRIDGE = timedelta(minutes=2)
"""How long the first tag holds a door while the second is renewed."""

_WRONG_KEY = frozenset({"16", "22", "403"})
"""Codes of an answer to a key that is wrong, out of date or without the right ("PAN-OS XML API Error Codes")."""


@dataclass(frozen=True, slots=True)
class Panos:
    """The driver."""

    name: str = "panos"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = False
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        return text.arming(slots_of(structure))

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text."""
        message = text.registering(_filled(doors), revert_after)
        return marked(doors, mark="#", revert_after=revert_after) + message

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_marked(text, mark="#", render=lambda doors, after: self.render(doors, revert_after=after))

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "https://HOST" or "https://HOST/VSYS"."""
        base, vsys = place_at(point, _FORM)
        return _Firewall(point, base, vsys or "vsys1", folder, patience)


DRIVER = Panos()


@dataclass(frozen=True, slots=True)
class _Firewall:
    """One virtual system."""

    point: EnforcementPoint
    base: str
    vsys: str
    folder: Path
    patience: timedelta

    def arm(self, structure: Structure) -> bool:
        """Look only: a commit would publish what other administrators have not finished."""
        if not self.armed(structure):
            raise unarmed(self.point.id)
        return False

    def armed(self, structure: Structure) -> bool:
        with self._calls() as calls:
            there = calls.structure()
        return all(_holds(slot, there) for slot in slots_of(structure))

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        with self._calls() as calls:
            calls.tag(text.registering(_filled(doors), revert_after))
            for door in doors:
                calls.end_sessions(Slot(door))

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        with self._calls() as calls:
            tags = calls.tags()
            if len(_compare(doors, calls.structure(), tags).whole) < len(doors):
                raise lapsed(self.point.id)
            leased = [door for door in doors if door.vanishing is Vanishing.FAIL_OPEN]
            for some, lasting in ((leased, lease), ([door for door in doors if door not in leased], None)):
                kept = [(f"{name}{text.KEPT}", networks) for name, networks in _filled(some)]
                there = _there(kept, tags)
                if there:
                    calls.tag(text.registering(_filled(some), _BRIDGE))
                    calls.tag(text.unregistering(there))
                if kept:
                    calls.tag(text.registering(kept, lasting))

    def remove(self, doors: Sequence[DoorRules]) -> None:
        with self._calls() as calls:
            tags = calls.tags()
            names = [
                name + end for door in doors for name in (Slot(door).shut, Slot(door).vital) for end in ("", text.KEPT)
            ]
            there = [(name, sorted(tags[name])) for name in names if tags.get(name)]
            if there:
                calls.tag(text.unregistering(there))

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        with self._calls() as calls:
            return _compare(doors, calls.structure(), calls.tags())

    @contextmanager
    def _calls(self) -> Iterator["_Api"]:
        key = wanted(self.point, self.folder).first
        with Calls(self.point, self.base, {"X-PAN-KEY": key}, self.folder, self.patience) as calls:
            yield _Api(calls, self.vsys)


@dataclass(frozen=True, slots=True)
class _There:
    """The structure, as the running configuration has it."""

    rules: Sequence[tuple[str, Fields]]
    groups: dict[str, tuple[str, ...]]
    addresses: dict[str, str]
    services: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Api:
    """The XML API, while one act lasts."""

    calls: Calls
    vsys: str

    def structure(self) -> _There:
        return _There(
            rules=text.read_rules(self._configured("rulebase/security/rules")),
            groups=text.read_groups(self._configured("address-group")),
            addresses=text.read_named(self._configured("address"), "address"),
            services=text.read_named(self._configured("service"), "service"),
        )

    def tags(self) -> dict[str, set[IPv4Network]]:
        tags: dict[str, set[IPv4Network]] = {}
        start = 1
        while True:
            page = f"<limit>{_PAGE}</limit><start-point>{start}</start-point>"
            answer = self._run(f"<show><object><registered-ip>{page}</registered-ip></object></show>")
            try:
                for name, networks in text.read_tags(answer).items():
                    tags.setdefault(name, set()).update(networks)
            except ValueError as error:
                raise garbled(self.calls.point.id) from error
            if len(answer.findall("./result/entry")) < _PAGE:
                return tags
            start += _PAGE

    def tag(self, message: str) -> None:
        self._post({"type": "user-id", "vsys": self.vsys, "cmd": message})

    def end_sessions(self, slot: Slot) -> None:
        """End the sessions that a door stops; those of lifelines are spared, one by one.

        A commit judges open sessions anew ("Rematch Sessions", on by default); nobody says that a tag does so too.
        """
        for source in slot.sources:
            for target in slot.targets:
                chosen = f"<filter><source>{source}</source><destination>{target}</destination></filter>"
                if not slot.lifelines:
                    self._run(f"<clear><session><all>{chosen}</all></session></clear>")
                    continue
                answer = self._run(f"<show><session><all>{chosen}</all></session></show>")
                for entry in answer.iterfind("./result/entry"):
                    if not _vital(entry, slot):
                        number = escape(entry.findtext("idx", ""))
                        self._run(f"<clear><session><id>{number}</id></session></clear>")

    def _configured(self, what: str) -> ET.Element:
        entry = f"/config/devices/entry[@name='localhost.localdomain']/vsys/entry[@name='{self.vsys}']"
        return self._post({"type": "config", "action": "show", "xpath": f"{entry}/{what}"}, absent="No such node")

    def _run(self, command: str) -> ET.Element:
        return self._post({"type": "op", "vsys": self.vsys, "cmd": command})

    def _post(self, form: dict[str, str], absent: str = "\0") -> ET.Element:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        told = self.calls.ask("POST", "/api/", content=urlencode(form).encode(), headers=headers)
        try:
            answer = text.read_answer(told)
        except ValueError as error:
            raise garbled(self.calls.point.id) from error
        if complaint := text.complaint_of(answer):
            if answer.get("code") in _WRONG_KEY:
                raise not_let_in(self.calls.point.id)
            if absent in complaint:
                return ET.Element("response")
            raise refused(self.calls.point.id, complaint)
        return answer


def _vital(entry: ET.Element, slot: Slot) -> bool:
    protocol, port = entry.findtext("proto", ""), entry.findtext("dport", "")
    return any(
        protocol == str(number) and (ports is None or (port.isdigit() and ports[0] <= int(port) <= ports[1]))
        for number, ports in slot.lifelines
    )


def _filled(doors: Iterable[DoorRules]) -> list[tuple[str, Sequence[IPv4Network]]]:
    return [(name, networks) for door in doors for name, networks in Slot(door).filled.items()]


def _there(
    named: Iterable[tuple[str, Sequence[IPv4Network]]], tags: dict[str, set[IPv4Network]]
) -> list[tuple[str, Sequence[IPv4Network]]]:
    found = [(name, [network for network in networks if network in tags.get(name, ())]) for name, networks in named]
    return [(name, networks) for name, networks in found if networks]


def _holds(slot: Slot, there: _There) -> bool:
    """Tell whether a slot's rules stand in order before the site's own, over its groups, and mean what they must."""
    order = [name for name, _ in there.rules]
    rules, wanted_ones = dict(there.rules), text.rules_of(slot)
    behind = sorted(there.addresses.get(name, "") for name in there.groups.get(slot.behind, ()))
    return (
        all(map(text.sayable, slot.lifelines))
        and [name for name in order if name in dict(wanted_ones)] == [name for name, _ in wanted_ones]
        and all(_as_wanted(rules[name], fields) for name, fields in wanted_ones)
        and all(there.groups.get(group) == (text.filter_of(group),) for group in (slot.vital, slot.shut))
        and behind == sorted(f"ip-netmask {network}" for network in slot.targets)
        and all(_service(one, there) for one in slot.lifelines)
    )


def _as_wanted(rule: Fields, fields: Fields) -> bool:
    """Tell whether a rule has every field as it must be."""
    return all(set(rule.get(name, ())) == set(values) for name, values in fields.items()) and all(
        tuple(rule.get(name, values)) == values for name, values in text.ALWAYS.items()
    )


def _service(service: tuple[int, tuple[int, int] | None], there: _There) -> bool:
    protocol, ports = text.words_of(service)
    return there.services.get(text.service_name(service)) == f"protocol {protocol} port {ports}"


def _compare(doors: Sequence[DoorRules], there: _There, tags: dict[str, set[IPv4Network]]) -> Readback:
    slots = [Slot(door) for door in doors]
    sound = {slot.name for slot in slots if _holds(slot, there)}
    return readback(doors, text.groups_of(tags), sound=sound, lapses={})
