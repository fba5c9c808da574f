"""Sealing: what a plan asks of each enforcement point, and what is known of each door (DESIGN section 8)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias, Union

from cloison.model.hospital import Address, ConduitId, EnforcementPoint, Level, ZoneId
from cloison.model.noun import noun
from cloison.words import Sentence

SealId = NewType("SealId", str)


@noun
class Span:
    """Addresses from the first to the last, both in, of one family."""

    first: Address
    last: Address


@noun
class Crossing:
    """What a door stops: connections that a source opens to a target, and all that they carry, both ways."""

    source: Span
    target: Span


@noun
class Passing:
    """A lifeline flow: what passes a door at level lifeline.

    Attributes:
        protocol: IANA number, 6 for TCP.
        ports: first and last port of the target; None: the protocol has no ports.
    """

    source: Span
    target: Span
    protocol: int
    ports: tuple[int, int] | None = None


Member: TypeAlias = Union[Crossing, Passing]
"""What is added to a device to shut a door, and removed to open it."""


class Vanishing(StrEnum):
    """What a shut door does when Cloison is heard no more."""

    FAIL_OPEN = "fail-open"
    STAY_SHUT = "stay-shut"


@noun
class DoorRules:
    """One conduit to shut.

    Attributes:
        crossings: what it stops; empty at a point that a person moves.
        passings: lifeline flows that pass all the same; none when it is closed.
    """

    conduit: ConduitId
    level: Level
    vanishing: Vanishing
    crossings: tuple[Crossing, ...] = ()
    passings: tuple[Passing, ...] = ()

    @property
    def members(self) -> tuple[Member, ...]:
        """What a device must hold; lifelines first, for they may not miss a packet."""
        return (*self.passings, *self.crossings)


@noun
class PointRules:
    """What a plan asks of one enforcement point."""

    point: EnforcementPoint
    doors: tuple[DoorRules, ...]


@noun
class Structure:
    """What a point is armed for, in peacetime.

    Attributes:
        point: where.
        doors: what it may be asked to shut one day, each at the lowest level that lets its lifelines pass.
        answers: connections that the far side of these doors may open, in the direction in which they are opened: a
            device that remembers no connection must let their answers through, or shutting one way cuts the other.
    """

    point: EnforcementPoint
    doors: tuple[DoorRules, ...]
    answers: tuple[Passing, ...] = ()


@noun
class LeftOut:
    """A passage of the plan that no device can be asked to shut, and why."""

    conduit: ConduitId
    reason: Sentence


@noun
class Rules:
    """What a plan asks of all points, in the map's order."""

    points: tuple[PointRules, ...]
    left_out: tuple[LeftOut, ...] = ()


@noun
class Readback:
    """What a device holds of the doors asked about.

    Attributes:
        whole: doors of which it holds every member.
        partly: doors of which it holds some.
        strangers: members that no door asked about has.
        lapses: (door, time until it opens by itself), for the whole ones that do.
    """

    whole: tuple[ConduitId, ...] = ()
    partly: tuple[ConduitId, ...] = ()
    strangers: int = 0
    lapses: tuple[tuple[ConduitId, timedelta], ...] = ()


class Proof(StrEnum):
    """What the probes say of a door."""

    CLOSED = "proved-closed"
    NOT_PROVED = "not-proved"
    LEAKING = "leaking"


class DoorState(StrEnum):
    """How a door stands once a step is over.

    SHUT: confirmed. WAITING: a person must act. ROLLED_BACK: opened again for a lifeline's sake. FAILED: not shut.
    DOUBTFUL: asked to stay shut, and not read back. OPENED: opened by Cloison. LAPSED: it was shut, and is not.
    """

    SHUT = "shut"
    WAITING = "waiting"
    ROLLED_BACK = "rolled-back"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    OPENED = "opened"
    LAPSED = "lapsed"


@noun
class Verdict:
    """What is known of one door, with its evidence.

    Attributes:
        lapses: when it opens by itself unless the lease is renewed, UTC; None: it does not.
    """

    conduit: ConduitId
    state: DoorState
    proof: Proof
    evidence: tuple[Sentence, ...]
    lapses: datetime | None = None


class Step(StrEnum):
    """The steps that the journal tells, in the order of a seal's life."""

    ARM = "arm"
    APPROVE = "approve"
    BEGIN = "begin"
    STAGE = "stage"
    APPLY = "apply"
    VERIFY = "verify"
    CONFIRM = "confirm"
    REVERT = "revert"
    OPEN = "open"
    END = "end"


@noun
class Record:
    """One line of the journal.

    Attributes:
        at: UTC.
        done: False before the step, True after it.
        seal: the seal that it belongs to; None for arming.
        point: the enforcement point; None when the step is of the whole seal.
        doors: conduits that the step is about.
        said: who approved, what failed, a verdict: facts by name.
        rules: the whole intent, in the first record of a seal.
    """

    at: datetime
    step: Step
    done: bool
    seal: SealId | None = None
    point: str | None = None
    doors: tuple[ConduitId, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    rules: tuple[PointRules, ...] = ()


@noun
class Prober:
    """Where in a zone a probe can be run.

    Attributes:
        run: "local", "netns:NAME" or "ssh:USER@HOST".
    """

    zone: ZoneId
    run: str


@noun
class Trial:
    """One service that a probe tries through a door.

    Attributes:
        zone: from where.
        lifeline: it must pass; False: it must not.
    """

    conduit: ConduitId
    zone: ZoneId
    host: str
    port: int
    lifeline: bool


class Answer(StrEnum):
    """What a try to connect met: a connection, a refusal (so the path is open), nothing, or no prober to ask."""

    CONNECTED = "connected"
    REFUSED = "refused"
    SILENT = "silent"
    UNKNOWN = "unknown"


@noun
class Sight:
    """What a trial showed.

    Attributes:
        answer: to a fresh connection.
        heard: the peer of the connection held open was heard since the doors moved; None: none was held.
    """

    answer: Answer
    heard: bool | None = None
