from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloison.model.hospital import ZoneKind
from cloison.rehearse.habit import Day
from cloison.rehearse.route import REMOTE, choose


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_each_step_follows_a_conduit_as_it_is_written(day, seed):
    route = choose(day, np.random.default_rng(seed))
    zone, allows = day.hosts.zone, day.declared.allows
    assert allows(zone[route.entry], zone[route.command], "tcp/443")
    assert all(allows(zone[route.entry], zone[pivot], "tcp/445") for pivot in route.pivots)
    source = route.pivots[0]
    assert any(allows(zone[source], zone[route.controller], service) for service in REMOTE)
    assert all(allows(zone[route.controller], zone[host], service) for host, service in route.beyond)
    assert allows(zone[route.exit_], zone[route.sink], "tcp/443")


def test_on_the_shipped_map_it_reaches_the_domain_the_images_and_the_backups(day):
    route = choose(day, np.random.default_rng(0))
    hosts = day.hosts
    assert hosts.kind[route.entry] == ZoneKind.OFFICE.value
    assert hosts.role[route.controller] == "domain-controller"
    reached = {str(hosts.role[host]) for host, _ in route.beyond}
    assert {"pacs", "backup-server"} <= reached


def test_backups_come_last(day):
    route = choose(day, np.random.default_rng(0))
    kinds = [str(day.hosts.kind[host]) for host, _ in route.beyond]
    assert kinds[-1] == ZoneKind.BACKUP.value
    assert ZoneKind.BACKUP.value not in kinds[: kinds.index(ZoneKind.BACKUP.value)]


def test_without_a_way_out_there_is_no_way_in(hospital):
    shut = tuple(conduit for conduit in hospital.conduits if conduit.to != "internet")
    closed = Day(replace(hospital, conduits=shut), 1)
    assert choose(closed, np.random.default_rng(0)) is None


@pytest.mark.parametrize("kept", ["identite", "sauvegardes"])
def test_a_closed_passage_is_not_taken(hospital, kept):
    left = tuple(c for c in hospital.conduits if not (c.from_ == "identite" and c.to != kept))
    route = choose(Day(replace(hospital, conduits=left), 1), np.random.default_rng(0))
    zones = {hospital.zones[Day(hospital, 1).hosts.zone[host]].id for host, _ in route.beyond}
    assert zones <= {kept}
