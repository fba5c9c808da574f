"""What the ship's section shows of a story: compartments, their state, their passages."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cloison.model.hospital import Conduit, ConduitId, Hospital, Level, Zone, ZoneId, ZoneKind
from cloison.model.leak import Leak, LeakKind
from cloison.ops.story import Story
from cloison.ui.vocabulary import KINDS, LEVELS
from cloison.ui.web.carte_query import ADDRESS, address_of_zone
from cloison.ui.web.doors import Doors, Passage, hang, most_marks
from cloison.ui.web.lettering import ELLIPSIS
from cloison.ui.web.section import Compartment, Section, lay_out
from cloison.ui.web.speech import NAME_LIMIT, Speech, legible
from cloison.words import say_many

DECKS: Mapping[ZoneKind, int] = {
    ZoneKind.INTERNET: 0,
    ZoneKind.SUPPLIER: 0,
    ZoneKind.OFFICE: 1,
    ZoneKind.IDENTITY: 1,
    ZoneKind.SERVER: 2,
    ZoneKind.CARE: 3,
    ZoneKind.BIOMEDICAL: 4,
    ZoneKind.OT: 4,
    ZoneKind.BACKUP: 5,
    ZoneKind.MANAGEMENT: 5,
}
LOST = 0.9
"""From this probability on, a compartment is called compromised."""
SERIOUS = 0.3
"""Below it, a suspected compartment is hatched lightly: a whisper everywhere must not hide the voice."""
MOST_ROOMS = 40
"""Beyond it, compartments that nothing singles out are drawn as one room a kind."""
SINGLED_OUT = 24
_MOVED, _LEAK, _SUSPECT = 100.0, 50.0, 10.0


@dataclass(frozen=True, slots=True)
class Ship:
    """The state of every compartment and passage, as the plan would have it.

    Attributes:
        chances: zone -> probability that it is compromised; zones at zero are left out.
        levels: conduit -> level of its door under the plan; conduits left open are left out.
        sealed: zones all of whose passages the plan closes.
        spared: zones whose passages all are closed or pass lifeline flows only.
        proved: zones all of whose passages are shut now, and proved so.
    """

    hospital: Hospital
    chances: Mapping[ZoneId, float]
    levels: Mapping[ConduitId, Level]
    sealed: frozenset[ZoneId]
    spared: frozenset[ZoneId]
    proved: frozenset[ZoneId] = frozenset()

    def states(self, zone: ZoneId, speech: Speech) -> tuple[str, ...]:
        """Say a zone's state in words, one line each."""
        said = []
        chance = self.chances.get(zone, 0.0)
        if _lost(chance):
            said.append(speech("compromised {chance}", chance=speech.chance(chance)))
        elif chance > 0:
            said.append(speech("suspected {chance}", chance=speech.chance(chance)))
        if zone in self.proved:
            said.append(speech("isolated, proved"))
        elif zone in self.sealed:
            said.append(speech("sealed by the plan"))
        elif zone in self.spared:
            said.append(speech("lifelines only, by the plan"))
        return tuple(said)

    def look(self, zone: ZoneId) -> str:
        """Name how a zone is drawn."""
        chance = self.chances.get(zone, 0.0)
        if chance > 0:
            return "lost" if _lost(chance) else "suspect" if chance >= SERIOUS else "doubt"
        return "kept" if zone in self.sealed or zone in self.spared else "calm"

    def level(self, conduit: Conduit) -> Level:
        """Give a door's level under the plan."""
        return self.levels.get(conduit.id, Level.OPEN)


def _lost(chance: float) -> bool:
    """Judge by the two decimals shown: the same figure must not be called two things."""
    return round(chance, 2) >= LOST


def board(story: Story) -> Ship:
    """Read the state of the ship from a story."""
    suspected = story.plan.parameters.suspicion if story.plan else story.incident.suspicion.zones
    levels = {action.conduit: action.level for action in story.plan.actions} if story.plan else {}
    return ship_of(story.hospital, suspected, levels)


def ship_of(
    hospital: Hospital,
    suspected: Iterable[tuple[ZoneId, float]],
    levels: Mapping[ConduitId, Level],
    proved: Collection[ConduitId] = (),
) -> Ship:
    """Read the state of the ship.

    Args:
        hospital: the map.
        suspected: (zone, probability that it is compromised).
        levels: conduits that are, or would be, shut.
        proved: those that are proved closed.
    """
    shut: dict[ZoneId, list[Level]] = {zone.id: [] for zone in hospital.zones}
    sure: dict[ZoneId, list[bool]] = {zone.id: [] for zone in hospital.zones}
    for conduit in hospital.conduits:
        for zone in (conduit.from_, conduit.to):
            shut[zone].append(levels.get(conduit.id, Level.OPEN))
            sure[zone].append(conduit.id in proved)
    return Ship(
        hospital=hospital,
        chances={zone: chance for zone, chance in suspected if chance > 0},
        levels={conduit: level for conduit, level in levels.items() if level != Level.OPEN},
        sealed=frozenset(zone for zone, doors in shut.items() if doors and set(doors) == {Level.CLOSED}),
        spared=frozenset(zone for zone, doors in shut.items() if doors and Level.OPEN not in doors),
        proved=frozenset(zone for zone, doors in sure.items() if doors and all(doors)),
    )


def draw(story: Story, speech: Speech, width: float, most_lines: int) -> tuple[Section, Doors]:
    """Lay out the section of a story.

    Args:
        story: what happened, and what to do.
        speech: the reader's language.
        width: pixels.
        most_lines: routes between rooms that do not touch.
    """
    return draw_ship(board(story), story.leaks.leaks, speech, width, most_lines)


def draw_ship(
    ship: Ship, leaks: Sequence[Leak], speech: Speech, width: float, most_lines: int
) -> tuple[Section, Doors]:
    """Lay out the section of a ship; see `draw`."""
    rooms = _rooms(ship)
    passages = _passages(leaks, ship, rooms, speech)
    marks = most_marks(passages)
    ties: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        if passage.from_ != passage.to:
            one, other = sorted((passage.from_, passage.to))
            ties[one, other] += 1 + int(passage.weight >= _LEAK) * 2
    compartments = [*_alone(ship, rooms, marks, speech), *_together(ship, rooms, marks, speech)]
    section = lay_out(compartments, ties, width)
    return section, hang(section, passages, most_lines)


def _rooms(ship: Ship) -> dict[ZoneId, str]:
    """Give each zone the key of its room: its own, or its kind's when there are too many."""
    zones = ship.hospital.zones
    if len(zones) <= MOST_ROOMS:
        return {zone.id: f"zone:{zone.id}" for zone in zones}
    touched = Counter(
        zone for conduit in ship.hospital.conduits if conduit.id in ship.levels for zone in (conduit.from_, conduit.to)
    )
    ranked = sorted(
        (zone for zone in zones if zone.id in ship.chances or touched[zone.id]),
        key=lambda zone: (-ship.chances.get(zone.id, 0.0), zone.id not in ship.sealed, -touched[zone.id], zone.id),
    )
    own = {zone.id for zone in ranked[:SINGLED_OUT]}
    return {zone.id: f"zone:{zone.id}" if zone.id in own else f"kind:{zone.kind}" for zone in zones}


def _alone(
    ship: Ship, rooms: Mapping[ZoneId, str], marks: Mapping[str, tuple[int, int]], speech: Speech
) -> list[Compartment]:
    made = []
    for zone in ship.hospital.zones:
        key = rooms[zone.id]
        if not key.startswith("zone:"):
            continue
        states = ship.states(zone.id, speech)
        name = legible(zone.name)
        kind = speech.sentence(KINDS[zone.kind])
        made.append(
            Compartment(
                key=key,
                deck=DECKS[zone.kind],
                name=name,
                states=states,
                look=ship.look(zone.id),
                marks=marks.get(key, (0, 0)),
                title=" · ".join((name, kind, *states)),
                link=address_of_zone(zone.id),
            )
        )
    return made


def _together(
    ship: Ship, rooms: Mapping[ZoneId, str], marks: Mapping[str, tuple[int, int]], speech: Speech
) -> list[Compartment]:
    crowds: dict[ZoneKind, list[Zone]] = {}
    for zone in ship.hospital.zones:
        if rooms[zone.id].startswith("kind:"):
            crowds.setdefault(zone.kind, []).append(zone)
    made = []
    for kind, zones in crowds.items():
        key = f"kind:{kind}"
        looks = Counter(ship.look(zone.id) for zone in zones)
        suspected = looks["doubt"] + looks["suspect"] + looks["lost"]
        name = speech.sentence(
            say_many("{n} compartment: {kind}", "{n} compartments: {kind}", len(zones), kind=KINDS[kind])
        )
        states = (speech.many("{n} suspected", "{n} suspected", suspected),) if suspected else ()
        made.append(
            Compartment(
                key=key,
                deck=DECKS[kind],
                name=name,
                states=states,
                look="suspect" if suspected else "calm",
                marks=marks.get(key, (0, 0)),
                title=" · ".join((name, *states)),
                link=ADDRESS,
            )
        )
    return made


def _passages(leaks: Sequence[Leak], ship: Ship, rooms: Mapping[ZoneId, str], speech: Speech) -> list[Passage]:
    names = {zone.id: legible(zone.name, NAME_LIMIT // 2) for zone in ship.hospital.zones}
    travelled = {(hop.from_, hop.to) for leak in leaks if leak.kind == LeakKind.PATH for hop in leak.hops}
    made = []
    for conduit in ship.hospital.conduits:
        level = ship.level(conduit)
        weight = 0.0
        if conduit.id in ship.levels:
            weight = _MOVED + ship.chances.get(conduit.from_, 0.0)
        elif conduit.from_ in ship.chances and conduit.to in ship.chances:
            weight = _SUSPECT + ship.chances[conduit.from_] * ship.chances[conduit.to]
        elif (conduit.from_, conduit.to) in travelled:
            weight = _SUSPECT / 2
        services = ", ".join(conduit.services[:6]) + (f", {ELLIPSIS}" if len(conduit.services) > 6 else "")  # noqa: PLR2004 - a title, not a list
        made.append(
            Passage(
                from_=rooms[conduit.from_],
                to=rooms[conduit.to],
                level=level.value,
                weight=weight,
                title=speech(
                    "{source} → {target}: {level} {services}",
                    source=names[conduit.from_],
                    target=names[conduit.to],
                    level=LEVELS[level],
                    services=f"({services})" if services else "",
                ).strip(),
            )
        )
    made.extend(
        Passage(
            from_=rooms[leak.from_],
            to=rooms[leak.to],
            level="leak",
            weight=_LEAK + 1 / (1 + rank),
            title=speech(
                "{source} → {target}: leak, no declared passage", source=names[leak.from_], target=names[leak.to]
            ),
        )
        for rank, leak in enumerate(leaks)
        if leak.kind == LeakKind.UNDECLARED
    )
    return made
