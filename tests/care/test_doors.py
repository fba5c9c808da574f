import pytest
from tests.seal.hospitals import flow, hospital, service, sure_conduit, zone

from cloison.care.doors import cut_flows, cut_services, state_of
from cloison.model.hospital import ConduitId, Degraded, Level
from cloison.model.plan import ServiceState

PLACE = hospital(
    zones=(zone("a"), zone("b")),
    conduits=(sure_conduit("a>b", "a", "b"),),
    flows=(flow("vital", ("a>b",), lifeline=True), flow("plain", ("a>b",)), flow("local", ())),
    care_services=(service("s", "flow:plain"), service("t", "flow:vital")),
)


@pytest.mark.parametrize(
    ("level", "cut"),
    [
        (Level.OPEN, [False, False, False]),
        (Level.LIFELINE, [False, True, False]),
        (Level.CLOSED, [True, True, False]),
    ],
)
def test_lifeline_lets_only_lifeline_flows_through(level, cut):
    assert cut_flows(PLACE, {ConduitId("a>b"): level}).tolist() == cut


def test_doors_alone_put_out_the_services_whose_flows_they_cut():
    assert cut_services(PLACE, {ConduitId("a>b"): Level.LIFELINE}).tolist() == [True, False]
    assert cut_services(PLACE, {}).tolist() == [False, False]


def test_a_service_out_is_degraded_only_when_its_degraded_mode_keeps_some_care_for_some_time():
    kept = service("s", None, degraded=Degraded(capacity=0.5, hours=4.0))
    assert state_of(kept, out=False) is ServiceState.NORMAL
    assert state_of(kept, out=True) is ServiceState.DEGRADED
    assert state_of(service("s", None, degraded=Degraded(capacity=0.5)), out=True) is ServiceState.STOPPED
    assert state_of(service("s", None, degraded=Degraded(hours=4.0)), out=True) is ServiceState.STOPPED
