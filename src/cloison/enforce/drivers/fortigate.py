"""Fortinet firewalls (FortiGate, FortiOS 7): members of address groups, through the REST API."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from cloison.enforce import fortigate_text as text
from cloison.enforce.credentials import wanted
from cloison.enforce.door_text import marked, read_marked
from cloison.enforce.driver import Device
from cloison.enforce.failures import garbled, lapsed, unarmed
from cloison.enforce.https import Calls, place_at
from cloison.enforce.slots import PREFIX, Slot, readback, slots_of
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Readback, Structure, Vanishing

_FORM = "https://HOST, https://HOST/VDOM"


@dataclass(frozen=True, slots=True)
class Fortigate:
    """The driver."""

    name: str = "fortigate"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = False
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give the empty structure as the device's own text."""
        return text.arming(slots_of(structure))

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the change as the device's own text, but for the end, which its own clock decides."""
        end = f"# set end: by its own clock, in {revert_after.total_seconds():g} s"
        change = "".join(text.shutting(Slot(door), end) for door in doors)
        return marked(doors, mark="#", revert_after=revert_after) + change

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        return read_marked(text, mark="#", render=lambda doors, after: self.render(doors, revert_after=after))

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "https://HOST" or "https://HOST/VDOM"."""
        base, vdom = place_at(point, _FORM)
        return _Firewall(point, base, vdom or "root", folder, patience)


DRIVER = Fortigate()


@dataclass(frozen=True, slots=True)
class _Firewall:
    """One virtual domain."""

    point: EnforcementPoint
    base: str
    vdom: str
    folder: Path
    patience: timedelta

    def arm(self, structure: Structure) -> bool:
        """Look only: loading the structure, and placing it first, is its administrator's act."""
        if not self.armed(structure):
            raise unarmed(self.point.id)
        return False

    def armed(self, structure: Structure) -> bool:
        with self._api() as api:
            there = api.read()
        return all(_holds(slot, there) for slot in slots_of(structure))

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        with self._api() as api:
            now = api.now()
            for slot in map(Slot, doors):
                api.run_until(slot, now + int(revert_after.total_seconds()))
                for group in slot.filled:
                    api.fill(group, text.source_names(slot))

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        with self._api() as api:
            there = api.read()
            if len(_compare(doors, there).whole) < len(doors):
                raise lapsed(self.point.id)
            for door in doors:
                leased = door.vanishing is Vanishing.FAIL_OPEN
                api.run_until(Slot(door), there.now + int(lease.total_seconds()) if leased else text.LASTING)

    def remove(self, doors: Sequence[DoorRules]) -> None:
        with self._api() as api:
            there = api.read()
            for slot in map(Slot, doors):
                for group in (slot.shut, slot.vital):
                    if set(there.groups.get(group, ())) - {text.NONE}:
                        api.fill(group, (text.NONE,))
                if slot.name in there.ends and there.ends[slot.name] > there.now:
                    api.run_until(slot, there.now - 1)

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        with self._api() as api:
            return _compare(doors, api.read())

    @contextmanager
    def _api(self) -> Iterator["_Api"]:
        key = wanted(self.point, self.folder).first
        with Calls(self.point, self.base, {"Authorization": f"Bearer {key}"}, self.folder, self.patience) as calls:
            yield _Api(calls, self.vdom)


@dataclass(frozen=True, slots=True)
class _There:
    """What a firewall says of itself.

    Attributes:
        groups: Cloison's groups -> names of addresses.
        addresses: Cloison's addresses -> network.
        ends: slot -> end of its schedule, seconds since 1970 by its own clock.
        policies: in their order, Cloison's before the site's first.
        judges_again: a changed policy judges open sessions anew.
    """

    groups: Mapping[str, tuple[str, ...]]
    addresses: Mapping[str, IPv4Network]
    services: Mapping[str, Mapping[str, Any]]
    ends: Mapping[str, int]
    policies: Sequence[Mapping[str, Any]]
    judges_again: bool
    now: int


@dataclass(frozen=True, slots=True)
class _Api:
    """The REST API, while one act lasts."""

    calls: Calls
    vdom: str

    def read(self) -> _There:
        ours = f"&filter=name=@{PREFIX}"
        try:
            return _There(
                groups={row["name"]: _names(row["member"]) for row in self._rows("firewall/addrgrp", ours)},
                addresses={
                    row["name"]: IPv4Network(row["subnet"].replace(" ", "/"))
                    for row in self._rows("firewall/address", ours)
                },
                services={row["name"]: row for row in self._rows("firewall.service/custom", ours)},
                ends={
                    row["name"]: int(row.get("end-utc") or 0) for row in self._rows("firewall.schedule/onetime", ours)
                },
                policies=self._policies(),
                judges_again=self._result("cmdb/system/settings").get("firewall-session-dirty") == "check-all",
                now=self.now(),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise garbled(self.calls.point.id) from error

    def now(self) -> int:
        """Give its own clock."""
        try:
            return int(self._result("monitor/system/time/select")["time"])
        except (ValueError, LookupError, TypeError) as error:
            raise garbled(self.calls.point.id) from error

    def run_until(self, slot: Slot, end: int) -> None:
        self._put(f"firewall.schedule/onetime/{slot.name}", {"start-utc": "946684800", "end-utc": str(end)})

    def fill(self, group: str, members: Sequence[str]) -> None:
        self._put(f"firewall/addrgrp/{group}", {"member": [{"name": member} for member in members]})

    def _policies(self) -> list[Mapping[str, Any]]:
        ours: list[Mapping[str, Any]] = []
        for row in self._rows("firewall/policy", ""):
            if not row["name"].startswith(PREFIX):
                break
            ours.append(row)
        return ours

    def _rows(self, table: str, query: str) -> list[Any]:
        rows = self._result(f"cmdb/{table}", query)
        if not isinstance(rows, list):
            raise garbled(self.calls.point.id)
        return rows

    def _result(self, path: str, query: str = "") -> Any:  # noqa: ANN401 - as the API writes it
        told = self.calls.ask("GET", f"/api/v2/{path}?vdom={self.vdom}{query}")
        try:
            return json.loads(told)["results"]
        except (ValueError, LookupError, TypeError) as error:
            raise garbled(self.calls.point.id) from error

    def _put(self, path: str, body: Mapping[str, object]) -> None:
        content, kind = json.dumps(body).encode(), {"Content-Type": "application/json"}
        self.calls.ask("PUT", f"/api/v2/cmdb/{path}?vdom={self.vdom}", content=content, headers=kind)


def _names(members: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(member["name"] for member in members)


def _holds(slot: Slot, there: _There) -> bool:
    """Tell whether a slot's policies stand in order before the site's own, over its groups, and mean what they must."""
    policies, named = text.policies_of(slot), {row["name"]: row for row in there.policies}
    order = [row["name"] for row in there.policies]
    targets = {there.addresses.get(name) for name in there.groups.get(slot.behind, ())}
    sources = [there.addresses.get(name) for name in text.source_names(slot)]
    return (
        there.judges_again
        and [name for name in order if name in {policy["name"] for policy in policies}]
        == [policy["name"] for policy in policies]
        and all(_alike(named[str(policy["name"])], policy) for policy in policies)
        and {slot.vital, slot.shut} <= there.groups.keys()
        and slot.name in there.ends
        and targets == set(slot.targets)
        and sources == list(slot.sources)
        and all(
            str(there.services.get(text.service_name(one), {}).get(field)) == str(value)
            for one in slot.lifelines
            for field, value in text.service_fields(one).items()
        )
    )


def _alike(row: Mapping[str, Any], policy: Mapping[str, object]) -> bool:
    """Tell whether a policy is the one wanted, and no switch turns its addresses or services around."""
    turned = any(row.get(f"{name}-negate", "disable") != "disable" for name in ("srcaddr", "dstaddr", "service"))
    told = {name: list(_names(row[name])) if isinstance(wish, list) else row.get(name) for name, wish in policy.items()}
    return not turned and told == dict(policy)


def _compare(doors: Sequence[DoorRules], there: _There) -> Readback:
    slots = [Slot(door) for door in doors]
    sound = {slot.name for slot in slots if _holds(slot, there) and there.ends[slot.name] > there.now}
    groups = {
        group: {network for name in members if (network := there.addresses.get(name))}
        for group, members in there.groups.items()
    }
    lapses = {
        slot: timedelta(seconds=end - there.now) if end != text.LASTING else None for slot, end in there.ends.items()
    }
    return readback(doors, groups, sound=sound, lapses=lapses)
