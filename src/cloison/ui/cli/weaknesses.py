"""`cloison map --weaknesses`: what to mend in peacetime, told to people."""

from typing import TYPE_CHECKING

from cloison.model.hospital import Hospital
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import LEVELS
from cloison.words import Sentence, say, say_many

if TYPE_CHECKING:
    from cloison.ops.weaknesses import Change, SinglePoint, Weaknesses

_POINTS = 10


def show_weaknesses(screen: Screen, found: "Weaknesses", hospital: Hospital, words: Translator) -> None:
    """Print the passages worth changing, the single points, and the services without a fallback."""
    _show_entries(screen, found, hospital, words)
    screen.heading(words.translate("Passages whose change for good saves most care"))
    if found.changes:
        columns = ("Passage", "Change", "Care-hours saved", "Most from", "Door today")
        rows = [_change(each, found, hospital, words) for each in found.changes]
        screen.table([words.translate(name) for name in columns], rows, numbers=[2])
        screen.line(
            words.translate(
                "Each is weighed alone, none stops a care service as the map declares them, and intruders often have "
                "another way: close the first, then look again."
            )
        )
    else:
        screen.line(words.translate("None that can be told from chance without stopping care."), indent=2)
    screen.heading(words.translate("Single points: their loss alone stops several care services"))
    names = {service.id: service.name or service.id for service in hospital.care_services}
    for point in found.single_points[:_POINTS]:
        screen.line(words.sentence(_point(point)), indent=2)
        screen.line(", ".join(names[service] for service in point.services), style="dim", indent=4)
    if not found.single_points:
        screen.line(words.translate("none"), indent=2)
    screen.heading(words.translate("Care services with no degraded mode"))
    listed = ", ".join(names[service] for service in found.without_fallback)
    screen.line(listed or words.translate("none"), indent=2)


def _show_entries(screen: Screen, found: "Weaknesses", hospital: Hospital, words: Translator) -> None:
    zones = {zone.id: zone.name or zone.id for zone in hospital.zones}
    screen.heading(words.translate("What an intrusion costs if nothing is done for a day"))
    if not found.entries:
        screen.line(words.translate("The map has no way in: no Internet, supplier, office or mail server."), indent=2)
        return
    rows = [
        [zones[entry], f"{words.number(lost.mean)} ± {words.number(lost.standard_error)}"]
        for entry, lost in zip(found.entries, found.lost, strict=True)
    ]
    screen.table([words.translate(name) for name in ("It enters by", "Care-hours lost")], rows, numbers=[1])


def _change(change: "Change", found: "Weaknesses", hospital: Hospital, words: Translator) -> list[str]:
    zones = {zone.id: zone.name or zone.id for zone in hospital.zones}
    best = max(range(len(found.entries)), key=lambda place: change.by_entry[place].mean)
    return [
        change.conduit,
        words.sentence(LEVELS[change.level]),
        f"{words.number(change.saved.mean)} ± {words.number(change.saved.standard_error)}",
        zones[found.entries[best]],
        words.translate("yes") if change.closable else words.translate("no"),
    ]


def _point(point: "SinglePoint") -> Sentence:
    return say(
        "{name}: {services}, {care} care-hours an hour",
        name=point.leaf.partition(":")[2],
        services=say_many("{n} care service", "{n} care services", len(point.services)),
        care=round(point.care_per_hour, 1),
    )
