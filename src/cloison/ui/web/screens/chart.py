"""Carte: every place of the map, its passages, doors, leaks and machines; and the same as a sheet to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from cloison.chart.atlas import Rank
from cloison.model.hospital import Conduit, Level, Zone, ZoneId
from cloison.model.people import Right
from cloison.model.plan import ServiceState
from cloison.ui.vocabulary import KINDS, LEVELS, STATES
from cloison.ui.web.carte import Carte
from cloison.ui.web.carte_details import details_of
from cloison.ui.web.carte_graph import graph_of, written
from cloison.ui.web.carte_query import PLAN, SECTION, Query
from cloison.ui.web.carte_source import known_of
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage, Page
from cloison.ui.web.screen import Place
from cloison.words import say

PLACES = (Place(address="/carte", name=say("Map"), order=20),)
MOST_ROWS, MOST_PASSAGES, MOST_LEAKS, MOST_SUSPECTS = 150, 12, 150, 100
FEW_SERVICES, ALWAYS_SHOWN, MOST_SERVICES = 5, 3, 8
router = guarded_router()


@router.get("/carte")
@allowed(Right.READ, reads="carte")
def chart(page: OnPage) -> Response:
    """Show the map."""
    return _view(page)


@router.get("/carte/suite")
@allowed(Right.READ, reads="carte", background=True)
def chart_again(page: OnPage) -> Response:
    """Show the same to a page that asks by itself, because something changed: no gesture of a person's."""
    return _view(page)


def _view(page: Page) -> Response:
    known = known_of(page.console)
    if known is None:
        return page.render("no-map.html")
    grounds, overview = known.grounds, known.overview
    query = Query.of(page.request.query_params)
    carte = Carte(grounds, overview, query, page.say)
    found, count = carte.found() if query.find else ((), 0)
    return page.render(
        "carte.html",
        carte=carte,
        lines=carte.lines(),
        activities=carte.activities(),
        care_shown=_care_shown(carte),
        found=found,
        found_count=count,
        details=details_of(carte),
        drawings=carte.drawings() if query.view == SECTION else (),
        graph=written(graph_of(carte)) if query.view == PLAN else "",
        plan_words=written(_plan_words(page)),
        moment_words=_moment_words(carte, page),
        kinds=KINDS,
        level_words=LEVELS,
        state_words=STATES,
    )


@router.get("/carte/feuille")
@allowed(Right.READ, reads="carte")
def sheet(page: OnPage) -> Response:
    """Show compartments, leaks and suspects as tables, to print."""
    known = known_of(page.console)
    if known is None:
        return page.render("no-map.html")
    grounds, overview = known.grounds, known.overview
    carte = Carte(grounds, overview, Query(opened=()), page.say)
    zones = sorted(grounds.hospital.zones, key=lambda zone: -overview.board.chances.get(zone.id, 0.0))
    board = overview.board
    return page.render(
        "carte-sheet.html",
        rows=_rows(carte, zones[:MOST_ROWS]),
        rows_left=max(0, len(zones) - MOST_ROWS),
        leaks=overview.leaks,
        most_leaks=MOST_LEAKS,
        suspects=[
            (grounds.assets[asset], grounds.zones[grounds.assets[asset].zone], chance)
            for asset, chance in sorted(board.assets.items(), key=lambda each: (-each[1], each[0]))[:MOST_SUSPECTS]
            if asset in grounds.assets
        ],
        record_of=known.record_of,
        address_of_place=carte.link,
        kinds=KINDS,
        level_words=LEVELS,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A compartment on the sheet; `left` passages are not listed."""

    zone: Zone
    states: tuple[tuple[str, str], ...]
    passages: list[tuple[Conduit, str, Level]]
    left: int


def _care_shown(carte: Carte) -> int:
    """Count the care services shown at once: few are all shown; of many, those that are not as usual, or picked."""
    activities = carte.activities()
    if len(activities) <= FEW_SERVICES:
        return len(activities)
    unusual = sum(each.state is not ServiceState.NORMAL for each in activities)
    return min(max(unusual, ALWAYS_SHOWN), MOST_SERVICES)


def _rows(carte: Carte, zones: list[Zone]) -> list[Row]:
    hospital, board = carte.grounds.hospital, carte.overview.board
    wanted: dict[ZoneId, list[tuple[Conduit, str, Level]]] = {zone.id: [] for zone in zones}
    names = {zone.id: zone.name for zone in hospital.zones}
    for conduit in hospital.conduits:
        level = board.levels.get(conduit.id, Level.OPEN)
        for here, other in ((conduit.from_, conduit.to), (conduit.to, conduit.from_)):
            if here in wanted:
                wanted[here].append((conduit, names[other], level))
    return [
        Row(
            zone=zone,
            states=carte.states(carte.portrait(place)),
            passages=wanted[zone.id][:MOST_PASSAGES],
            left=max(0, len(wanted[zone.id]) - MOST_PASSAGES),
        )
        for zone in zones
        if (place := carte.grounds.atlas.place(f"{Rank.ZONE}:{zone.id}")) is not None
    ]


def _moment_words(carte: Carte, page: Page) -> str:
    moment = carte.moment or carte.overview.until
    return f"{page.say.day(moment)} {page.say.hour(moment)}" if isinstance(moment, datetime) else ""


def _plan_words(page: Page) -> Mapping[str, str]:
    """Give what the plan says by itself."""
    return {
        "plan": page.say("Plan of the map. The list beside it says the same."),
        "wait": page.say("The plan is being laid out…"),
        "failed": page.say("The plan could not be drawn. The list and the ship's section say the same."),
        "whole": page.say("Show it whole"),
        "nearer": page.say("Nearer"),
        "farther": page.say("Farther"),
    }
