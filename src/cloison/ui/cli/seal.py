"""`cloison seal`: shut doors that people approved, prove it, and say how every door stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.life import STEPS
from cloison.enforce.limits import lifelines_cut
from cloison.enforce.rules import rules_of
from cloison.errors import BadValueError
from cloison.model.hospital import ConduitId, EnforcementPointId, Hospital, Level
from cloison.model.sealing import DoorState, PointRules, Prober, Proof, Rules, Step, Verdict
from cloison.ops.approving import approve, backup_levels, read_levels, services_cut
from cloison.ops.keeping import renew, state, told_by_hand
from cloison.ops.listening import state_and_flows
from cloison.ops.moving import Means
from cloison.ops.red_button import approve_in_advance, press
from cloison.ops.sealing import resume
from cloison.ops.sealing import seal as shut
from cloison.store.probers import load_probers
from cloison.ui.case_documents import VERSION, when
from cloison.ui.cli.options import Asked, Form, Home, Lang, MapFile, asked
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.languages import Translator
from cloison.ui.sealing import PROOFS, STATES, VANISHINGS, rules_document, verdicts_document
from cloison.ui.vocabulary import LEVELS
from cloison.words import say

if TYPE_CHECKING:
    from cloison.ui.remote.server import Server

NEEDS_ATTENTION = 1

PROBERS = "probers.toml"


def seal(
    context: typer.Context,
    *,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="The plan, as cloison plan --format json writes it.")
    ] = None,
    backups: Annotated[bool, typer.Option("--backups", help="Isolate the backups, and nothing else.")] = False,
    person: Annotated[
        str | None, typer.Option("--approve", metavar="NAME", help="Who approves; without it nothing moves.")
    ] = None,
    second: Annotated[
        str | None, typer.Option("--second", metavar="NAME", help="Who approves too, when care is cut.")
    ] = None,
    resume_: Annotated[bool, typer.Option("--resume", help="Finish or undo what was cut short.")] = False,
    renew_: Annotated[
        bool, typer.Option("--renew", help="Keep shut, for one more lease, the doors that open by themselves.")
    ] = False,
    done: Annotated[
        str | None, typer.Option("--done", metavar="POINT", help="Say that the doors of this point were shut by hand.")
    ] = None,
    in_advance: Annotated[
        datetime | None,
        typer.Option(
            "--in-advance",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="With --backups: nothing moves; until the end of that day, one person alone may isolate them.",
        ),
    ] = None,
    flows: Annotated[
        list[Path] | None,
        typer.Option("--flows", metavar="PATH", help="Flows from before and after: do shut doors still carry?"),
    ] = None,
    probers: Annotated[
        Path | None,
        typer.Option("--probers", metavar="FILE", help="Where doors can be tried from (default: HOME/probers.toml)."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Without an approval: each device's own text too.")] = False,
    lease: Annotated[
        float, typer.Option(min=1.0, help="Minutes after which care doors open by themselves, unless renewed.")
    ] = 60.0,
    patience: Annotated[float, typer.Option(min=0.5, help="Seconds that one act of a device may last.")] = 10.0,
    map_file: MapFile = None,
    home: Home = None,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Shut the doors of a plan, prove that they are, and say how every door stands. Nothing moves without approval.

    Example: cloison seal --plan plan.json --approve "A. Durand" --second "B. Martin"
    """
    del lang
    request = asked(context, map_file=map_file, home=home, form=form)
    if sum((plan is not None, backups, resume_, renew_, done is not None)) > 1:
        raise BadValueError(
            say("these options ask for several things at once"),
            fix=say("ask for one: {options}", options="--plan, --backups, --resume, --renew, --done"),
            where="cloison seal",
        )
    request.here_only(flows=flows, probers=probers, renew=renew_, in_advance=in_advance, second=second)
    there = request.server
    if there is not None and (person or resume_ or done is not None or not (plan or backups)):
        return _there(request, there, plan=plan, person=person, resume_=resume_, done=done, backups=backups)
    means = Means(home=request.home, patience=timedelta(seconds=patience), lease=timedelta(minutes=lease))
    if resume_ or renew_ or done is not None:
        return _looked_after(request, means, resume_=resume_, done=done, person=person)
    hospital = request.hospital()
    if plan is None and not backups:
        return _stands(request, means, flows or [])
    if in_advance is not None:
        return _in_advance(request, hospital, means, until=in_advance, names=(person, second), backups=backups)
    levels = read_levels(plan, hospital) if plan is not None else backup_levels(hospital)
    rules = rules_of(levels, hospital)
    if person is None:
        return _preview(request, hospital, levels, rules, means, texts_too=show)
    pressed = press(hospital, means, person=person) if backups else None
    approved = pressed or approve(hospital, levels, first=person, second=second)
    means = replace(means, probers=_probers(request, probers, hospital))
    return show_verdicts(request, shut(rules, hospital, means, approved=approved), rules)


def _looked_after(request: Asked, means: Means, *, resume_: bool, done: str | None, person: str | None) -> int:
    """Finish what was cut short, take a person's word, or renew what lapses."""
    if resume_:
        return _show_resumed(request, resume(means))
    by_hand = None if done is None else (EnforcementPointId(done), _name(person))
    return show_verdicts(request, told_by_hand(means, *by_hand) if by_hand else renew(means))


def _there(
    request: Asked,
    server: "Server",
    *,
    plan: Path | None,
    person: str | None,
    resume_: bool,
    done: str | None,
    backups: bool,
) -> int:
    """Do on a server what was asked."""
    from cloison.ui.cli.remote_seal import resumed_there, seal_there, show_moved, told_there  # noqa: PLC0415 - for who asks a server

    if resume_:
        return _show_resumed(request, resumed_there(server))
    if done is not None:
        return show_moved(request, told_there(server, done))
    if plan is None and not backups:
        standing = server.doors()
        return _show_standing(request, standing.cut, standing.verdicts)
    return show_moved(request, seal_there(request, server, plan=plan, person=person))


def show_verdicts(
    request: Asked,
    verdicts: Sequence[Verdict],
    rules: Rules = Rules(points=()),  # noqa: B008 - a frozen value
    *,
    cut: Step | None = None,
) -> int:
    """Print how each door ended; the exit code says whether all is as asked and proved."""
    words, screen = request.words, Screen()
    if request.json:
        print_json(verdicts_document(verdicts, rules, words, cut))
    else:
        for state_ in DoorState:
            theirs = [verdict for verdict in verdicts if verdict.state is state_]
            if theirs:
                _show_group(screen, state_, theirs, words)
        if rules.left_out:
            screen.heading(words.translate("Left out"))
            for one in rules.left_out:
                screen.line(f"{one.conduit}{words.translate(': ')}{words.sentence(one.reason)}", indent=2)
        if not verdicts:
            screen.line(words.translate("No door is shut."))
    good = {(DoorState.SHUT, Proof.CLOSED), (DoorState.OPENED, Proof.NOT_PROVED)}
    wrong = [verdict for verdict in verdicts if (verdict.state, verdict.proof) not in good]
    return NEEDS_ATTENTION if wrong or rules.left_out else 0


def _show_group(screen: Screen, state_: DoorState, verdicts: Sequence[Verdict], words: Translator) -> None:
    screen.heading(words.sentence(STATES[state_](len(verdicts))))
    alike: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        alike.setdefault((verdict.proof, verdict.evidence, verdict.lapses), []).append(verdict)
    for group in alike.values():
        first = group[0]
        proof = f", {words.sentence(PROOFS[first.proof])}" if state_ is DoorState.SHUT else ""
        for verdict in group:
            screen.line(f"{verdict.conduit}{proof}", style="bold", indent=2)
        for sentence in first.evidence:
            screen.line(words.sentence(sentence), indent=4)
        if first.lapses:
            opens = say("opens by itself at {moment} unless {command}", moment=first.lapses, command=_RENEW)
            screen.line(words.sentence(opens), indent=4)


_RENEW = "cloison seal --renew"
_RESUME = "cloison seal --resume"


def _preview(
    request: Asked,
    hospital: Hospital,
    levels: Mapping[ConduitId, Level],
    rules: Rules,
    means: Means,
    *,
    texts_too: bool,
) -> int:
    """Show what would be done, in French and as each device's own text: nothing moves."""
    words, screen = request.words, Screen()
    drivers = known_drivers()
    texts: dict[str, str] = {
        point.point.id: drivers[point.point.driver].render(point.doors, revert_after=means.revert_after)
        for point in rules.points
    }
    if request.json:
        print_json(rules_document(rules, texts, words))
        return NEEDS_ATTENTION
    for point in rules.points:
        _show_point(screen, point, texts[point.point.id] if texts_too else "", words)
    if rules.left_out:
        screen.heading(words.translate("Left out"))
        for one in rules.left_out:
            screen.line(f"{one.conduit}{words.translate(': ')}{words.sentence(one.reason)}", indent=2)
    screen.line()
    services, vital = services_cut(hospital, levels), lifelines_cut(rules.points, hospital)
    if vital:
        flows = ", ".join(flow.id for flow in vital)
        cut_too = say("These doors cut lifelines, so two people must approve: {flows}", flows=flows)
        screen.line(words.sentence(cut_too), style="bold")
    if services:
        cut = say(
            "These doors cut what these care services need, so two people must approve: {services}",
            services=", ".join(service.name for service in services),
        )
        screen.line(words.sentence(cut), style="bold")
    how = '--approve "A. Durand"' + (' --second "B. Martin"' if services or vital else "")
    screen.line(words.sentence(say("Nothing was moved. To shut these doors, add {options}", options=how)))
    return NEEDS_ATTENTION


def _show_point(screen: Screen, point: PointRules, text: str, words: Translator) -> None:
    where = ", ".join(part for part in (point.point.id, point.point.place, point.point.person) if part)
    screen.heading(where)
    hand = known_drivers()[point.point.driver].by_hand
    for door in point.doors:
        level, then = words.sentence(LEVELS[door.level]), words.sentence(VANISHINGS[door.vanishing])
        told = words.translate("by hand") if hand else then
        screen.line(f"{door.conduit}{words.translate(': ')}{level}, {told}", indent=2)
    if not hand:
        for line in text.splitlines():
            screen.line(line, style="dim", indent=4)


def _in_advance(
    request: Asked,
    hospital: Hospital,
    means: Means,
    *,
    until: datetime,
    names: tuple[str | None, str | None],
    backups: bool,
) -> int:
    """Have the red button approved for the nights to come."""
    first, second = names
    if not backups or first is None:
        raise BadValueError(
            say("only isolating the backups can be approved in advance, by two persons"),
            fix=say(
                "write it as in {example}",
                example='--backups --in-advance 2027-06-30 --approve "A. Durand" --second "B. Martin"',
            ),
            where="--in-advance",
        )
    ends = (until + timedelta(days=1)).astimezone(UTC)
    approve_in_advance(hospital, means, first=first, second=second, until=ends)
    told = say(
        "Nothing was moved. Until {moment}, one person may isolate the backups alone: {command}",
        moment=ends,
        command='cloison seal --backups --approve "C. Petit"',
    )
    if request.json:
        print_json({"version": VERSION, "until": when(ends), "passages": sorted(backup_levels(hospital))})
    else:
        Screen().line(request.words.sentence(told))
    return 0


def _stands(request: Asked, means: Means, flows: Sequence[Path]) -> int:
    if flows:
        with progress(request.words.translate("Reading")) as on_progress:
            cut, verdicts = state_and_flows(means, flows, on_progress=on_progress)
    else:
        cut, verdicts = state(means)
    return _show_standing(request, cut, verdicts)


def _show_standing(request: Asked, cut: Step | None, verdicts: Sequence[Verdict]) -> int:
    show_verdicts(request, verdicts, cut=cut)
    if cut and not request.json:
        told = say(
            "A seal was cut short at the step {step}: run {command}", step=STEPS[cut], command="cloison seal --resume"
        )
        Screen().line(request.words.sentence(told), style="bold")
    wrong = any(verdict.state is not DoorState.SHUT or verdict.proof is Proof.LEAKING for verdict in verdicts)
    return NEEDS_ATTENTION if cut or wrong else 0


def _show_resumed(request: Asked, found: tuple[Step, Sequence[Verdict]] | None) -> int:
    if found is None:
        Screen().line(request.words.translate("Nothing was cut short."))
        return 0
    step, verdicts = found
    if not request.json:
        told = say("A seal was cut short at the step {step}; it is now at its end.", step=STEPS[step])
        Screen().line(request.words.sentence(told), style="bold")
    return show_verdicts(request, verdicts, cut=step)


def _probers(request: Asked, named: Path | None, hospital: Hospital) -> tuple[Prober, ...]:
    path = named or request.home / PROBERS
    if named is None and not path.is_file():
        return ()
    return load_probers(path, {zone.id for zone in hospital.zones})


def _name(person: str | None) -> str:
    if not person or not person.strip():
        raise BadValueError(
            say("say who says so"),
            fix=say("write it as in {example}", example='--approve "A. Durand"'),
            where="--done",
        )
    return " ".join(person.split())
