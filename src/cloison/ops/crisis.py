"""A case as people decide it: who doubts what, which doors were approved by whom, what then moved.

Every function here is pure: it takes the decisions so far and gives the next one, or refuses it. Whoever keeps
them gives each its number, so that of two people who act at once one wins and the other is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cloison.errors import BadValueError, NotApprovedError, UnknownIdError
from cloison.model.crisis import Decision, DecisionKind, Motion
from cloison.model.hospital import ConduitId, Hospital, Level
from cloison.model.incident import Suspicion
from cloison.model.noun import noun
from cloison.model.plan import SealPlan
from cloison.model.sealing import DoorState, Verdict
from cloison.ops.approving import services_cut
from cloison.ops.crisis_choices import BACKUPS
from cloison.seal.pins import read_pins
from cloison.words import Sentence, say, say_many

APPROVAL_LASTS = timedelta(minutes=60)
"""A first approval that nobody followed is void: what was known then is not known any more."""

LONGEST_NOTE = 500


@noun
class Approval:
    """One person's word."""

    account: str
    person: str
    how: str
    at: datetime


@noun
class Proposal:
    """Doors that somebody approved, and that have not moved yet.

    Attributes:
        approvals: the first, and the second where care is cut.
    """

    choice: str
    levels: tuple[tuple[ConduitId, Level], ...]
    approvals: tuple[Approval, ...]


@noun
class Standing:
    """Where a case stands, once all its decisions are read.

    Attributes:
        last: number of the latest decision; 0: none.
        suspects: what people doubt, the latest word on each.
        cleared: machines and compartments that people found healthy, whatever alerts say.
        plan: the latest, None when none was made since the suspicion or the pins changed.
        planned: number of the decision that holds it; 0: none.
        outdated: a plan was made, and what it rests on has changed since.
        proposal: doors approved and not moved; None: nobody approved any.
        moving: doors began to move, and no end was written.
        verdicts: of each door, its latest.
        hindrance: why they did not move as asked.
        closed: somebody said that it is over.
    """

    last: int = 0
    suspects: tuple[tuple[str, float], ...] = ()
    cleared: tuple[str, ...] = ()
    keep_open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    plan: SealPlan | None = None
    planned: int = 0
    outdated: bool = False
    proposal: Proposal | None = None
    moving: Motion | None = None
    verdicts: tuple[Verdict, ...] = ()
    hindrance: Sentence | None = None
    closed: bool = False

    @property
    def shut_doors(self) -> tuple[ConduitId, ...]:
        """Doors that are shut, or that a person was asked to shut."""
        kept = {DoorState.SHUT, DoorState.WAITING, DoorState.DOUBTFUL}
        return tuple(verdict.conduit for verdict in self.verdicts if verdict.state in kept)


def stand(decisions: Sequence[Decision]) -> Standing:
    """Read a case's decisions, in order."""
    suspects: dict[str, float] = {}
    verdicts: dict[ConduitId, Verdict] = {}
    now = Standing()
    for each in decisions:
        now = replace(now, last=each.number)
        match each.kind:
            case DecisionKind.SUSPECT:
                suspects.update(each.suspects)
                now = replace(
                    now,
                    suspects=tuple((name, chance) for name, chance in suspects.items() if chance > 0.0),
                    cleared=tuple(name for name, chance in suspects.items() if chance == 0.0),
                    outdated=True,
                    proposal=None,
                )
            case DecisionKind.PIN:
                now = replace(now, keep_open=each.keep_open, shut=each.shut, outdated=True, proposal=None)
            case DecisionKind.PLAN:
                now = replace(now, plan=each.plan, planned=each.number, outdated=False, proposal=None)
            case DecisionKind.APPROVE:
                now = replace(now, proposal=_approved(now.proposal, each))
            case DecisionKind.WITHDRAW:
                now = replace(now, proposal=None)
            case DecisionKind.MOVE:
                now = replace(now, moving=each.motion, proposal=None)
            case DecisionKind.MOVED:
                verdicts.update({verdict.conduit: verdict for verdict in each.verdicts})
                now = replace(now, moving=None, verdicts=tuple(verdicts.values()), hindrance=each.reason)
            case DecisionKind.CLOSE:
                now = replace(now, closed=True)
    return now


def _approved(known: Proposal | None, each: Decision) -> Proposal:
    approval = Approval(account=each.account, person=each.person, how=each.how, at=each.at)
    same = known is not None and known.choice == each.choice and known.levels == each.levels
    earlier = known.approvals if known is not None and same else ()
    return Proposal(choice=each.choice, levels=each.levels, approvals=(*earlier, approval))


def doubts(hospital: Hospital, suspicion: Suspicion, standing: Standing) -> tuple[tuple[str, float], ...]:
    """Join what alerts say of machines with what people say: (asset or zone, chance), for the planner.

    A person's word replaces what alerts say of the same machine or compartment, up or down.
    """
    said = {*standing.cleared, *(name for name, _ in standing.suspects)}
    known = {asset.id for asset in hospital.assets}
    zones = {zone.id for zone in hospital.zones}
    told = [
        (str(each.asset) if each.asset in known else str(each.zone), each.probability)
        for each in suspicion.assets
        if each.zone in zones and not said & {str(each.asset), str(each.zone)}
    ]
    return (*told, *standing.suspects)


def suspect(
    name: str, chance: float, standing: Standing, hospital: Hospital, *, now: datetime, by: tuple[str, str]
) -> Decision:
    """Let a person doubt a machine or a compartment; a chance of 0 says that it was looked at and is healthy.

    Args:
        name: id of an asset or a zone.
        chance: 0 to 1.
        standing: of the case.
        hospital: the map.
        now: UTC.
        by: account and name.

    Raises:
        UnknownIdError, BadValueError: the map has no such name, or the chance is none.
    """
    known = {*(str(zone.id) for zone in hospital.zones), *(str(asset.id) for asset in hospital.assets)}
    if name not in known:
        raise UnknownIdError(
            say("the map has no machine and no compartment {name}", name=name),
            fix=say("choose one of the list"),
            where=name,
        )
    if not 0.0 <= chance <= 1.0:
        raise BadValueError(
            say("{text} is not a probability", text=str(chance)),
            fix=say("write a number from 0 to 1, as in {example}", example="0.7"),
            where=name,
        )
    return Decision(
        number=standing.last + 1,
        at=now,
        kind=DecisionKind.SUSPECT,
        account=by[0],
        person=by[1],
        suspects=((name, chance),),
    )


def pin(
    conduit: str, wanted: str, standing: Standing, hospital: Hospital, *, now: datetime, by: tuple[str, str]
) -> Decision:
    """Keep a door open or shut, whatever the plan would have; "free" gives it back to the plan.

    Raises:
        UnknownIdError, BadValueError: see `cloison.seal.pins.read_pins`; or the wish is none of the three.
    """
    if wanted not in {"open", "shut", "free"}:
        raise BadValueError(
            say("{wish} is no wish for a door", wish=wanted),
            fix=say("choose open, shut or free"),
            where=conduit,
        )
    keep_open = [name for name in standing.keep_open if name != conduit] + [conduit] * (wanted == "open")
    shut = [name for name in standing.shut if name != conduit] + [conduit] * (wanted == "shut")
    read_pins(hospital, [*keep_open, *([conduit] if wanted == "free" else [])], shut)
    return Decision(
        number=standing.last + 1,
        at=now,
        kind=DecisionKind.PIN,
        account=by[0],
        person=by[1],
        keep_open=tuple(keep_open),
        shut=tuple(shut),
    )


def planned(plan: SealPlan, standing: Standing, *, now: datetime) -> Decision:
    """Write down the plan that Cloison made of what is suspected and pinned now."""
    return Decision(number=standing.last + 1, at=now, kind=DecisionKind.PLAN, plan=plan)


def approve(
    choice: str,
    levels: tuple[tuple[ConduitId, Level], ...],
    standing: Standing,
    *,
    now: datetime,
    by: tuple[str, str],
    how: str,
) -> Decision:
    """Take a person's approval of the doors that this person saw.

    Args:
        choice: its name.
        levels: the doors, as they were shown.
        standing: of the case.
        now: UTC.
        by: account and name.
        how: how the person was recognised again.

    Raises:
        BadValueError: the plan changed meanwhile, doors move now, the case is closed.
        NotApprovedError: this person approved already: another one must.
    """
    if standing.closed or standing.moving:
        raise BadValueError(
            say("doors are moving now, or the case is closed"),
            fix=say("wait until they have moved, and look at the case again"),
            where=choice,
        )
    if choice != BACKUPS and (standing.plan is None or standing.outdated):
        raise BadValueError(
            say("the plan changed meanwhile"), fix=say("read the new one, then approve it"), where=choice
        )
    given = approvals_that_count(standing, choice, levels, now)
    if by[0] in {each.account for each in given}:
        raise NotApprovedError(
            say("{person} approved these doors already: another person must", person=by[1]),
            fix=say("have another person approve, here or at another machine"),
            where=choice,
        )
    return Decision(
        number=standing.last + 1,
        at=now,
        kind=DecisionKind.APPROVE,
        account=by[0],
        person=by[1],
        how=how,
        choice=choice,
        levels=levels,
    )


def approvals_that_count(
    standing: Standing, choice: str, levels: tuple[tuple[ConduitId, Level], ...], now: datetime
) -> tuple[Approval, ...]:
    """Give the approvals of just these doors that are not too old."""
    known = standing.proposal
    if known is None or known.choice != choice or known.levels != levels:
        return ()
    return tuple(each for each in known.approvals if now - each.at <= APPROVAL_LASTS)


def enough(hospital: Hospital, proposal: Proposal, now: datetime, *, two: bool = False) -> bool:
    """Tell whether the doors may move: care that they cut, or a limit that they go beyond, wants two people.

    Args:
        hospital: the map.
        proposal: the doors, and who approved them.
        now: UTC.
        two: two people are wanted, whatever the doors cut.
    """
    people = {each.account for each in proposal.approvals if now - each.at <= APPROVAL_LASTS}
    return len(people) >= (2 if two or services_cut(hospital, dict(proposal.levels)) else 1)


def told(proposal: Proposal) -> Mapping[str, str]:
    """Give what the doors' journal keeps of an approval."""
    first, *others = proposal.approvals
    names = {"approved by": first.person, "how": first.how}
    return {**names, "and by": others[-1].person, "and how": others[-1].how} if others else names


def move(
    motion: Motion,
    standing: Standing,
    *,
    now: datetime,
    by: tuple[str, str],
    stage: int | None = None,
    point: str = "",
) -> Decision:
    """Write that doors begin to move.

    Raises:
        BadValueError: others are moving, or the case is closed.
    """
    if standing.moving and motion is not Motion.RESUME:
        raise BadValueError(
            say("doors are moving now, or the case is closed"),
            fix=say("wait until they have moved, and look at the case again"),
            where=motion.value,
        )
    return Decision(
        number=standing.last + 1,
        at=now,
        kind=DecisionKind.MOVE,
        account=by[0],
        person=by[1],
        motion=motion,
        stage=stage,
        point=point,
        choice=standing.proposal.choice if standing.proposal and motion is Motion.SEAL else "",
        levels=standing.proposal.levels if standing.proposal and motion is Motion.SEAL else (),
    )


def moved(
    motion: Motion, verdicts: Sequence[Verdict], standing: Standing, *, now: datetime, reason: Sentence | None = None
) -> Decision:
    """Write how doors ended, or why none moved."""
    return Decision(
        number=standing.last + 1,
        at=now,
        kind=DecisionKind.MOVED,
        motion=motion,
        verdicts=tuple(verdicts),
        reason=reason,
    )


def close(standing: Standing, *, now: datetime, by: tuple[str, str], note: str) -> Decision:
    """Say that a case is over, and why.

    Raises:
        BadValueError: doors are shut, or waiting for a hand: they would be forgotten; or no reason is given.
    """
    left = standing.shut_doors
    if left or standing.moving:
        raise BadValueError(
            say_many(
                "{n} door is still shut: it would be forgotten",
                "{n} doors are still shut: they would be forgotten",
                len(left),
            ),
            fix=say("open the doors again first, stage by stage"),
            where="",
        )
    if not note.strip() or len(note) > LONGEST_NOTE:
        raise BadValueError(
            say("closing a case wants a reason, of {n} characters at most", n=LONGEST_NOTE),
            fix=say("say what was found, in one sentence"),
            where="",
        )
    return Decision(
        number=standing.last + 1, at=now, kind=DecisionKind.CLOSE, account=by[0], person=by[1], note=note.strip()
    )
