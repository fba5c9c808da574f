"""The Carte as the explorable plan draws it: places and ties, in words that are already the reader's."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from cloison.chart.atlas import Rank
from cloison.chart.outlook import Moment, Shown, Tie
from cloison.model.hospital import Level
from cloison.ui.vocabulary import LEVELS
from cloison.ui.web.carte import Carte
from cloison.ui.web.decks import level_of
from cloison.ui.web.ship import DECKS


def graph_of(carte: Carte) -> dict[str, Any]:
    """Give what is drawn, and nothing that is not.

    Returns:
        `places`: id, in (the place around), name, words (its state), look, chance, rank, deck (0 outside, then
        downwards), opened, needed, on (or the place on is in it). `ties`: from, to, level, leaks,
        quiet (nothing was seen, or not lately), new, words.
    """
    shown = {one.place.key for one in carte.outlook.places}
    around = (*carte.grounds.atlas.around(carte.query.on), carte.query.on)
    on = next((key for key in reversed(around) if key in shown), "")
    places = [_place(carte, one, on) for one in carte.outlook.places]
    return {"places": places, "ties": [_tie(carte, tie) for tie in carte.outlook.ties]}


def written(document: Mapping[str, Any]) -> Markup:
    """Write it as compact JSON for an attribute: escaped here, and as long as it is."""
    return escape(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _place(carte: Carte, one: Shown, on: str) -> dict[str, Any]:
    place = one.place
    words = [words for _, words in carte.states(one)]
    if place.rank in {Rank.KIND, Rank.GROUP} and not one.opened:
        words.insert(0, carte.speech.many("{n} compartment", "{n} compartments", place.zones))
    elif place.rank in {Rank.CROWD, Rank.ZONE} and place.assets and not one.opened:
        words.insert(0, carte.speech.many("{n} machine", "{n} machines", place.assets))
    look = carte.look(one)
    if place.rank is Rank.ASSET and one.unseen and look == "calm":
        look = "unseen"
    return {
        "id": place.key,
        "in": place.parent,
        "name": carte.name(place),
        "words": words,
        "look": look,
        "chance": round(one.chance, 3),
        "rank": place.rank.value,
        "deck": DECKS[place.kind],
        "opened": one.opened,
        "needed": place.rank is not Rank.ASSET and carte.is_needed(place.key),
        "on": place.key == on,
    }


def _tie(carte: Carte, tie: Tie) -> dict[str, Any]:
    say = carte.speech
    level = level_of(tie.levels)
    words = []
    if tie.passages:
        words.append(say.many("{n} passage", "{n} passages", tie.passages))
    words += [
        say("{n} {level}", n=count, level=LEVELS[each])
        for each, count in sorted(tie.levels.items())
        if each is not Level.OPEN
    ]
    if tie.leaks:
        words.append(say.many("{n} leak", "{n} leaks", tie.leaks))
    new = tie.moments.get(Moment.NEW, 0)
    if new:
        words.append(say.many("{n} new", "{n} new", new))
    quiet = bool(tie.moments) and not (tie.moments.get(Moment.SEEN) or new)
    return {
        "from": tie.from_,
        "to": tie.to,
        "level": level.value if tie.passages else "none",
        "leaks": tie.leaks,
        "quiet": quiet,
        "new": bool(new),
        "words": words,
    }
