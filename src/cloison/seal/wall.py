"""The wall that costs nobody any care: every door that no care service's flow needs.

A few scenarios show few of the ways that an intruder may take; of two sets of doors that lose as much over
them, the one with this wall loses far less over others. So it is where a plan made to last begins.
"""

from dataclasses import replace

import numpy as np

from cloison.care.needs import leaves
from cloison.seal.asked import Asked
from cloison.seal.carrying import MANUAL
from cloison.seal.doors import CLOSED, LIFELINE, NO_DOOR, OPEN
from cloison.seal.formulation import valuable_zones
from cloison.spread.scenarios import Levels, Mask, conduit_graph, reach


def free_wall(asked: Asked) -> Levels:
    """Give each door the hardest level that takes no care, (D,).

    Doors that a person moves stay as open as they may: their minutes are not free. So do those behind which no
    suspected zone lies, or nothing of value.
    """
    hospital, doors = asked.hospital, asked.doors
    needed = {name for service in hospital.care_services for kind, name in leaves(service.needs) if kind == "flow"}
    levels = np.full(doors.count, CLOSED, dtype=np.int8)
    for flow, crossed in zip(hospital.flows, doors.flows, strict=True):
        if flow.id in needed:
            at_most = LIFELINE if flow.lifeline else OPEN
            levels[list(crossed)] = np.minimum(levels[list(crossed)], at_most)
    by_hand = {point.id for point in hospital.enforcement_points if point.driver == MANUAL}
    manual = np.array([conduit.enforced_by in by_hand for conduit in hospital.conduits], dtype=np.bool_)
    idle = np.ones(doors.count, dtype=np.bool_)
    useful = _between_suspects_and_value(asked) & (doors.of_conduit != NO_DOOR)
    idle[doors.of_conduit[useful]] = False
    idle[doors.of_conduit[manual & (doors.of_conduit != NO_DOOR)]] = True
    levels[idle] = OPEN
    wall: Levels = np.maximum(levels, doors.least)
    return wall


def behind(asked: Asked, wall: Levels) -> Asked:
    """Give the same question with the wall already up: a door does no less than its level there."""
    standing = asked.doors.conduit_levels(wall)
    carries = asked.scenarios.carries
    at = np.arange(len(standing))
    held = np.stack([carries[:, at, np.maximum(standing, level)] for level in range(carries.shape[2])], axis=2)
    return replace(asked, scenarios=replace(asked.scenarios, carries=held))


def _between_suspects_and_value(asked: Asked) -> Mask:
    """Tell, (C,), which passages lie on a way from a suspected zone to something of value, however unlikely."""
    graph = conduit_graph(asked.hospital)
    suspected = {zone for zone, chance in asked.parameters.suspicion if chance > 0.0}
    starts = np.array([[zone.id in suspected for zone in asked.hospital.zones]], dtype=np.bool_)
    every = np.ones((1, len(graph.to)), dtype=np.bool_)
    met = reach(graph, starts, every)[0]
    dear = reach(graph.reversed(), valuable_zones(asked.hospital, asked.parameters)[None, :], every)[0]
    between: Mask = met[graph.from_] & dear[graph.to]
    return between
