"""A proposal adds, never overwrites, and has nothing to add the second time."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.chart.maps import OLD, SMALL, asset
from tests.chart.traffic import MONDAY, Talk, census_of, talk
from tests.store.hospitals import hospitals

from cloison.chart.proposal import propose
from cloison.model.hospital import Hospital, Learned, ZoneKind
from cloison.store.hospital_file import parse, write_text

hosts = st.one_of(
    st.tuples(st.sampled_from([1, 2, 3, 9]), st.integers(0, 1), st.integers(1, 12)).map(
        lambda p: f"10.{p[0]}.{p[1]}.{p[2]}"
    ),
    st.sampled_from(["203.0.113.9", "198.51.100.7", "fd00:1::5", "224.0.0.1", "10.1.0.255", "172.16.5.5"]),
)
services = st.one_of(
    st.sampled_from(["tcp/445", "udp/53", "tcp/104", "tcp/88", "icmp", "tcp/3389", "udp/138"]),
    st.integers(1024, 65535).map("tcp/{}".format),
)
talks = st.lists(
    st.builds(
        Talk,
        src=hosts,
        dst=hosts,
        service=services,
        at=st.integers(0, 10**6).map(float),
        times=st.integers(1, 4),
        answered=st.sampled_from([True, True, False, None]),
        vlan=st.sampled_from([None, None, 10, 20]),
    ),
    min_size=1,
    max_size=25,
)
slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def proposed(spoken, existing=None):
    return propose(census_of(*spoken, hospital=existing), existing, render=str)


@slow
@given(talks, st.sampled_from([None, SMALL]))
def test_what_is_proposed_is_a_valid_map(spoken, existing):
    hospital = proposed(spoken, existing).hospital
    assert parse(write_text(hospital, None), "learned") == hospital


@slow
@given(talks, st.sampled_from([None, SMALL]))
def test_learning_the_same_traffic_again_adds_nothing(spoken, existing):
    once = proposed(spoken, existing).hospital
    again = propose(census_of(*spoken, hospital=once), once, render=str)
    assert again.added == ()
    assert again.hospital == once


@slow
@given(talks, talks)
def test_learning_in_two_goes_then_again_changes_nothing(monday, tuesday):
    both = proposed(tuesday, proposed(monday).hospital).hospital
    assert proposed(tuesday, both).hospital == both


@slow
@given(talks, hospitals())
def test_what_a_person_wrote_is_never_touched(spoken, existing):
    after = proposed(spoken, existing).hospital
    for table in ("zones", "assets", "conduits", "flows"):
        kept = {entry.id: entry for entry in getattr(after, table)}
        assert all(kept[entry.id] == entry for entry in getattr(existing, table) if entry.learned is None)
        assert [entry.id for entry in getattr(after, table)][: len(getattr(existing, table))] == [
            entry.id for entry in getattr(existing, table)
        ]
    assert after.care_services == existing.care_services
    assert after.enforcement_points == existing.enforcement_points


@slow
@given(talks, st.sampled_from([None, SMALL]))
def test_added_lists_exactly_what_is_new_and_all_of_it_is_marked_learned(spoken, existing):
    found = proposed(spoken, existing)
    before = existing or Hospital(name="")
    new = [
        (kind, entry)
        for kind, table in (("zone", "zones"), ("asset", "assets"), ("conduit", "conduits"), ("flow", "flows"))
        for entry in getattr(found.hospital, table)
        if entry.id not in {old.id for old in getattr(before, table)}
    ]
    assert [(one.entry.value, one.id) for one in found.added] == [(kind, entry.id) for kind, entry in new]
    assert all(isinstance(entry.learned, Learned) and entry.learned.records for _, entry in new)


def test_an_empty_census_proposes_an_empty_map():
    found = proposed([])
    assert (found.hospital.zones, found.hospital.assets, found.added, found.unseen) == ((), (), (), ())


def test_the_internet_is_a_zone_without_networks():
    found = proposed([talk("10.1.0.5", "203.0.113.9", "tcp/443", times=4)])
    internet = found.hospital.zones[-1]
    assert (internet.id, internet.kind, internet.networks) == ("internet", ZoneKind.INTERNET, ())
    assert found.hospital.conduits[0].to == "internet"


def test_a_map_that_calls_every_unknown_network_the_internet_still_learns_private_ones():
    zones = tuple(
        replace(zone, networks=(ip_network("0.0.0.0/0"),)) if zone.id == "internet" else zone for zone in SMALL.zones
    )
    existing = replace(SMALL, zones=zones)
    found = proposed([talk("10.99.0.5", "10.2.0.5", times=4)], existing)
    assert [one.id for one in found.added][:2] == ["net-10-99-0-0-24", "machine-10-2-0-5"]


def test_entries_silent_for_long_are_listed_with_their_last_day():
    existing = replace(SMALL, assets=(*SMALL.assets, asset("ancien", "bureaux", "10.1.0.99", learned=OLD)))
    census = census_of(talk("10.1.0.5", "10.2.0.5"))
    found = propose(census, existing, render=str, now=MONDAY, unseen_after=timedelta(days=30))
    assert [(one.id, one.last) for one in found.unseen] == [("ancien", OLD.last)]


def test_reasons_name_the_file_and_the_record():
    census = census_of(*(talk(f"10.1.0.{host}", "10.2.0.5", "tcp/88") for host in range(1, 5)))
    found = propose(census, None, render=str, sources=("conn.log",))
    server = next(one for one in found.hospital.assets if one.role == "domain-controller")
    assert server.learned.because[0] == "serves Kerberos to 4 machines (4 exchanges) — conn.log, record 1"
