"""What a machine likely is, by the rules of `roles`, with the records that say so."""

from dataclasses import dataclass

from cloison.chart.profile import Profile, Use
from cloison.chart.roles import IMAGE_BYTES, ROLES, TRAIT_WORDS, Role, Sign
from cloison.chart.services import BY_NAME
from cloison.model.finding import Evidence
from cloison.words import Sentence, say_many

CERTAIN_ENOUGH = 0.5
"""Below this score, no role is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a machine likely is.

    Attributes:
        score: 0 to 1.
        reasons: the records that say so, strongest first.
    """

    role: Role
    score: float
    reasons: tuple[Evidence, ...]


def guess(profile: Profile) -> tuple[Guess, ...]:
    """Give the roles that fit a machine, best first, workstations last; empty when none is certain enough."""
    fitting = [found for role in ROLES if (found := _weigh(role, profile)) and found.score >= CERTAIN_ENOUGH]
    return tuple(sorted(fitting, key=lambda found: (found.role.last_resort, -found.score)))


def _weigh(role: Role, profile: Profile) -> Guess | None:
    seen = [(sign, shown) for sign in role.signs if (shown := _shown(sign, profile))]
    if not seen:
        return None
    doubt = 1.0
    for sign, _ in seen:
        doubt *= 1 - sign.weight
    score = 1 - doubt
    for sign in role.against:
        if _shown(sign, profile):
            score *= 1 - sign.weight
    strongest = dict.fromkeys(shown for _, shown in sorted(seen, key=lambda pair: -pair[0].weight))
    return Guess(role=role, score=round(score, 3), reasons=tuple(strongest))


def _shown(sign: Sign, profile: Profile) -> Evidence | None:
    """Give the record that shows a sign; None when it is not seen."""
    if sign.does is not None:
        told = profile.traits.get(sign.does)
        return told and Evidence(origin=told[1], record=told[2], note=TRAIT_WORDS[sign.does])
    use = profile.serves.get(sign.serves) if sign.serves else profile.uses.get(sign.uses or "")
    if use is None or use.peers < sign.peers or (sign.gives is not None and (use.sent > use.received) != sign.gives):
        return None
    heavy = use.sent + use.received >= IMAGE_BYTES * use.records
    if sign.heavy is not None and heavy != sign.heavy:
        return None
    return Evidence(origin=use.origin, record=use.record, note=_note(sign, use))


def _note(sign: Sign, use: Use) -> Sentence:
    exchanges = say_many("{n} exchange", "{n} exchanges", use.records)
    if sign.serves:
        return say_many(
            "serves {service} to {n} machine ({exchanges})",
            "serves {service} to {n} machines ({exchanges})",
            use.peers,
            service=BY_NAME[sign.serves].shown,
            exchanges=exchanges,
        )
    return say_many(
        "uses {service} on {n} machine ({exchanges})",
        "uses {service} on {n} machines ({exchanges})",
        use.peers,
        service=BY_NAME[sign.uses or ""].shown,
        exchanges=exchanges,
    )
