"""Cloison killed outright on a real firewall, in the namespaces of `box.py`: at every line of its journal.

`python box_deaths.py deaths` is run inside by `in_box`, and prints what it saw as one JSON object.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

from tests.enforce import box
from tests.enforce.wards import OFFICE_TO_SERVERS, SERVERS_TO_CARE
from tests.ops.doors import killed_at

from cloison.enforce.life import life_of
from cloison.enforce.rules import rules_of
from cloison.model.hospital import Level, ZoneId, ZoneKind
from cloison.ops.keeping import open_again
from cloison.ops.sealing import arm, resume, seal
from cloison.store.journal import Journal

SECOND = timedelta(seconds=1)
BOTH = {OFFICE_TO_SERVERS: Level.CLOSED, SERVERS_TO_CARE: Level.CLOSED}


def parts(folder, **means):
    """Give the box's map, with a door each way between its two networks: one leads to servers, one to a care ward."""
    ward, _, usual = box.parts(folder, listening=timedelta(0), **means)
    ward = replace(
        ward,
        flows=(),
        care_services=(),
        zones=tuple(replace(one, kind=ZoneKind.CARE) if one.id == "bureau" else one for one in ward.zones),
        conduits=tuple(
            replace(one, to=ZoneId("bureau"), services=("tcp/9100",)) if one.id == SERVERS_TO_CARE else one
            for one in ward.conduits
        ),
    )
    return ward, rules_of(BOTH, ward), replace(usual, probers=())


def built(folder):
    """Build the box, armed, with a server at each end."""
    box.build()
    box.Echo("server", 445)
    box.Echo("client", 9100)
    ward, _, means = parts(folder)
    arm(ward, means)


def passing():
    """Tell which of the two doors let a new connection through."""
    tried = {OFFICE_TO_SERVERS: ("client", "10.2.0.10", 445), SERVERS_TO_CARE: ("server", "10.1.0.10", 9100)}
    with ThreadPoolExecutor() as pool:
        answered = pool.map(lambda ends: box.answers(*ends), tried.values())
    return {door for door, answer in zip(tried, answered, strict=True) if answer}


def vanished(folder: str) -> dict:
    """Die before the doors are confirmed, and once they are; nobody comes back, and time passes."""
    seen = {}
    for name, line, timers in (
        ("unconfirmed", 4, {"revert_after": SECOND}),
        ("confirmed", 10, {"revert_after": 60 * SECOND, "lease": SECOND}),
    ):
        ward, rules, means = parts(f"{folder}/{name}", **timers)
        died = killed_at(line, partial(seal, rules, ward, means, approved={"approved by": "A"}), after=True)
        told = [died, sorted(passing())]
        time.sleep(1.2)
        seen[name] = [*told, sorted(passing())]
    means.device(rules.points[0].point).remove(rules.points[0].doors)
    return seen


def every_step(folder: str) -> list:
    """Die at each line of a seal, of an opening and of a resuming; take up what was left; compare what all three say."""
    seen = []
    for act in ("seal", "open", "resume"):
        for number in count():
            ward, rules, means = parts(f"{folder}/{act}{number}")
            first = partial(seal, rules, ward, means, approved={})
            if act == "open":
                first()
            elif act == "resume":
                killed_at(4, first, after=True)
            again = {"seal": first, "open": partial(open_again, ward, means, stage=None, approved={})}
            died = killed_at(number, again.get(act, partial(resume, means)), after=True)
            found = resume(means)
            with Journal(means.home) as journal:
                life = life_of(journal.records)
            doors = rules.points[0].doors
            device = means.device(rules.points[0].point)
            held = set(device.held(doors).whole)
            seen.append(
                [act, found and found[0], life.underway is None and held == set(life.shut) == BOTH.keys() - passing()]
            )
            device.remove(doors)
            if not died:
                break
    return seen


def deaths(folder: str) -> dict:
    """Play both on one box."""
    built(folder)
    return {**vanished(folder), "every step": every_step(folder)}


if __name__ == "__main__":
    box.play({"deaths": deaths})
