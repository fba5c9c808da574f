"""A case as a page: everything that its template names, made from one look at it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import Response

from cloison.errors import CloisonError
from cloison.model.case import Case, CaseId, CaseStatus
from cloison.model.hospital import Hospital
from cloison.model.people import Right
from cloison.model.plan import Status
from cloison.ops.crisis import approvals_that_count
from cloison.ops.crisis_choices import BACKUPS
from cloison.ops.crisis_desk import View
from cloison.ops.crisis_motion import settle
from cloison.ops.crisis_names import name_of, passage_of
from cloison.ops.keeping import stages
from cloison.spread.suspects import suspect as by_zone
from cloison.ui.choices import advice, bought, where_first
from cloison.ui.sealing import PROOFS
from cloison.ui.vocabulary import CHOICES, KINDS, LEVELS
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_view import (
    MOVING,
    PROGRESS,
    Card,
    backup_card,
    cards_of,
    desk_of,
    levels_shown,
    lines_of,
    ship_of_view,
)
from cloison.ui.web.doors import Doors
from cloison.ui.web.once import Once
from cloison.ui.web.page import Page
from cloison.ui.web.section import Section
from cloison.ui.web.ship import Ship, draw_ship
from cloison.ui.web.speech import Speech
from cloison.words import Sentence, say

WIDE, NARROW = 640.0, 342.0
WIDE_LINES, NARROW_LINES = 7, 3
"""Widths of the two drawings, and the routes that each has room for."""

MOST_FINDINGS = 8
MOST_SUSPECTS = 10
MOST_NAMES = 400
"""Machines and passages offered in a list; with more, the name is typed."""

PREFERRED = ("robust", "optimal")
"""The choice that is shown first, where there is one."""

NAMES: dict[str, Sentence] = {**CHOICES, BACKUPS: say("isolate the backups")}

STAGES: tuple[Sentence, ...] = (
    say("from or to care"),
    say("between the hospital's other zones"),
    say("from or to the Internet, suppliers and backups"),
)


_ONCE: WeakKeyDictionary[Console, Once] = WeakKeyDictionary()


def once_of(console: Console) -> Once:
    """Give what keeps a console's cases ready."""
    return _ONCE.setdefault(console, Once())


def show_case(
    page: Page, name: CaseId, *, choice: str = "", fault: CloisonError | None = None, status: int = 200
) -> Response:
    """Answer with a case's page.

    Args:
        page: being made.
        name: the case.
        choice: the one whose doors are listed; empty: the one to prefer.
        fault: what was wrong with the form before.
        status: HTTP status.
    """
    desk = desk_of(page.console)
    values = _values(page, name, choice)
    view = values["view"]
    if view.case.merged_into is not None:
        return page.go(f"/situation/{view.case.merged_into}")
    wants_plan = view.case.status is CaseStatus.OPEN and (view.standing.plan is None or view.standing.outdated)
    unplanned = desk.unplanned(name)
    planning = view.planning or (
        wants_plan and unplanned is None and bool(view.suspicion) and not view.moving and desk.plan(name)
    )
    return page.render(
        "case.html",
        status=status,
        fault=fault,
        planning=planning,
        unplanned=unplanned,
        others=[case for case in desk.cases() if case.status is CaseStatus.OPEN and case.id != name],
        **values,
        **_own(page, values),
        renewed=False,
        frame=replace(page.frame(), opened_at=view.case.opened_at, drill=view.case.drill),
    )


def show_doors(page: Page, name: CaseId, choice: str, *, read: int, moved: bool) -> Response:
    """Answer with what moves of a case, for a page that renews it: doors, alerts, the ship; written once for all.

    Args:
        page: being made.
        name: the case.
        choice: the one whose doors are listed.
        read: number of the latest decision that the page knows.
        moved: doors moved when the page was made: once they are still, the whole page is made again.
    """
    values = _values(page, name, choice)
    rights = page.asking.visitor.rights
    key = ("renewed", values["stamp"], name, choice, read, page.language, rights)

    def write() -> str:
        own = {"may": _may(page), "renewed": True, "seen_last": read}
        return page.part("case-renewed.html", **{**values, **own})

    answer = page.answer_part(once_of(page.console).get(key, write))
    # Nobody types anything into the page of who only reads: a screen on a wall must not wait for a click.
    changed = values["standing"].last != read
    if not values["moving_now"] and (moved or (changed and rights <= {Right.READ})):
        answer.headers["HX-Refresh"] = "true"
    return answer


def show_calm(page: Page, hospital: Hospital | None, cases: Sequence[Case], fault: CloisonError | None) -> Response:
    """Answer with the page of a quiet night: how to open a case, and those that are over."""
    return page.render(
        "calm.html",
        status=422 if fault else 200,
        fault=fault,
        hospital=hospital,
        cases=cases[:20],
        names=offered(hospital) if hospital else (),
        may_open=Right.PLAN in page.asking.visitor.rights,
        may_bring=Right.SETTINGS in page.asking.visitor.rights,
    )


def acting(page: Page) -> tuple[str, str]:
    """Give who acts: account and name; a token acts for its person."""
    visitor = page.asking.visitor
    return (visitor.person.id if visitor.person else visitor.token or "", visitor.name)


def offered(hospital: Hospital) -> tuple[tuple[str, str], ...]:
    """Give what a person may doubt: (id, name), compartments first."""
    zones = [(str(zone.id), zone.name) for zone in hospital.zones]
    assets = [(str(asset.id), asset.name) for asset in hospital.assets]
    return tuple([*zones, *sorted(assets, key=lambda one: one[1].casefold())][:MOST_NAMES])


def preferred(view: View, cards: Sequence[Card]) -> str:
    """Name the choice to show first."""
    moving = {card.name for card in cards if card.doors}
    if view.standing.proposal:
        return view.standing.proposal.choice
    return next((name for name in PREFERRED if name in moving), "")


def _values(page: Page, name: CaseId, choice: str) -> dict[str, Any]:
    """Give what everybody is shown of a case, in the reader's language: read and weighed once, whoever asks."""
    desk = desk_of(page.console)
    stamp = desk.stamp(name)
    key = ("values", stamp, name, choice, page.language)
    return {**once_of(page.console).get(key, lambda: _made(page, settle(desk, name), choice)), "stamp": stamp}


def _may(page: Page) -> dict[str, bool]:
    return {right.value: right in page.asking.visitor.rights for right in Right}


def _own(page: Page, values: dict[str, Any]) -> dict[str, Any]:
    """Give what depends on who asks."""
    account = acting(page)[0]
    return {"mine": account in {approval.account for approval in values["given"]}, "may": _may(page)}


def _made(page: Page, view: View, choice: str) -> dict[str, Any]:
    if view.standing.outdated and not view.suspicion:
        view = replace(view, standing=replace(view.standing, plan=None))
    now = page.console.clock()
    cards = cards_of(view, now)
    choice = choice if choice in {*(card.name for card in cards), BACKUPS} else preferred(view, cards)
    levels = levels_shown(view, choice)
    lines = lines_of(view, levels)
    speech = Speech(page.words.knowing(view.hospital))
    ship = ship_of_view(view, levels)
    plan = view.standing.plan
    chosen = next((card for card in (*cards, backup_card(view, now)) if card.name == choice), None)
    proposal = view.standing.proposal
    given = approvals_that_count(view.standing, choice, tuple(sorted(levels.items())), page.console.clock())
    zones = {zone.id: zone.name for zone in view.hospital.zones}
    groups = stages(view.hospital, view.life)
    return {
        "named": speech,
        "view": view,
        "case": view.case,
        "standing": view.standing,
        "plan": plan,
        "cards": cards,
        "choice": choice,
        "chosen": chosen,
        "given": given,
        "proposal": proposal,
        "lines": lines,
        "seen_last": view.standing.last,
        "all_held": bool(levels) and set(levels) <= {*view.life.shut, *view.life.waiting},
        "held": bool(view.life.shut or view.life.waiting),
        "stages": [(STAGES[place], group) for place, group in enumerate(groups)],
        "backups": backup_card(view, now),
        "findings": view.case.findings,
        "most_findings": MOST_FINDINGS,
        "most_suspects": MOST_SUSPECTS,
        "suspects": view.case.incident.suspicion.assets,
        "asset_names": {asset.id: asset.name for asset in view.hospital.assets},
        "zone_names": zones,
        "by_people": [(name, name_of(view.hospital, name), chance) for name, chance in view.standing.suspects],
        "cleared": [(name, name_of(view.hospital, name)) for name in view.standing.cleared],
        "names": offered(view.hospital),
        "closable": _closable(view, zones),
        "pinned": [
            *((name, passage_of(view.hospital, name), "open") for name in view.standing.keep_open),
            *((name, passage_of(view.hospital, name), "shut") for name in view.standing.shut),
        ],
        "look_first": [where_first(look, view.hospital) for look in plan.look_first[:2]] if plan else [],
        "buys": bought(plan) if plan else {},
        "advice": advice(plan) if plan else None,
        "proved": plan is not None and plan.status is Status.OPTIMAL,
        "choices": NAMES,
        "ship": ship,
        "drawings": _drawings(page, ship),
        "kinds": KINDS,
        "level_words": LEVELS,
        "progress_words": PROGRESS,
        "proof_words": PROOFS,
        "moving_now": view.moving or (any(line.progress in MOVING for line in lines) and not view.cut_short),
        "closed": view.case.status is not CaseStatus.OPEN,
    }


def _drawings(page: Page, ship: Ship) -> list[tuple[str, Section, Doors]]:
    """Draw the ship at both widths; the dearest part of the page."""
    if not ship.hospital.zones:
        return []
    return [
        (prefix, *draw_ship(ship, (), page.say, width, most))
        for prefix, width, most in (("wide", WIDE, WIDE_LINES), ("narrow", NARROW, NARROW_LINES))
    ]


def _closable(view: View, zones: dict[Any, str]) -> list[tuple[str, str]]:
    """List passages that something can shut, those from doubted compartments first."""
    doubted = {zone for zone, _ in by_zone(view.hospital, view.suspicion)}
    movable = [conduit for conduit in view.hospital.conduits if conduit.enforced_by is not None]
    return [
        (str(conduit.id), f"{zones[conduit.from_]} → {zones[conduit.to]}")
        for conduit in sorted(movable, key=lambda conduit: conduit.from_ not in doubted)
    ][:MOST_NAMES]
