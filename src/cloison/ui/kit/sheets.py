"""The kit's pages as plain data in the reader's language: what `kit.typ` lays out."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from cloison import __version__
from cloison.model.hospital import CareService, Hospital
from cloison.ops.kit import STALE, Kit, PaperDoor, PaperPoint
from cloison.recover.restart import CORE
from cloison.store.contacts_file import Contact, depths
from cloison.ui.kit.cards import CARDS
from cloison.ui.kit.drawing import section_svg
from cloison.ui.kit.names import Names
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import KINDS
from cloison.ui.web.speech import legible
from cloison.words import Sentence, say, say_many

Page: TypeAlias = dict[str, Any]

MOST_NAMED = 400
"""Compartments in the table; the drawing puts together those of a kind when there are many."""
MOST_IN_MATRIX = 24
MOST_LISTED = 12
BLANK_CONTACTS = 4
FUNCTIONS: tuple[Sentence, ...] = (
    say("Director on duty"),
    say("Security officer"),
    say("On-call administrator, network"),
    say("On-call administrator, systems"),
    say("Biomedical engineer on call"),
    say("Head of nursing"),
    say("Doctor who regulates (SAMU)"),
    say("Pharmacist on call"),
    say("Biologist on call"),
    say("Regional health agency, duty officer"),
    say("Health sector's CERT"),
    say("Group's other hospitals"),
    say("Police or gendarmerie"),
    say("Telephone operator"),
)
"""Those whom hospitals under attack had to reach, for a table to fill by hand."""


def pages(kit: Kit, words: Translator) -> Page:
    """Say the whole kit."""
    names = Names(kit.hospital, words)
    return {
        **_around(kit, words),
        "cover": _cover(kit, words),
        "contacts": _contacts(kit, words),
        **_doors(kit, names, words),
        **_cards(kit, words),
        **_care(kit, names, words),
        "restart": _restart(kit, names, words),
        "map": _map(kit.hospital, words),
    }


def _around(kit: Kit, words: Translator) -> Page:
    stamp = say(
        "Cloison {program}, map {version}, printed from data of {moment}",
        program=__version__,
        version=kit.version,
        moment=kit.made_at,
    )
    return {
        "lang": words.language,
        "program": f"Cloison {__version__}",
        "title": words.translate("Paper kit"),
        "hospital": legible(kit.hospital.name),
        "drill": kit.drill,
        "exercise": "EXERCICE",
        "tlp": "TLP:AMBER",
        "stamp": words.sentence(stamp),
        "page": words.translate("page {n} of {total}"),
    }


def _cover(kit: Kit, words: Translator) -> Page:
    name, telephone = kit.on_call
    first = (
        say("Write down the hour of the doubt: it is T0. From now on everything is written with its hour."),
        say("Isolate the backups: the doors marked ◆ on the door sheets."),
        say("Call by the contacts tree. Each takes the reflex card of their role."),
        say("The crisis director decides the doors; whoever goes there takes the door sheet and a telephone."),
        say("Each unit takes its degraded-mode sheet and its box of forms."),
    )
    return {
        "drill": words.translate("This hospital is invented: this kit is for exercises only."),
        "made": words.sentence(say("Made on {moment}, from map {version}.", moment=kit.made_at, version=kit.version)),
        "until": words.sentence(say("Replace it after {moment}.", moment=kit.made_at + STALE)),
        "on_call": words.sentence(say("On call: {name}, {telephone}", name=legible(name), telephone=legible(telephone)))
        if name or telephone
        else words.translate("On call: ________________________   telephone: ________________________"),
        "first_title": words.translate("First"),
        "first": [words.sentence(one) for one in first],
        "contents": words.translate("Pages"),
    }


def _contacts(kit: Kit, words: Translator) -> Page:
    contacts = kit.contacts or tuple(Contact(function=words.sentence(one)) for one in FUNCTIONS)
    told = (
        say("Call in this order, each calls those under them. Nobody answers: go on to the next, come back later.")
        if kit.contacts
        else say(
            "No contact is known (docs/kit.md: contacts.toml): fill in by hand, in pencil, and check every quarter."
        )
    )
    return {
        "title": words.translate("Contacts tree"),
        "note": words.sentence(told),
        "columns": ["", *_each(words, "Function", "Name", "Telephone", "Otherwise", "Reached at")],
        "rows": [
            {
                "depth": depth,
                "function": legible(one.function),
                "name": legible(one.name),
                "telephone": legible(one.telephone),
                "instead": legible(one.instead),
            }
            for one, depth in zip(contacts, depths(contacts), strict=True)
        ],
        "blank": BLANK_CONTACTS,
    }


def _doors(kit: Kit, names: Names, words: Translator) -> Page:
    number, sheets = 0, []
    for turn, point in enumerate(kit.points, start=1):
        rows = []
        for door in point.doors:
            number += 1
            rows.append({"number": str(number), **_door(door, names.zones, words)})
        sheets.append({**_point(point, turn, words), "rows": rows})
    left = say_many(
        "{n} more door is not printed: the map has too many for paper.",
        "{n} more doors are not printed: the map has too many for paper.",
        kit.left_out,
    )
    none = say("The map has no door that can be shut: give passages an enforcement point (docs/map.md).")
    return {
        "doors": sheets,
        "door_words": {
            "title": words.translate("Door sheets"),
            "place": words.translate("Place:"),
            "person": words.translate("Who goes there:"),
            "first": words.translate("◆ backups: first"),
            "columns": ["", "", *_each(words, "Door, passages that it shuts", "Care that it stops", "Time", "Shut at")],
        },
        "doors_left_out": words.sentence(left) if kit.left_out else "",
        "no_door": "" if sheets else words.sentence(none),
    }


def _point(point: PaperPoint, turn: int, words: Translator) -> Page:
    by_hand = say(
        "By hand: unplug the cable of the passage, leave it hanging, tie this sheet's number to it. Two people, one "
        "reads, one pulls. Then call the crisis cell."
    )
    by_device = say(
        "With Cloison: page Situation, or `cloison seal`. Without it: on the device's own console, refuse these "
        "passages before any rule that accepts, and end the connections that are open; failing that, unplug the "
        "passage's cable."
    )
    return {
        "title": words.sentence(say("Doors {n}: {point}", n=turn, point=legible(str(point.point.id)))),
        "place": legible(point.point.place) if point.point.place else "________________",
        "person": legible(point.point.person) if point.point.person else "________________",
        "how": words.sentence(by_hand if point.point.driver == "manual" else by_device),
    }


def _door(door: PaperDoor, names: Mapping[str, str], words: Translator) -> Page:
    shown = door.conduits[:MOST_LISTED]
    more = len(door.conduits) - len(shown)
    stops = [_stopped(door.stops, words)]
    if door.stops and len(door.stops_at_lifeline) < len(door.stops):
        told = say("with its lifelines left through: {services}", services=_stopped(door.stops_at_lifeline, words))
        stops.append(words.sentence(told))
    return {
        "first": door.first,
        "name": legible(door.name),
        "passages": [
            {
                "ends": f"{names[conduit.from_]} → {names[conduit.to]}",
                "services": ", ".join(conduit.services[:4]) + (", …" if len(conduit.services) > 4 else ""),  # noqa: PLR2004 - a line
            }
            for conduit in shown
        ],
        "more": words.sentence(say_many("and {n} more", "and {n} more", more)) if more else "",
        "stops": stops,
        "minutes": words.sentence(say("{n} min", n=max(round(door.minutes), 1))),
    }


def _stopped(services: tuple[CareService, ...], words: Translator) -> str:
    if not services:
        return words.translate("none")
    listed = ", ".join(legible(service.name) for service in services[:MOST_LISTED])
    more = len(services) - MOST_LISTED
    return listed if more <= 0 else f"{listed} {words.sentence(say_many('and {n} more', 'and {n} more', more))}"


def _cards(kit: Kit, words: Translator) -> Page:
    return {
        "cards": [
            {
                "role": words.sentence(card.role),
                "when": words.sentence(card.when),
                "steps": [{"by": words.sentence(one.by), "what": words.sentence(one.what)} for one in card.steps],
                "never": [words.sentence(one) for one in card.never],
            }
            for card in CARDS
        ],
        "card_words": {
            "kind": words.translate("Reflex card"),
            "when": words.translate("When:"),
            "call": words.translate("Number to call:"),
            "number": legible(" ".join(part for part in kit.on_call if part)),
            "t0": words.translate("T0:"),
        },
    }


def _care(kit: Kit, names: Names, words: Translator) -> Page:
    return {
        "care": [_sheet(kit, service, names, words) for service in kit.hospital.care_services],
        "care_words": {
            "kind": words.translate("Degraded-mode sheet"),
            "needs": words.translate("What it needs"),
            "procedure": words.translate("Procedure"),
            "to_write": words.translate(
                "None is written in Cloison (page Care): write it here, and where the whole of it is kept."
            ),
            "forms": words.translate("Paper forms"),
            "form_columns": _each(words, "Form", "Left", "Place", "Counted on"),
            "watch": words.translate("Watch"),
            "watch_columns": _each(words, "Hour", "Patients", "What is missing, what is done instead", "Name"),
        },
    }


def _loss(service: CareService, words: Translator) -> str:
    if service.max_loss_hours is None:
        return words.translate("not in the map: ________ h")
    return words.sentence(say("{hours} h", hours=service.max_loss_hours))


def _sheet(kit: Kit, service: CareService, names: Names, words: Translator) -> Page:
    mode = service.degraded
    held = say(
        "{share} of its care, for {hours} at most",
        share=_share(mode.capacity, words),
        hours=_span(mode.hours, words),
    )
    return {
        "name": legible(service.name),
        "facts": [
            [
                words.translate("Degraded mode"),
                words.sentence(held if mode.hours else say("none: without its systems it stops")),
            ],
            [words.translate("DMIA (RTO)"), words.sentence(_span(mode.hours, words) if mode.hours else say("0 h"))],
            [words.translate("PDMA (RPO)"), _loss(service, words)],
            [words.translate("Time to rebuild"), words.sentence(_span(service.restore_hours, words))],
            [
                words.translate("On an ordinary day"),
                words.sentence(say("{care} care-hours an hour", care=round(service.care_per_hour, 1))),
            ],
        ],
        "needs": [{"depth": depth, "text": text} for depth, text in names.tree(service.needs)],
        "procedure": legible(kit.procedures.get(service.id, ""), limit=2000),
        "forms": [
            [legible(form.name), words.number(form.count), legible(form.place), words.day(form.at)]
            for form in kit.forms
            if form.service == service.id
        ],
    }


def _restart(kit: Kit, names: Names, words: Translator) -> Page:
    hospital = kit.hospital
    core = [zone for zone in hospital.zones if zone.kind in CORE]
    within = {zone.id for zone in core}
    machines = [legible(one.name) for one in hospital.assets if one.zone in within]
    rows = []
    if core:
        more = len(machines) - MOST_LISTED
        listed = ", ".join(machines[:MOST_LISTED]) or ", ".join(legible(zone.name) for zone in core)
        if more > 0:
            listed += " " + words.sentence(say_many("and {n} more", "and {n} more", more))
        rows.append({"number": "0", "what": words.translate("Trusted core"), "needs": listed, "hours": ""})
    services = {service.id: service for service in hospital.care_services}
    for number, step in enumerate(kit.restart, start=1):
        needs = "; ".join(names.of(leaf) for leaf in step.needs)
        rows.append(
            {
                "number": str(number),
                "what": legible(services[step.service].name),
                "needs": needs or words.translate("nothing more"),
                "hours": words.sentence(say("{hours} h", hours=services[step.service].restore_hours)),
            }
        )
    return {
        "title": words.translate("Restart order"),
        "note": words.translate(
            "When everything is to be rebuilt. What others need first, then what makes most care for the hours it "
            "takes. The crisis cell may decide otherwise: write why. Nothing comes back before it is told clean."
        ),
        "columns": ["", "", *_each(words, "Activity", "To bring back for it", "Rebuilt in", "Back at")],
        "rows": rows,
    }


def _map(hospital: Hospital, words: Translator) -> Page:
    zones = hospital.zones
    note = say(
        "Compartments from the outside world, at the top, to what must survive. A dashed box is a door, or their count."
    )
    small = len(zones) <= MOST_IN_MATRIX
    return {
        "title": words.translate("Map"),
        "note": words.sentence(note if zones else say("The map holds no compartment yet.")),
        "drawing": section_svg(hospital, words) if zones else "",
        "table": words.translate("Compartments"),
        "columns": ["", *_each(words, "Compartment", "Kind", "Networks")],
        "rows": [
            [
                str(number),
                legible(zone.name),
                words.sentence(KINDS[zone.kind]),
                ", ".join(str(network) for network in zone.networks[:6]) + (", …" if len(zone.networks) > 6 else ""),  # noqa: PLR2004 - a line
            ]
            for number, zone in enumerate(zones[:MOST_NAMED], start=1)
        ],
        "more": words.sentence(say_many("and {n} more", "and {n} more", len(zones) - MOST_NAMED))
        if len(zones) > MOST_NAMED
        else "",
        "passages": words.translate("Passages"),
        "legend": words.translate("From the line to the column. ● it can be shut; ○ nothing can shut it."),
        "matrix": _matrix(hospital) if small else [],
    }


def _matrix(hospital: Hospital) -> list[list[str]]:
    places = {zone.id: place for place, zone in enumerate(hospital.zones)}
    signs = [["" for _ in places] for _ in places]
    for conduit in hospital.conduits:
        row = signs[places[conduit.from_]]
        # One passage that stays open keeps the way open, whatever others do.
        open_for_good = conduit.enforced_by is None or row[places[conduit.to]] == "○"
        row[places[conduit.to]] = "○" if open_for_good else "●"
    return signs


def _each(words: Translator, *templates: str) -> list[str]:
    return [words.translate(template) for template in templates]


def _share(share: float, words: Translator) -> Sentence:
    return say("{n} %", n=words.number(100 * share))


def _span(hours: float, words: Translator) -> Sentence:
    if hours < 72:  # noqa: PLR2004 - three days: below, people count in hours
        return say("{n} h", n=words.number(hours))
    return say("{n} h ({days})", n=words.number(hours), days=say_many("{n} day", "{n} days", round(hours / 24)))
