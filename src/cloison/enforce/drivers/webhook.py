"""What another system of the hospital moves: an address that is called, or a program that is run, with JSON."""

import hmac
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloison.enforce.credentials import credentials_of, wanted
from cloison.enforce.door_text import doors_text, member_text, not_a_door, read_heading, read_member, with_member
from cloison.enforce.driver import Device, compare
from cloison.enforce.failures import garbled, lapsed, late, no_address, refused, unarmed, unreachable
from cloison.enforce.https import Calls, place_at
from cloison.errors import BadValueError
from cloison.model.hospital import EnforcementPoint
from cloison.model.sealing import DoorRules, Member, Readback, Structure

VERSION = 1
_FORMS = "https://HOST/PATH, run:/PATH/OF/A/PROGRAM"


class _Answer(BaseModel):
    """What comes back: nothing more, nothing less."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Literal[1]
    nonce: str
    done: bool
    reason: Annotated[str, Field(max_length=300)] = ""


class _Armed(_Answer):
    armed: bool


class _Member(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    member: str
    seconds_left: Annotated[float, Field(ge=0, lt=1e9)] | None


class _Held(_Answer):
    members: list[_Member]


T = TypeVar("T", bound=_Answer)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The driver."""

    name: str = "webhook"
    by_hand: bool = False
    needs_address: bool = True
    speaks_ipv6: bool = True
    leases: bool = True

    def arming(self, structure: Structure) -> str:
        """Give what the other system is told once: every door that it may be asked to shut."""
        return doors_text(structure.doors)

    def render(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> str:
        """Give the body of the call, but for what is new each time."""
        page = {"act": "apply", "doors": _doors(doors), "revert_after": revert_after.total_seconds()}
        return json.dumps(page, indent=1) + "\n"

    def parse(self, text: str) -> tuple[DoorRules, ...]:
        """Read back what `render` wrote."""
        try:
            return tuple(_door(page) for page in json.loads(text)["doors"])
        except (ValueError, LookupError, TypeError) as error:
            raise not_a_door(text) from error

    def device(self, point: EnforcementPoint, *, folder: Path, patience: timedelta) -> Device:
        """Reach a point, "https://HOST/PATH" or "run:/PATH/OF/A/PROGRAM"."""
        address = point.address or ""
        if address.startswith("run:"):
            if not Path(address.removeprefix("run:")).is_absolute():
                raise no_address(address, _FORMS)
        else:
            place_at(point, _FORMS)
        return _Called(point, folder, patience)


DRIVER = Webhook()


@dataclass(frozen=True, slots=True)
class _Called:
    """One system."""

    point: EnforcementPoint
    folder: Path
    patience: timedelta

    def arm(self, structure: Structure) -> bool:
        if self.armed(structure):
            return False
        self._ask(_Answer, "arm", structure.doors)
        if not self.armed(structure):
            raise unarmed(self.point.id)
        return True

    def armed(self, structure: Structure) -> bool:
        return self._ask(_Armed, "armed", structure.doors).armed

    def apply(self, doors: Sequence[DoorRules], *, revert_after: timedelta) -> None:
        self._ask(_Answer, "apply", doors, revert_after=revert_after.total_seconds())

    def confirm(self, doors: Sequence[DoorRules], *, lease: timedelta) -> None:
        if len(self.held(doors).whole) < len(doors):
            raise lapsed(self.point.id)
        self._ask(_Answer, "confirm", doors, lease=lease.total_seconds())

    def remove(self, doors: Sequence[DoorRules]) -> None:
        self._ask(_Answer, "remove", doors)

    def held(self, doors: Sequence[DoorRules]) -> Readback:
        told = self._ask(_Held, "held", doors)
        members: dict[Member, timedelta | None] = {}
        try:
            for one in told.members:
                left = None if one.seconds_left is None else timedelta(seconds=one.seconds_left)
                members[read_member(one.member)] = left
        except BadValueError as error:
            raise garbled(self.point.id) from error
        return compare(members, doors)

    def _ask(self, kind: type[T], act: str, doors: Sequence[DoorRules], **more: float) -> T:
        nonce = token_hex(16)
        body = json.dumps(
            {
                "version": VERSION,
                "nonce": nonce,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "point": self.point.id,
                "act": act,
                "doors": _doors(doors),
                **more,
            }
        ).encode()
        address = self.point.address or ""
        told = self._run(address.removeprefix("run:"), body) if address.startswith("run:") else self._call(body)
        try:
            answer = kind.model_validate_json(told)
        except ValidationError as error:
            raise garbled(self.point.id) from error
        # An old answer, played again, must not pass for this one.
        if not hmac.compare_digest(answer.nonce, nonce):
            raise garbled(self.point.id)
        if not answer.done:
            raise refused(self.point.id, answer.reason or "?")
        return answer

    def _call(self, body: bytes) -> str:
        base, path = place_at(self.point, _FORMS)
        headers = _signed(body, wanted(self.point, self.folder).first)
        with Calls(self.point, base, headers, self.folder, self.patience) as calls:
            return calls.ask("POST", f"/{path}", content=body)

    def _run(self, program: str, body: bytes) -> str:
        found = credentials_of(self.point, self.folder)
        secret = {"CLOISON_SECRET": found.first} if found else {}
        try:
            done = subprocess.run(  # noqa: S603 - a program that the map's owner names by its whole path
                [program],
                input=body,
                capture_output=True,
                timeout=self.patience.total_seconds(),
                check=False,
                env={"PATH": os.defpath, **secret},
            )
        except subprocess.TimeoutExpired as error:
            raise late(self.point.id, self.patience) from error
        except OSError as error:
            raise unreachable(self.point.id, error.strerror or "?") from error
        if done.returncode != 0:
            raise refused(self.point.id, done.stderr.decode(errors="replace").strip() or f"exit {done.returncode}")
        return done.stdout.decode(errors="replace")


def _signed(body: bytes, key: str) -> Mapping[str, str]:
    signature = hmac.new(key.encode(), body, sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Cloison-Signature": f"sha256={signature}"}


def _door(page: Mapping[str, Any]) -> DoorRules:
    name, level, vanishing = read_heading(json.dumps([page["conduit"], page["level"], page["vanishing"]]))
    door = DoorRules(conduit=name, level=level, vanishing=vanishing)
    for told in page["members"]:
        door = with_member(door, read_member(told))
    return door


def _doors(doors: Sequence[DoorRules]) -> list[dict[str, object]]:
    return [
        {
            "conduit": door.conduit,
            "level": door.level.value,
            "vanishing": door.vanishing.value,
            "members": [member_text(member) for member in door.members],
        }
        for door in doors
    ]
