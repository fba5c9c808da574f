"""The state of the map's places and passages, for whoever looks at it: from a story, or from a home as it is now."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from cloison.chart.outlook import Board, Span
from cloison.enforce.life import life_of
from cloison.model.addressing import AddressBook
from cloison.model.case import CaseId
from cloison.model.hospital import AssetId, CareServiceId, ConduitId, Hospital, Level, ZoneId
from cloison.model.leak import LeakReport
from cloison.model.noun import noun
from cloison.model.plan import ServiceState
from cloison.ops.activities import Shut, activities
from cloison.ops.crisis_desk import Desk
from cloison.ops.sightings import Sightings, leak_lines
from cloison.ops.story import Story
from cloison.spread.suspects import suspect
from cloison.store.decisions import declared
from cloison.store.headline import headline
from cloison.store.journal import records_now


@noun
class Overview:
    """What is known of a map now.

    Attributes:
        planned: the doors are those that a plan asks for; none has moved.
        leaks: None: nothing was ever read.
        care: how each care service goes, or would go under the plan; normal ones may be left out.
        since, until: first and last moment seen; None: nothing was.
    """

    hospital: Hospital
    board: Board
    planned: bool
    leaks: LeakReport | None
    care: Mapping[CareServiceId, ServiceState]
    since: datetime | None
    until: datetime | None


def of_story(story: Story) -> Overview:
    """Show a story: suspicion and doors as its plan has them, passages as its map learned them."""
    hospital = story.hospital
    suspected = story.plan.parameters.suspicion if story.plan else story.incident.suspicion.zones
    levels = {action.conduit: action.level for action in story.plan.actions} if story.plan else {}
    lines = leak_lines(story.leaks.leaks, AddressBook(hospital))
    learned = {(one.from_, one.to): one.learned for one in hospital.conduits if one.learned}
    board = Board(
        chances={zone: chance for zone, chance in suspected if chance > 0},
        assets={one.asset: one.probability for one in story.incident.suspicion.assets if one.asset is not None},
        levels={conduit: level for conduit, level in levels.items() if level is not Level.OPEN},
        sealed=_sealed(hospital, levels),
        leaks=lines,
        passages={way: Span(first=seen.first, last=seen.last) for way, seen in learned.items()} or None,
    )
    moments = [*(each for line in lines for each in (line.first, line.last)), *_ends(board)]
    return Overview(
        hospital=hospital,
        board=board,
        planned=story.plan is not None,
        leaks=story.leaks,
        care={each.service: each.state for each in story.plan.care} if story.plan else {},
        since=min(moments, default=None),
        until=max(moments, default=None),
    )


def of_now(desk: Desk, hospital: Hospital, sightings: Sightings) -> Overview:
    """Show the map as it is now: what the open case makes suspect, doors as the journal has them, what was seen.

    Raises:
        DatabaseError, BadValueError: the case cannot be read.
        BadJournalError: the doors' journal was altered.
    """
    incident = headline(desk.database)
    assets: dict[AssetId, float] = {}
    chances: Mapping[ZoneId, float] = {}
    home = desk.home
    if incident is not None:
        view = desk.look(CaseId(incident.case))
        known = {asset.id for asset in hospital.assets}
        assets = {AssetId(name): chance for name, chance in view.suspicion if name in known and chance > 0}
        chances = dict(suspect(hospital, _on_map(hospital, view.suspicion)))
        life = view.life
    else:
        life = life_of(records_now(home))
    said = declared(desk.database, incident.opened_at) if incident else ()
    levels = {conduit: placed.door.level for conduit, placed in (life.shut | life.waiting).items()}
    board = Board(
        chances={zone: chance for zone, chance in chances.items() if chance > 0},
        assets=assets,
        levels={conduit: level for conduit, level in levels.items() if level is not Level.OPEN},
        sealed=_sealed(hospital, levels),
        leaks=sightings.leaks,
        passages=sightings.passages,
        machines=sightings.machines,
    )
    moments = _ends(board)
    return Overview(
        hospital=hospital,
        board=board,
        planned=False,
        leaks=sightings.report,
        care={
            each.service.id: each.state
            for each in activities(hospital, Shut(levels=tuple(levels.items())), chances, said, (), now=desk.clock())
        },
        since=min(moments, default=None),
        until=max(moments, default=None),
    )


def _on_map(hospital: Hospital, suspicion: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Leave out what a newer map does not know any more."""
    known = {*(str(zone.id) for zone in hospital.zones), *(str(asset.id) for asset in hospital.assets)}
    return [(name, chance) for name, chance in suspicion if name in known]


def _sealed(hospital: Hospital, levels: Mapping[ConduitId, Level]) -> frozenset[ZoneId]:
    """Give the compartments all of whose doors are closed."""
    doors: dict[ZoneId, set[Level]] = {}
    for conduit in hospital.conduits:
        level = levels.get(conduit.id, Level.OPEN)
        doors.setdefault(conduit.from_, set()).add(level)
        doors.setdefault(conduit.to, set()).add(level)
    return frozenset(zone for zone, found in doors.items() if found == {Level.CLOSED})


def _ends(board: Board) -> list[datetime]:
    spans = [*(board.passages or {}).values(), *(board.machines or {}).values()]
    return [moment for span in spans for moment in (span.first, span.last)]
