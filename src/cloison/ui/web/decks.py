"""The ship's section of a part of the map: rooms for the kinds, groups and compartments that are shown."""

from collections import Counter
from collections.abc import Callable, Mapping

from cloison.chart.atlas import Rank
from cloison.chart.outlook import Outlook, Shown, Tie
from cloison.model.hospital import Level
from cloison.ui.vocabulary import LEVELS
from cloison.ui.web.doors import Doors, Passage, hang, most_marks
from cloison.ui.web.section import Compartment, Section, lay_out
from cloison.ui.web.ship import DECKS
from cloison.ui.web.speech import Speech

MOST_ROOMS = 40
"""A drawing of more rooms than this cannot be read; the list beside it can."""
_ROOMS = frozenset({Rank.KIND, Rank.GROUP, Rank.ZONE})
_LEAK, _MOVED, _SUSPECT = 100.0, 50.0, 10.0

Words = Callable[[Shown], tuple[str, tuple[str, ...], str]]
"""A place to its name, its state in lines, and its look."""


def draw_outlook(
    outlook: Outlook, words: Words, links: Callable[[str], str], speech: Speech, *, width: float, most_lines: int
) -> tuple[Section, Doors]:
    """Draw what is shown; compartments that are opened are drawn shut, machines are left to the list.

    Args:
        outlook: made with at most `MOST_ROOMS` places.
        words: what is written in a room.
        links: key of a place -> address of its details.
        speech: the reader's language.
        width: pixels.
        most_lines: routes between rooms that do not touch.
    """
    rooms = {
        one.place.key: one
        for one in outlook.places
        if one.place.rank in _ROOMS and (not one.opened or one.place.rank is Rank.ZONE)
    }
    names = {key: words(one)[0] for key, one in rooms.items()}
    passages = [passage for tie in outlook.ties for passage in _passages(tie, rooms, names, speech)]
    marks = most_marks(passages)
    bonds: Counter[tuple[str, str]] = Counter()
    for tie in outlook.ties:
        if tie.from_ in rooms and tie.to in rooms:
            one, other = sorted((tie.from_, tie.to))
            bonds[one, other] += tie.passages + 2 * tie.leaks
    compartments = [_compartment(key, one, words(one), links(key), marks) for key, one in rooms.items()]
    section = lay_out(compartments, bonds, width)
    return section, hang(section, passages, most_lines)


def level_of(levels: Mapping[Level, int]) -> Level:
    """Give the least shut of several doors: a tie is as open as that."""
    return next((level for level in Level if levels.get(level)), Level.OPEN)


def _compartment(
    key: str, one: Shown, written: tuple[str, tuple[str, ...], str], link: str, marks: Mapping[str, tuple[int, int]]
) -> Compartment:
    name, states, look = written
    return Compartment(
        key=key,
        deck=DECKS[one.place.kind],
        name=name,
        states=states,
        look=look,
        marks=marks.get(key, (0, 0)),
        title=" · ".join((name, *states)),
        link=link,
    )


def _passages(tie: Tie, rooms: Mapping[str, Shown], names: Mapping[str, str], speech: Speech) -> list[Passage]:
    if tie.from_ not in rooms or tie.to not in rooms:
        return []
    source, target = names[tie.from_], names[tie.to]
    made = []
    if tie.passages:
        level = level_of(tie.levels)
        moved = sum(count for each, count in tie.levels.items() if each is not Level.OPEN)
        doubt = rooms[tie.from_].chance * rooms[tie.to].chance
        many = speech.many("{n} passage", "{n} passages", tie.passages)
        made.append(
            Passage(
                from_=tie.from_,
                to=tie.to,
                level=level.value,
                weight=_MOVED + moved if moved else _SUSPECT + doubt if doubt else 0.0,
                title=speech(
                    "{source} → {target}: {level} {services}",
                    source=source,
                    target=target,
                    level=LEVELS[level],
                    services="" if tie.passages == 1 else f"({many})",
                ).strip(),
            )
        )
    if tie.leaks:
        title = speech("{source} → {target}: leak, no declared passage", source=source, target=target)
        made.append(Passage(from_=tie.from_, to=tie.to, level="leak", weight=_LEAK + tie.leaks, title=title))
    return made
