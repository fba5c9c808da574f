from datetime import timedelta

import pytest

from cloison.errors import OutsideRangeError
from cloison.model.hospital import Level
from cloison.ops.drill_entry import DEFAULT, find_scenario
from cloison.ops.drill_range import crossed, in_range
from cloison.rehearse.range.firewall import Passages, Passed
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load


@pytest.fixture(scope="module")
def hospital():
    with shipped_map() as path:
        return load(path)


def test_a_process_that_is_not_alone_in_its_namespaces_builds_nothing(hospital, tmp_path):
    scenario = find_scenario(DEFAULT, hospital)
    with (
        pytest.raises(OutsideRangeError),
        in_range(scenario, hospital, tmp_path, speed=60.0, seed=1, warm_up=timedelta()),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_packets_through_a_shut_door_are_counted_but_those_of_its_vital_flows(hospital):
    conduit = next(one for one in hospital.conduits if one.id == "laboratoire>dossier-patient")
    flow = next(one for one in hospital.flows if one.id == "resultats-laboratoire")
    before = passages(conduit, flow, packets=10, vital=4)
    after = passages(conduit, flow, packets=19, vital=11)
    assert crossed(conduit, Level.CLOSED, hospital, before, after) == 9
    assert crossed(conduit, Level.LIFELINE, hospital, before, after) == 2
    assert crossed(conduit, Level.CLOSED, hospital, after, after) == 0


def passages(conduit, flow, *, packets, vital):
    return Passages(
        conduits={conduit.id: Passed(packets=packets - 2, packets_back=2)},
        flows={flow.id: Passed(packets=vital)},
        refused=0,
    )
