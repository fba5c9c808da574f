import socket
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest
from tests.enforce.wards import BOTH, OFFICE_TO_SERVERS, hospital

from cloison.enforce.probing import MOST, Probing, trials_of
from cloison.enforce.rules import rules_of
from cloison.model.hospital import Asset, AssetId, ConduitId, Level, ZoneId
from cloison.model.sealing import Answer, Prober, Sight, Trial

HERE = Prober(zone=ZoneId("bureau"), run="local")
PATIENCE = timedelta(seconds=20)


def trial(port):
    return Trial(conduit=ConduitId("a>b"), zone=HERE.zone, host="127.0.0.1", port=port, lifeline=False)


def test_declared_services_are_tried_from_the_zones_that_have_a_probe():
    trials = trials_of(rules_of(BOTH, hospital()), hospital(), [HERE])
    assert {(one.conduit, one.port, one.lifeline) for one in trials} == {
        (OFFICE_TO_SERVERS, 445, False),
        (OFFICE_TO_SERVERS, 8042, True),
    }
    assert trials_of(rules_of(BOTH, hospital()), hospital(), []) == ()


def test_a_closed_door_stops_its_lifelines_too_and_few_machines_are_tried():
    here = hospital()
    many = tuple(
        Asset(id=AssetId(f"m{n}"), name="m", zone=ZoneId("serveurs"), addresses=(ip_address(f"10.2.0.{n}"),))
        for n in range(1, 60)
    )
    crowded = replace(here, assets=many)
    trials = trials_of(rules_of({OFFICE_TO_SERVERS: Level.CLOSED}, crowded), crowded, [HERE])
    assert len(trials) == MOST
    assert not any(one.lifeline for one in trials)


def test_a_real_probe_tells_what_it_met():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as shut:
        open_one, closed_one = trial(server.getsockname()[1]), trial(shut.getsockname()[1])
        shut.close()
        with Probing([open_one, closed_one], [HERE], patience=PATIENCE) as probing:
            before, after = probing.hold(1.0), probing.look(1.3)
    assert before == {open_one: Sight(answer=Answer.CONNECTED), closed_one: Sight(answer=Answer.REFUSED)}
    assert after[open_one] == Sight(answer=Answer.CONNECTED, heard=True)


@pytest.mark.parametrize("run", ["netns:cloison-nowhere", "ssh:cloison-nowhere.invalid"])
def test_a_probe_that_cannot_start_claims_nothing(run):
    prober = replace(HERE, run=run)
    with Probing([trial(1)], [prober], patience=timedelta(seconds=1)) as probing:
        assert probing.hold(0.1) == {trial(1): Sight(answer=Answer.UNKNOWN)}
        assert probing.look(0.1) == {trial(1): Sight(answer=Answer.UNKNOWN)}
