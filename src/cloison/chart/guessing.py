"""What a machine likely is, by the rules of `roles`, with the records that say so."""

from dataclasses import dataclass
from math import prod

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


_Key = tuple[str, str]
"""What a sign looks at: ("serves", family), ("uses", family) or ("does", trait)."""


def _key(sign: Sign) -> _Key:
    if sign.does is not None:
        return "does", sign.does
    return ("serves", sign.serves) if sign.serves is not None else ("uses", sign.uses or "")


_CALLED_BY: dict[_Key, list[int]] = {}
for _place, _role in enumerate(ROLES):
    for _sign in _role.signs:
        _CALLED_BY.setdefault(_key(_sign), []).append(_place)


def guess(profile: Profile) -> tuple[Guess, ...]:
    """Give the roles that fit a machine, best first, workstations last; empty when none is certain enough."""
    keys = [
        *(("serves", family) for family in profile.serves),
        *(("uses", family) for family in profile.uses),
        *(("does", trait) for trait in profile.traits),
    ]
    called = sorted({place for key in keys for place in _CALLED_BY.get(key, ())})
    fitting = [found for place in called if (found := _weigh(ROLES[place], profile))]
    return tuple(sorted(fitting, key=lambda found: (found.role.last_resort, -found.score)))


def _weigh(role: Role, profile: Profile) -> Guess | None:
    seen = [sign for sign in role.signs if _sees(sign, profile)]
    score = 1 - prod(1 - sign.weight for sign in seen)
    if score < CERTAIN_ENOUGH:
        return None
    score *= prod(1 - sign.weight for sign in role.against if _sees(sign, profile))
    if score < CERTAIN_ENOUGH:
        return None
    strongest = sorted(seen, key=lambda sign: -sign.weight)
    reasons = dict.fromkeys(_reason(sign, profile) for sign in strongest)
    return Guess(role=role, score=round(score, 3), reasons=tuple(reasons))


def _sees(sign: Sign, profile: Profile) -> bool:
    if sign.does is not None:
        return sign.does in profile.traits
    use = _use(sign, profile)
    if use is None or use.peers < sign.peers:
        return False
    if sign.gives is not None and (use.sent > use.received) != sign.gives:
        return False
    return sign.heavy is None or sign.heavy == (use.sent + use.received >= IMAGE_BYTES * use.records)


def _use(sign: Sign, profile: Profile) -> Use | None:
    return profile.serves.get(sign.serves) if sign.serves else profile.uses.get(sign.uses or "")


def _reason(sign: Sign, profile: Profile) -> Evidence:
    """Give the record that shows a sign that is seen."""
    if sign.does is not None:
        _, origin, record = profile.traits[sign.does]
        return Evidence(origin=origin, record=record, note=TRAIT_WORDS[sign.does])
    use = (profile.serves if sign.serves else profile.uses)[sign.serves or sign.uses or ""]
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
