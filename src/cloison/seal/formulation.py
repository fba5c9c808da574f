"""From what is asked to its mixed-integer programme."""

import numpy as np

from cloison.care.needs import Mask, leaves, zone_places
from cloison.model.hospital import Hospital
from cloison.model.plan import PlanParameters
from cloison.seal.asked import Asked
from cloison.seal.deadline import AMPLE, Deadline
from cloison.seal.network import Network, shrink
from cloison.seal.outages import Fate, Outages, add_records, flow_terms
from cloison.seal.programme import Programme, add_network, door_columns, zone_terms
from cloison.spread.scenarios import conduit_graph


def write_programme(asked: Asked, deadline: Deadline = AMPLE) -> tuple[Programme, Network, int]:
    """Write the mixed-integer programme of what is asked, over its scenarios once shrunk.

    Returns:
        The programme, the network in it, and the column of the network's first node.

    Raises:
        OutOfTime: the deadline passed before it was written.
    """
    hospital, parameters = asked.hospital, asked.parameters
    network = shrink(conduit_graph(hospital), asked.doors, asked.scenarios, valuable_zones(hospital, parameters))
    deadline.hold()
    columns = door_columns(asked.doors, network)
    programme = Programme(doors=columns, count=columns.count)
    programme.add_cost(columns.shut, np.full(asked.doors.count, parameters.action_weight))
    first = add_network(programme, network)
    deadline.hold()
    fate = Fate(zone_terms(network, first), network.weights)
    add_records(hospital, parameters, programme, fate)
    Outages(hospital, programme, fate, flow_terms(hospital, asked.doors, programme)).add(hospital, parameters, deadline)
    return programme, network, first


def valuable_zones(hospital: Hospital, parameters: PlanParameters) -> Mask:
    """Tell which zones cost something by themselves: records that weigh, or a need."""
    valuable = np.array([zone.patient_records > 0 for zone in hospital.zones], dtype=np.bool_)
    valuable &= parameters.record_weight > 0.0
    places = zone_places(hospital)
    for service in hospital.care_services:
        for kind, name in leaves(service.needs):
            if kind in {"asset", "zone"}:
                valuable[places[f"{kind}:{name}"]] = True
    return valuable
