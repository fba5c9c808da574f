"""Conduits and flows that traffic shows."""

from dataclasses import replace

from tests.chart.maps import OLD, SMALL, conduit
from tests.chart.traffic import census_of, talk

from cloison.chart.crossings import cross
from cloison.chart.passages import RARE, lay
from cloison.chart.places import Places
from cloison.chart.proposed import Teller

DESK, SERVER, PACS = "10.1.0.5", "10.2.0.5", "10.3.0.10"


def laid(hospital, *talks):
    return lay(hospital, cross(census_of(*talks), Places(hospital)), Teller(render=str))


def test_zones_that_nobody_joined_get_a_learned_conduit_and_a_flow():
    found = laid(SMALL, talk(DESK, PACS, "tcp/443", times=RARE), talk(DESK, PACS, "tcp/104"))
    new = found.conduits[-1]
    assert (new.id, new.services, new.learned.records) == ("bureaux>imagerie", ("tcp/104", "tcp/443"), RARE + 1)
    assert [(flow.id, flow.service) for flow in found.flows[1:]] == [("bureaux>imagerie/tcp-443", "tcp/443")]
    assert found.rare == 1


def test_what_crosses_a_persons_conduit_undeclared_is_a_conflict_and_not_an_entry():
    found = laid(SMALL, talk(DESK, SERVER, "tcp/3389", times=9))
    assert found.conduits == SMALL.conduits
    assert found.flows == SMALL.flows
    assert [(one.id, str(one.what)) for one in found.conflicts] == [
        ("bureaux>serveurs", f"tcp/3389 passes and is not declared: {DESK} to {SERVER}, 9 exchanges")
    ]


def test_a_declared_service_gets_a_flow_on_the_persons_conduit():
    found = laid(SMALL, talk(DESK, SERVER, "tcp/445", times=RARE))
    assert found.conduits == SMALL.conduits
    assert (found.flows[-1].via, found.flows[-1].service) == (("bureaux>serveurs",), "tcp/445")
    assert {"bureaux>serveurs"} <= found.seen


def test_a_conduit_that_lists_nothing_lets_all_pass():
    hospital = replace(SMALL, conduits=(conduit("bureaux", "serveurs"),), flows=(), care_services=())
    assert not laid(hospital, talk(DESK, SERVER, "tcp/3389", times=9)).conflicts


def test_a_learned_conduit_lists_what_it_did_not():
    learned = conduit("bureaux", "imagerie", "tcp/80", learned=OLD)
    hospital = replace(SMALL, conduits=(*SMALL.conduits, learned))
    found = laid(hospital, talk(DESK, PACS, "tcp/443", times=4))
    assert found.conduits[-1].services == ("tcp/80", "tcp/443")
    assert found.conduits[-1].learned.records == OLD.records + 4


def test_many_ports_become_one_range():
    found = laid(SMALL, *(talk(DESK, PACS, f"tcp/{port}", times=RARE) for port in range(20000, 20020)))
    assert found.conduits[-1].services == ("tcp/1024-65535",)
    assert len(found.flows) == len(SMALL.flows) + 1


def test_a_persons_flow_is_seen_and_left_alone():
    found = laid(SMALL, talk("10.4.0.7", PACS, "tcp/104", times=50))
    assert found.flows == SMALL.flows
    assert {"images", "scanners>imagerie"} <= found.seen
