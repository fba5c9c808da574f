"""The crisis desk: a case read whole, decided upon by people, and its doors moved behind the page that asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.life import Life, life_of
from cloison.errors import ActedBeforeError, BadValueError, CloisonError
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.model.crisis import Decision, DecisionKind
from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.model.incident import Incident, IncidentId, Suspicion
from cloison.model.logbook import Author, Draft
from cloison.model.noun import noun
from cloison.model.plan import PlanParameters
from cloison.model.sealing import Record, Step
from cloison.ops import crisis
from cloison.ops.crisis import Standing, stand
from cloison.ops.crisis_doors import DoorNow, Run, doors_now, latest_run
from cloison.ops.crisis_names import name_of, passage_of
from cloison.ops.crisis_work import DOORS, Worker
from cloison.ops.moving import Means
from cloison.ops.responding import make_plan
from cloison.spread.suspects import suspect as by_zone
from cloison.store.cases import cases, load_case
from cloison.store.database import Database
from cloison.store.decisions import decide, decided
from cloison.store.journal import is_held, journal_size, records_now
from cloison.store.probers import load_probers
from cloison.words import Sentence, say, say_many, verbatim

PLANNING_SECONDS = 30.0
"""Most plans take less than one; on a slow machine the other choices are weighed after the proof."""

TRIES = 20
"""Times that something is written again when people decide meanwhile."""

BESIDE = frozenset({"sensors", "logbook", "notices", "people"})
"""Topics that say nothing of a case; the first one changes every second or two."""

PROBERS = "probers.toml"
DRILLS = "exercices"

By = tuple[str, str]
"""Account and name of who acts."""


@noun
class View:
    """A case as it is now.

    Attributes:
        decisions: its history.
        standing: where they lead.
        suspicion: (asset or zone, chance) that a plan made now would rest on.
        records: the journal of its devices.
        life: where every door of its devices stands, as their journal says.
        doors: the same doors, and those on their way.
        run: the latest seal or opening.
        cut_short: the step at which one was cut short; None: none was.
        moving: doors move now, by this or another program.
        planning: a plan is being made.
        stale: alerts changed the suspicion since the plan.
    """

    case: Case
    hospital: Hospital
    decisions: tuple[Decision, ...]
    standing: Standing
    suspicion: tuple[tuple[str, float], ...]
    records: tuple[Record, ...]
    life: Life
    doors: Mapping[ConduitId, DoorNow]
    run: Run | None
    cut_short: Step | None
    moving: bool
    planning: bool
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One hospital's desk.

    Attributes:
        home: where the doors' journal is.
        hospital: reads the map; None: there is none yet.
        clock: UTC.
    """

    home: Path
    database: Database
    hospital: Callable[[], Hospital | None]
    clock: Callable[[], datetime]
    worker: Worker

    def means(self, case: Case, hospital: Hospital) -> Means:
        """Give that with which doors move: for an exercise, a journal and devices of its own."""
        if case.drill:
            return Means(home=self.home / DRILLS / case.id, clock=self.clock)
        path = self.home / PROBERS
        probers = load_probers(path, {zone.id for zone in hospital.zones}) if path.is_file() else ()
        return Means(home=self.home, probers=probers, clock=self.clock)

    def map_of(self, case: Case) -> Hospital:
        """Give the map on which a case acts: in an exercise, devices are in memory and people are real.

        Raises:
            BadValueError: there is no map.
        """
        return rehearsed(self._map()) if case.drill else self._map()

    def _map(self) -> Hospital:
        hospital = self.hospital()
        if hospital is None:
            raise BadValueError(
                say("there is no map yet"), fix=say("import one, or let the traffic propose it"), where="hospital.toml"
            )
        return hospital

    def look(self, name: CaseId) -> View:
        """Read a case, its decisions and its doors, all as they are now.

        Raises:
            UnknownIdError: there is no such case.
            BadValueError: there is no map.
            BadJournalError: the doors' journal was altered.
        """
        case = load_case(self.database, name)
        hospital = self.map_of(case)
        decisions = decided(self.database, name)
        standing = stand(decisions)
        if case.status is CaseStatus.OPEN:  # a case that people closed opens again by a new alert
            standing = replace(standing, closed=False)
        home = self.means(case, hospital).home
        busy = self.worker.busy(DOORS) or is_held(home)
        records = records_now(home)
        life = life_of(records)
        suspicion = crisis.doubts(hospital, case.incident.suspicion, standing)
        asked = dict(standing.plan.parameters.suspicion) if standing.plan else None
        return View(
            case=case,
            hospital=hospital,
            decisions=decisions,
            standing=standing,
            suspicion=suspicion,
            records=records,
            life=life,
            doors=doors_now(records),
            run=latest_run(records),
            cut_short=life.underway.last[0] if life.underway and not busy else None,
            moving=busy,
            planning=self.worker.busy(_planning(name)),
            stale=asked is not None and _apart(asked, dict(by_zone(hospital, suspicion))),
        )

    def stamp(self, name: CaseId) -> tuple[object, ...]:
        """Give what changes whenever a case, its map, its doors or what goes on behind it does: cheap to ask for.

        Raises:
            DatabaseError: it does not answer.
            BadMapError, MissingFileError: the map cannot be read.
        """
        numbers = sorted(self.database.revisions().items())
        homes = (self.home, self.home / DRILLS / name)
        return (
            tuple((topic, number) for topic, number in numbers if topic not in BESIDE),
            tuple((journal_size(home), is_held(home)) for home in homes),
            self.worker.busy(DOORS),
            self.worker.busy(_planning(name)),
            _Itself(self.hospital()),
        )

    def cases(self) -> tuple[Case, ...]:
        """Give every case, the latest first."""
        return cases(self.database)

    def open_by_hand(self, name: str, chance: float, note: str, by: By) -> CaseId:
        """Open a case because somebody doubts a machine or a compartment, alerts or not.

        Raises:
            UnknownIdError, BadValueError: see `cloison.ops.crisis.suspect`, or there is no map.
        """
        now, hospital = self.clock(), self._map()
        place = CaseId(sha256(f"{by[0]}|{name}|{now.isoformat()}".encode()).hexdigest()[:12])
        case = Case(
            id=place,
            incident=Incident(
                opened_at=now,
                first_act=None,
                findings=(),
                suspicion=Suspicion(assets=(), zones=()),
                id=IncidentId(place),
                title=say("{person} doubts {name}", person=by[1], name=name_of(hospital, name)),
            ),
            findings=(),
            places=(),
            status=CaseStatus.OPEN,
            opened_at=now,
            changed_at=now,
            opened_by=by[0],
        )
        doubt = crisis.suspect(name, chance, Standing(), hospital, now=now, by=by)
        opened = say(
            "{person} opens a case: {name} is doubted ({chance})",
            person=by[1],
            name=name_of(hospital, name),
            chance=chance,
        )
        told = [self.entry(case, opened, by)]
        if note.strip():
            told.append(self.entry(case, verbatim(note.strip()[: crisis.LONGEST_NOTE]), by))
        decide(self.database, place, doubt, *told, state=case)
        return place

    def suspect(self, name: CaseId, what: str, chance: float, by: By) -> None:
        """Doubt a machine or a compartment more, less, or no more.

        Raises:
            UnknownIdError, BadValueError, ActedBeforeError: see `cloison.ops.crisis.suspect`, `decide`.
        """
        view = self.look(name)
        named = name_of(view.hospital, what)
        decision = crisis.suspect(what, chance, view.standing, view.hospital, now=self.clock(), by=by)
        said = (
            say("{person} doubts {name} ({chance})", person=by[1], name=named, chance=chance)
            if chance
            else say("{person} looked at {name} and found it healthy", person=by[1], name=named)
        )
        decide(self.database, name, decision, self.entry(view.case, said, by))

    def pin(self, name: CaseId, conduit: str, wish: str, by: By) -> None:
        """Keep a door open or shut whatever the plan would have; "free" gives it back.

        Raises:
            UnknownIdError, BadValueError, ActedBeforeError: see `cloison.ops.crisis.pin`, `decide`.
        """
        view = self.look(name)
        decision = crisis.pin(conduit, wish, view.standing, view.hospital, now=self.clock(), by=by)
        named = passage_of(view.hospital, conduit)
        wishes = {
            "open": say("{person} keeps {conduit} open in the plan", person=by[1], conduit=named),
            "shut": say("{person} has {conduit} shut in the plan", person=by[1], conduit=named),
            "free": say("{person} gives {conduit} back to the plan", person=by[1], conduit=named),
        }
        decide(self.database, name, decision, self.entry(view.case, wishes[wish], by))

    def plan(self, name: CaseId) -> bool:
        """Make a plan behind the page; False: one is being made, or nothing is suspected."""
        view = self.look(name)
        if not view.suspicion:
            return False
        return self.worker.start(_planning(name), lambda: self._plan(name))

    def unplanned(self, name: CaseId) -> CloisonError | None:
        """Give why the last plan of a case could not be made; None: it could, or one is being made."""
        problem = self.worker.problem(_planning(name))
        if problem is None or isinstance(problem, CloisonError):
            return problem
        return CloisonError(
            say("unexpected fault: {kind}", kind=type(problem).__name__),
            fix=say("open the page again; if it happens again, tell whoever maintains Cloison"),
            where=name,
        )

    def _plan(self, name: CaseId) -> None:
        view = self.look(name)
        parameters = PlanParameters(
            suspicion=by_zone(view.hospital, view.suspicion),
            keep_open=view.standing.keep_open,
            shut=view.standing.shut,
            time_limit_seconds=PLANNING_SECONDS,
        )
        made = make_plan(view.hospital, parameters, suspects=view.suspicion)
        said = say_many(
            "Seal plan made: {n} passage to shut, {sealed} care-hours lost instead of {nothing}",
            "Seal plan made: {n} passages to shut, {sealed} care-hours lost instead of {nothing}",
            len(made.actions),
            sealed=round(made.sealed.care_hours, 1),
            nothing=round(made.nothing.care_hours, 1),
        )
        for _ in range(TRIES):
            # People may decide while the planner thinks; a plan of what was doubted or pinned before is no use.
            now = stand(decided(self.database, name))
            if _asked(now) != _asked(view.standing):
                return
            try:
                decide(self.database, name, crisis.planned(made, now, now=self.clock()), self.entry(view.case, said))
            except ActedBeforeError:
                continue
            return

    def withdraw(self, name: CaseId, by: By) -> None:
        """Take back the approvals given, before the doors move."""
        view = self.look(name)
        decision = Decision(
            number=view.standing.last + 1,
            at=self.clock(),
            kind=DecisionKind.WITHDRAW,
            account=by[0],
            person=by[1],
        )
        said = say("{person} takes back the approvals: no door moves", person=by[1])
        decide(self.database, name, decision, self.entry(view.case, said, by))

    def close(self, name: CaseId, note: str, by: By) -> None:
        """Say that a case is over.

        Raises:
            BadValueError: doors are still shut, or no reason is given.
        """
        view, now = self.look(name), self.clock()
        decision = crisis.close(view.standing, now=now, by=by, note=note)
        closed = replace(view.case, status=CaseStatus.CLOSED, closed_at=now, changed_at=now)
        said = say("{person} closes the case: {note}", person=by[1], note=decision.note)
        decide(self.database, name, decision, self.entry(view.case, said, by), state=closed)

    def entry(self, case: Case, text: Sentence, by: By | None = None) -> Draft:
        """Make an entry for the logbook: a person's, or Cloison's own."""
        author = by[1] if by else "Cloison"
        kind = Author.PERSON if by else Author.MACHINE
        return Draft(author=author, account=by[0] if by else "", kind=kind, text=text, case=case.id, drill=case.drill)


def digest(levels: Sequence[tuple[ConduitId, Level]]) -> str:
    """Sum up doors, so that what is approved is what was shown."""
    return sha256("\n".join(f"{conduit}={level.value}" for conduit, level in sorted(levels)).encode()).hexdigest()[:16]


def rehearsed(hospital: Hospital) -> Hospital:
    """Put devices in memory: in an exercise no real door moves; what people move, they are told to pretend."""
    by_hand = {name for name, driver in known_drivers().items() if driver.by_hand}
    return replace(
        hospital,
        enforcement_points=tuple(
            point if point.driver in by_hand else replace(point, driver="memory", address=None)
            for point in hospital.enforcement_points
        ),
    )


def _asked(standing: Standing) -> tuple[object, ...]:
    """Give what a plan rests on of what people decided."""
    return (standing.suspects, standing.cleared, standing.keep_open, standing.shut)


class _Itself:
    """A map, told from another by which one it is: comparing two of them whole takes longer than a page."""

    __slots__ = ("hospital",)

    def __init__(self, hospital: Hospital | None) -> None:
        self.hospital = hospital

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.hospital is other.hospital

    def __hash__(self) -> int:
        return id(self.hospital)


def _planning(name: CaseId) -> str:
    return f"plan {name}"


def _apart(one: Mapping[ZoneId, float], other: Mapping[ZoneId, float]) -> bool:
    """Tell whether two suspicions differ by what a person would see."""
    return any(abs(one.get(zone, 0.0) - other.get(zone, 0.0)) >= 0.01 for zone in {*one, *other})  # noqa: PLR2004
