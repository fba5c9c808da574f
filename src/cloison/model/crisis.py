"""What people decide about an incident, and say of care: facts in order, none of which is ever changed."""

from datetime import datetime
from enum import StrEnum

from cloison.model.hospital import CareServiceId, ConduitId, Level
from cloison.model.noun import noun
from cloison.model.plan import SealPlan, ServiceState
from cloison.model.sealing import Verdict
from cloison.words import Sentence


class DecisionKind(StrEnum):
    """What was decided, or done because of it.

    SUSPECT: a person doubts a machine or a compartment. PIN: doors that stay open, or shut, whatever the plan.
    PLAN: Cloison planned. APPROVE: a person approved doors. WITHDRAW: the approvals given are void.
    MOVE: doors begin to move. MOVED: they have moved, with verdicts, or the reason why none did.
    CLOSE: the case is over, unless a new alert opens it again.
    """

    SUSPECT = "suspect"
    PIN = "pin"
    PLAN = "plan"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    MOVE = "move"
    MOVED = "moved"
    CLOSE = "close"


class Motion(StrEnum):
    """What is done with doors. UNDO opens all that is shut; OPEN one stage; DONE is a person's word at a cable."""

    SEAL = "seal"
    OPEN = "open"
    UNDO = "undo"
    RESUME = "resume"
    RENEW = "renew"
    DONE = "done-by-hand"


@noun
class Decision:
    """One line of a case's history.

    Attributes:
        number: from 1, without a hole: two people cannot both write the same one.
        at: UTC.
        account: of whoever decided; empty: Cloison.
        person: that person's name, as shown.
        how: how the person was recognised again, for an approval: "password", "password and code".
        suspects: (asset, zone or address; probability), added to what alerts say.
        keep_open, shut: doors that the plan may not choose for; all of them, not those added.
        plan: what Cloison made.
        choice: name of the choice approved: an `Alternative`'s, or "backups".
        levels: the doors that this choice shuts.
        motion: for MOVE and MOVED.
        stage: of an opening, from 1.
        point: where a person shut doors by hand.
        verdicts: of each door moved.
        note: a person's words.
        reason: why doors did not move as asked.
    """

    number: int
    at: datetime
    kind: DecisionKind
    account: str = ""
    person: str = ""
    how: str = ""
    suspects: tuple[tuple[str, float], ...] = ()
    keep_open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    plan: SealPlan | None = None
    choice: str = ""
    levels: tuple[tuple[ConduitId, Level], ...] = ()
    motion: Motion | None = None
    stage: int | None = None
    point: str = ""
    verdicts: tuple[Verdict, ...] = ()
    note: str = ""
    reason: Sentence | None = None


@noun
class Declaration:
    """How a care service goes, in the words of somebody who is there.

    Attributes:
        state: None: take back what was declared; the map and the doors speak again.
        note: what is missing, what is done instead.
    """

    service: CareServiceId
    at: datetime
    person: str
    state: ServiceState | None
    note: str = ""


@noun
class Form:
    """Paper forms that a degraded mode needs.

    Attributes:
        name: what the form is for.
        count: how many are left.
        place: where they are kept.
        at: when they were counted, UTC.
        person: who counted.
    """

    service: CareServiceId
    name: str
    count: int
    place: str
    at: datetime
    person: str
