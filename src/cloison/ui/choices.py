"""What the choice between plans comes to, in one sentence each."""

from cloison.model.hospital import Hospital
from cloison.model.plan import Alternative, Look, SealPlan, Status
from cloison.ui.vocabulary import CHOICES
from cloison.words import Sentence, say, say_many

_SHOWN = 0.05
"""Care-hours: what one decimal shows."""


def what_it_buys(choice: Alternative, neighbour: Alternative) -> Sentence:
    """Say in one sentence what a choice gives over the one that gives up a little less care to the doors."""
    given = choice.sealing_care_hours - neighbour.sealing_care_hours
    lost = [each.fresh_care_hours - each.sealing_care_hours for each in (neighbour, choice)]
    kept = lost[0] - lost[1]
    names = {"choice": CHOICES[choice.name], "neighbour": CHOICES[neighbour.name]}
    records = _records(round(neighbour.fresh_records - choice.fresh_records))
    if kept < _SHOWN and not choice.on_front:
        if -kept <= 2 * max(choice.fresh_standard_error, neighbour.fresh_standard_error):
            return say(
                "{choice} rather than {neighbour}: {given} more care-hours given up to the doors; what the intruder "
                "takes differs too little to be told from chance",
                given=round(max(given, 0.0), 1),
                **names,
            )
        return say(
            "{choice} rather than {neighbour}: nothing is gained; {given} more care-hours given up to the doors, "
            "{lost} more lost to the intruder, {records}",
            given=round(max(given, 0.0), 1),
            lost=round(max(-kept, 0.0), 1),
            records=records,
            **names,
        )
    if given < _SHOWN:
        return say(
            "{choice} rather than {neighbour}: no more care given up to the doors, {kept} fewer care-hours lost to the "
            "intruder, {records}",
            kept=round(kept, 1),
            records=records,
            **names,
        )
    return say(
        "{choice} rather than {neighbour}: {given} more care-hours given up to the doors, {kept} fewer lost to the "
        "intruder, {records}",
        given=round(given, 1),
        kept=round(kept, 1),
        records=records,
        **names,
    )


def bought(plan: SealPlan) -> dict[str, Sentence]:
    """Give what each choice that has a neighbour buys, by its name, by rising care given up to the doors."""
    by_name = {choice.name: choice for choice in plan.alternatives}
    found: dict[str, Sentence] = {}
    choice = next((each for each in plan.alternatives if each.neighbour is None), None)
    while choice is not None:
        after = next((each for each in plan.alternatives if each.neighbour == choice.name), None)
        if after is not None:
            found[after.name] = what_it_buys(after, by_name[choice.name])
        choice = after
    return found


def why_none(plan: SealPlan, hospital: Hospital) -> Sentence | None:
    """Say why a plan shuts nothing; None when it shuts something, or was stopped before it could tell."""
    if plan.actions or plan.status is not Status.OPTIMAL:
        return None
    if not any(chance > 0.0 for _, chance in plan.parameters.suspicion):
        return say("Nothing is suspected: there is nothing to keep out")
    if all(conduit.enforced_by is None for conduit in hospital.conduits):
        return say("No passage of this map can be shut: none has a point of enforcement")
    sure = {zone for zone, chance in plan.parameters.suspicion if chance >= 1.0}
    if all(zone.id in sure for zone in hospital.zones):
        return say("Every compartment is held to be compromised: no door keeps anything out any more")
    return say("No door is worth shutting: each would take more than it saves")


def advice(plan: SealPlan) -> Sentence | None:
    """Say whether doors chosen over more scenarios are better than the plan; None when nothing is known of it."""
    by_name = {choice.name: choice for choice in plan.alternatives}
    if plan.refinement is None or "optimal" not in by_name:
        return None
    if "robust" not in by_name:
        return say(
            "Tried over {n} scenarios: no doors were found that are clearly better than this plan",
            n=plan.refinement.scenarios,
        )
    return say(
        "Prefer the {robust}: chosen over {n} scenarios, not proved, it loses {theirs} care-hours over fresh draws, "
        "where this plan, made over {k}, loses {its}",
        robust=CHOICES["robust"],
        n=plan.refinement.scenarios,
        theirs=round(by_name["robust"].fresh_care_hours, 1),
        k=plan.parameters.scenarios,
        its=round(by_name["optimal"].fresh_care_hours, 1),
    )


def where_first(look: Look, hospital: Hospital) -> Sentence:
    """Say what to look at before anything else: a system where one is known, else the compartment."""
    zone = next((zone.name or str(zone.id) for zone in hospital.zones if zone.id == look.zone), str(look.zone))
    asset = next((asset.name or str(asset.id) for asset in hospital.assets if asset.id == look.asset), None)
    chance, hours = round(100 * look.suspicion), round(look.care_hours, 1)
    if asset is None:
        return say(
            "Look at {zone} first (suspected at {chance} %): knowing for sure would save {hours} care-hours on average",
            zone=zone,
            chance=chance,
            hours=hours,
        )
    return say(
        "Look at {asset} first ({zone}, suspected at {chance} %): knowing for sure whether the intruder is in this "
        "compartment would save {hours} care-hours on average",
        asset=asset,
        zone=zone,
        chance=chance,
        hours=hours,
    )


def _records(fewer: int) -> Sentence:
    if fewer < 0:
        return say_many("{n} more record exposed", "{n} more records exposed", -fewer)
    return say_many("{n} fewer record exposed", "{n} fewer records exposed", fewer)
