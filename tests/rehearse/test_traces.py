import numpy as np
import pytest
from tests.rehearse.written import START

from cloison.rehearse.habit import Day
from cloison.rehearse.route import choose
from cloison.rehearse.traces import BEACON_JITTER, BEACON_SECONDS, Traces
from cloison.words import say


@pytest.fixture
def traces(hospital):
    day = Day(hospital, 11)
    return Traces(day, choose(day, day.rng("route")), START)


def test_beats_keep_their_step_within_the_jitter(traces):
    at = traces.beats(36_000.0, 60_000.0)
    gaps = np.diff(at) / BEACON_SECONDS
    assert len(at) > 60
    assert gaps.min() >= 1 - BEACON_JITTER
    assert gaps.max() <= 1 + BEACON_JITTER
    assert at[-1] < 60_000


def test_taking_a_machine_over_is_told_with_its_ends(traces):
    route = traces.route
    flows = traces.take(np.array([50_000.0]), route.entry, np.array(route.pivots[:1]), "tcp/445")
    traces.tell("T1021.002", flows, say("over"))
    (act,) = traces.acts
    assert act.source == traces.day.hosts.address[route.entry]
    assert act.targets == (traces.day.hosts.address[route.pivots[0]],)
    assert (act.at - START).total_seconds() == pytest.approx(50_000)
    assert act.until > act.at


def test_calling_home_asks_for_the_name_first(traces, tmp_path):
    traces.call_home(traces.route.entry, np.array([40_000.0]), up=900, down=400)
    assert dict(traces.day.tape.write(tmp_path, START)) == {"conn": 2, "dns": 1, "ssl": 1}


@pytest.mark.parametrize(("service", "log"), [("tcp/3389", "rdp"), ("tcp/5985", "http"), ("tcp/22", "ssh")])
def test_each_remote_service_leaves_its_own_log(traces, tmp_path, service, log):
    traces.take(np.array([50_000.0]), traces.route.entry, np.array(traces.route.pivots[:1]), service)
    assert log in dict(traces.day.tape.write(tmp_path, START))
