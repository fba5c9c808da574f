"""Doors that move for a case: shut, opened again, taken up after a crash, told by hand; always behind the page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from cloison.enforce.limits import beyond
from cloison.enforce.rules import rules_of
from cloison.errors import ActedBeforeError, BadValueError, CloisonError
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.model.crisis import Motion
from cloison.model.hospital import ConduitId, EnforcementPointId, Hospital, Level
from cloison.model.logbook import Draft
from cloison.model.notice import Notice, NoticeKind
from cloison.model.noun import noun
from cloison.model.sealing import DoorState, Proof, Verdict
from cloison.ops import crisis
from cloison.ops.crisis import stand
from cloison.ops.crisis_choices import BACKUPS, levels_of
from cloison.ops.crisis_desk import TRIES, By, Desk, View, digest
from cloison.ops.crisis_names import passage_of
from cloison.ops.crisis_work import DOORS, told_as_written
from cloison.ops.keeping import open_again, renew, state, told_by_hand
from cloison.ops.moving import Means
from cloison.ops.red_button import press
from cloison.ops.sealing import arm, resume, seal
from cloison.store.decisions import decide, decided
from cloison.words import Sentence, say, say_many

Verdicts: TypeAlias = Sequence[Verdict]
Act: TypeAlias = Callable[[Hospital, Means], Verdicts]

_EXPECTED = frozenset({DoorState.SHUT, DoorState.WAITING, DoorState.OPENED})


@noun
class Signer:
    """Who approves, recognised again just now.

    Attributes:
        how: "password", "password and code"...
    """

    account: str
    person: str
    how: str


def approve(desk: Desk, name: CaseId, choice: str, seen: str, signers: Sequence[Signer]) -> bool:
    """Take approvals of the doors that people saw; when they are enough, the doors begin to move.

    Args:
        desk: of the hospital.
        name: the case.
        choice: the plan's choice, or `cloison.ops.crisis_choices.BACKUPS`.
        seen: digest of the doors that the page showed.
        signers: one person, or two at one page.

    Returns:
        True: the doors are moving; False: a second person must approve.

    Raises:
        BadValueError: the doors are not those that were shown, others move now, or an earlier seal was cut short.
        NotApprovedError: the same person signs twice.
        ActedBeforeError: somebody acted just before; nothing was moved.
    """
    _refuse_if_busy(desk.look(name))
    for signer in signers:
        view = desk.look(name)
        levels = levels_of(choice, view.standing.plan, view.hospital)
        if digest(levels) != seen:
            raise BadValueError(
                say("the plan changed meanwhile"), fix=say("read the new one, then approve it"), where=choice
            )
        by = (signer.account, signer.person)
        decision = crisis.approve(choice, levels, view.standing, now=desk.clock(), by=by, how=signer.how)
        said = say_many(
            "{person} approves shutting {n} passage",
            "{person} approves shutting {n} passages",
            len(levels),
            person=signer.person,
        )
        decide(desk.database, name, decision, desk.entry(view.case, said, by))
    view = desk.look(name)
    proposal = view.standing.proposal
    if proposal is None:
        return False
    told_to_devices = dict(crisis.told(proposal))
    if view.case.drill:
        told_to_devices["exercise"] = "EXERCICE"
    if not crisis.enough(
        view.hospital, proposal, desk.clock(), two=bool(exceeded(view, proposal.levels, desk.clock()))
    ):
        pressed = _pressed(desk, view, proposal) if choice == BACKUPS else None
        if pressed is None:
            return False
        told_to_devices = pressed

    def act(hospital: Hospital, means: Means) -> Verdicts:
        rules = rules_of(dict(proposal.levels), hospital)
        if view.case.drill:
            arm(hospital, means)
        verdicts = seal(rules, hospital, means, approved=told_to_devices)
        left = [
            Verdict(conduit=one.conduit, state=DoorState.FAILED, proof=Proof.NOT_PROVED, evidence=(one.reason,))
            for one in rules.left_out
        ]
        return (*verdicts, *left)

    told = say_many("{n} passage begins to shut", "{n} passages begin to shut", len(proposal.levels))
    _begin(desk, view, Motion.SEAL, act, told, by=(signers[-1].account, signers[-1].person))
    return True


def exceeded(view: View, levels: Sequence[tuple[ConduitId, Level]], now: datetime) -> tuple[Sentence, ...]:
    """Say what these doors go beyond that one person may do alone; an exercise may."""
    if view.case.drill:
        return ()
    return beyond(rules_of(dict(levels), view.hospital).points, view.records, view.hospital, now)


def _pressed(desk: Desk, view: View, proposal: crisis.Proposal) -> dict[str, str] | None:
    """Use the approval that two people gave in advance for the red button, if it stands."""
    given = press(view.hospital, desk.means(view.case, view.hospital), person=proposal.approvals[-1].person)
    return dict(given) if given is not None else None


def open_doors(desk: Desk, name: CaseId, stage: int | None, signer: Signer) -> None:
    """Open the doors of one stage again, or of all at once: the undoing of a seal.

    Raises:
        BadValueError, ActedBeforeError: see `approve`.
    """
    view = desk.look(name)
    _refuse_if_busy(view)
    motion = Motion.UNDO if stage is None else Motion.OPEN
    said = {"approved by": signer.person, "how": signer.how}
    told = (
        say("{person} has every door opened again", person=signer.person)
        if stage is None
        else say("{person} has the doors of stage {stage} opened again", person=signer.person, stage=stage)
    )
    _begin(
        desk,
        view,
        motion,
        lambda hospital, means: open_again(hospital, means, stage=stage, approved=said),
        told,
        by=(signer.account, signer.person),
        stage=stage,
    )


def take_up(desk: Desk, name: CaseId, by: By) -> None:
    """Finish or undo what was cut short, as `cloison seal --resume` does.

    Raises:
        BadValueError: doors move now.
    """
    view = desk.look(name)
    if view.moving:
        _refuse_if_busy(view)
    told = say("{person} has what was cut short finished or undone", person=by[1])

    def act(_: Hospital, means: Means) -> Verdicts:
        found = resume(means)
        return found[1] if found else ()

    _begin(desk, view, Motion.RESUME, act, told, by=by)


def tell_by_hand(desk: Desk, name: CaseId, point: EnforcementPointId, by: By) -> None:
    """Take a person's word that the doors of a point were shut by hand.

    Raises:
        BadValueError, ActedBeforeError: see `approve`.
    """
    view = desk.look(name)
    _refuse_if_busy(view)
    told = say("{person} says that the doors of {point} are shut", person=by[1], point=point)
    _begin(
        desk,
        view,
        Motion.DONE,
        lambda _, means: told_by_hand(means, point, by[1]),
        told,
        by=by,
        point=point,
    )


def keep_leases(desk: Desk) -> None:
    """Keep shut the doors that fail open, as long as Cloison lives; called from time to time.

    Only those of which half the lease has gone by are renewed; what a device refuses, the next page tells.
    """
    for case in desk.cases():
        if case.status is not CaseStatus.OPEN:
            continue
        view = desk.look(case.id)
        ends = [placed.lapses for placed in view.life.shut.values() if placed.lapses]
        means = desk.means(case, view.hospital)
        if view.moving or view.cut_short or not ends or min(ends) - desk.clock() > means.lease / 2:
            continue
        told = say("care doors are kept shut for one more lease")
        _begin(desk, view, Motion.RENEW, lambda _, means: renew(means), told, by=("", "Cloison"))


def settle(desk: Desk, name: CaseId) -> View:
    """Look at a case; if a program died between a decision and its end, write how the doors stand.

    What the doors' journal says was cut short is left to a person: see `take_up`.
    """
    view = desk.look(name)
    if view.standing.moving is None or view.moving or view.cut_short:
        return view
    try:
        _, verdicts = state(desk.means(view.case, view.hospital))
    except CloisonError:
        return view
    reason = say("Cloison stopped meanwhile: this is how the doors stand now")
    _write_end(desk, view.case, view.standing.moving, verdicts, reason)
    return desk.look(name)


def _refuse_if_busy(view: View) -> None:
    if view.moving:
        raise BadValueError(
            say("doors are moving now, or the case is closed"),
            fix=say("wait until they have moved, and look at the case again"),
            where=view.case.id,
        )
    if view.cut_short:
        raise BadValueError(
            say("an earlier seal was cut short"), fix=say("finish or undo it first"), where=view.case.id
        )


def _begin(
    desk: Desk,
    view: View,
    motion: Motion,
    act: Act,
    told: Sentence,
    *,
    by: By,
    stage: int | None = None,
    point: str = "",
) -> None:
    decision = crisis.move(motion, view.standing, now=desk.clock(), by=by, stage=stage, point=point)
    decide(desk.database, view.case.id, decision, desk.entry(view.case, told, by if by[0] else None))
    if not desk.worker.start(DOORS, lambda: _carry_out(desk, view, motion, act)):
        reason = say("other doors were moving: these did not")
        _write_end(desk, view.case, motion, (), reason)


def _carry_out(desk: Desk, view: View, motion: Motion, act: Act) -> None:
    verdicts: Verdicts = ()
    reason = None
    means = desk.means(view.case, view.hospital)
    try:
        with told_as_written(desk.database, means.home):
            verdicts = act(view.hospital, means)
    except CloisonError as error:
        reason = say("{problem} ({fix})", problem=error.problem, fix=error.fix)
    _write_end(desk, view.case, motion, verdicts, reason)


def _write_end(desk: Desk, case: Case, motion: Motion, verdicts: Verdicts, reason: Sentence | None) -> None:
    entries = _told(desk, case, verdicts, reason)
    for left in range(TRIES, 0, -1):
        standing = stand(decided(desk.database, case.id))
        end = crisis.moved(motion, verdicts, standing, now=desk.clock(), reason=reason)
        try:
            decide(desk.database, case.id, end, *entries, notices=_notices(case, motion, verdicts, reason))
        except ActedBeforeError:
            if left == 1:
                raise
        else:
            return


def _notices(case: Case, motion: Motion, verdicts: Verdicts, reason: Sentence | None) -> tuple[Notice, ...]:
    """Say to people who are away that doors moved, without the names of any; a lease renewed calls nobody."""
    if motion is Motion.RENEW:
        return ()
    wrong = [verdict for verdict in verdicts if verdict.state not in _EXPECTED]
    if reason is not None or wrong:
        text = say_many("doors: {n} did not move as asked", "doors: {n} did not move as asked", len(wrong))
    else:
        text = say_many("{n} door has moved as asked", "{n} doors have moved as asked", len(verdicts))
    return (Notice(kind=NoticeKind.DOOR, text=text, case=case.id, drill=case.drill),)


def _told(desk: Desk, case: Case, verdicts: Verdicts, reason: Sentence | None) -> list[Draft]:
    """Say in the logbook how doors ended, those that ended alike together."""
    hospital = desk.map_of(case)
    ends: dict[tuple[DoorState, Proof], list[str]] = {}
    for verdict in verdicts:
        ends.setdefault((verdict.state, verdict.proof), []).append(passage_of(hospital, verdict.conduit))
    said = [_in_words(*end, len(names), ", ".join(names)) for end, names in ends.items()]
    if reason is not None:
        said.append(say("Doors did not move as asked: {reason}", reason=reason))
    return [desk.entry(case, sentence) for sentence in said]


def _in_words(state_: DoorState, proof: Proof, n: int, names: str) -> Sentence:
    if state_ is DoorState.SHUT:
        return _SHUT[proof](n, names)
    return _OTHERWISE[state_](n, names)


_SHUT: Mapping[Proof, Callable[[int, str], Sentence]] = {
    Proof.CLOSED: lambda n, names: say_many(
        "{n} door shut and proved closed: {names}", "{n} doors shut and proved closed: {names}", n, names=names
    ),
    Proof.LEAKING: lambda n, names: say_many(
        "{n} door shut and leaking: {names}", "{n} doors shut and leaking: {names}", n, names=names
    ),
    Proof.NOT_PROVED: lambda n, names: say_many(
        "{n} door shut, not proved: {names}", "{n} doors shut, not proved: {names}", n, names=names
    ),
}
_OTHERWISE: Mapping[DoorState, Callable[[int, str], Sentence]] = {
    DoorState.WAITING: lambda n, names: say_many(
        "{n} door to shut by hand: {names}", "{n} doors to shut by hand: {names}", n, names=names
    ),
    DoorState.ROLLED_BACK: lambda n, names: say_many(
        "{n} door opened again at once: {names}", "{n} doors opened again at once: {names}", n, names=names
    ),
    DoorState.FAILED: lambda n, names: say_many(
        "{n} door not shut: {names}", "{n} doors not shut: {names}", n, names=names
    ),
    DoorState.DOUBTFUL: lambda n, names: say_many(
        "{n} door in doubt: {names}", "{n} doors in doubt: {names}", n, names=names
    ),
    DoorState.OPENED: lambda n, names: say_many(
        "{n} door opened: {names}", "{n} doors opened: {names}", n, names=names
    ),
    DoorState.LAPSED: lambda n, names: say_many(
        "{n} door no longer shut: {names}", "{n} doors no longer shut: {names}", n, names=names
    ),
}
