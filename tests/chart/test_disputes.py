"""Where traffic and the map disagree."""

from dataclasses import replace
from datetime import timedelta

from tests.chart.maps import OLD, SMALL, asset, conduit
from tests.chart.traffic import MONDAY, census_of, other_rows, talk

from cloison.chart.crossings import cross
from cloison.chart.disputes import asset_conflicts, silent_services, unseen
from cloison.chart.inhabitants import sights
from cloison.chart.places import Places
from cloison.model.observations import Kind


def conflicts(hospital, *talks, also=None):
    return [str(one.what) for one in asset_conflicts(hospital, sights(census_of(*talks, also=also), Places(hospital)))]


DC = [talk(f"10.1.0.{host}", "10.3.0.10", port) for host in range(1, 5) for port in ("tcp/88", "tcp/389")]


def test_a_role_that_traffic_contradicts_is_said():
    assert conflicts(SMALL, *DC) == [
        "the map says PACS, but it behaves as: domain controller (serves Kerberos to 4 machines (4 exchanges))"
    ]


def test_a_role_that_also_fits_is_no_conflict():
    hospital = replace(SMALL, assets=(asset("pacs", "imagerie", "10.3.0.10", role="domain-controller"),))
    assert conflicts(hospital, *DC) == []


def test_an_asset_in_another_vlan_than_its_neighbours_is_said():
    talks = [talk(f"10.3.0.{host}", "10.2.0.1", vlan=30 if host > 10 else 31) for host in range(10, 15)]
    assert conflicts(SMALL, *talks) == ["10.3.0.10 speaks in VLAN 31, while its compartment imagerie is VLAN 30"]


def test_a_name_that_answers_elsewhere_is_said():
    rows = other_rows(Kind.DHCP, {"assigned": "10.1.0.77", "host_name": "pacs"})
    found = conflicts(SMALL, talk("10.1.0.77", "10.2.0.1"), also={Kind.DHCP: rows})
    assert found == ["its name is now at 10.1.0.77, in bureaux; the map says imagerie"]


def silent(*talks):
    return [str(one.what) for one in silent_services(SMALL, cross(census_of(*talks), Places(SMALL)))]


def test_a_declared_service_that_never_answers_is_said():
    assert silent(talk("10.1.0.1", "10.2.0.1", "tcp/445", answered=False, times=6)) == [
        "tcp/445 is declared, but none of its 6 attempts got an answer"
    ]


def test_one_answer_is_enough_for_silence_to_be_over():
    tried = talk("10.1.0.1", "10.2.0.1", "tcp/445", answered=False, times=6)
    assert silent(tried, talk("10.1.0.2", "10.2.0.1", "tcp/445")) == []


def gone(hospital, *, seen=frozenset(), watched):
    entries = unseen(hospital, seen=seen, since=timedelta(days=30), now=MONDAY, watched=watched)
    return [one.id for one in entries]


def test_learned_entries_are_judged_by_their_date_and_others_by_a_long_enough_watch():
    hospital = replace(SMALL, conduits=(conduit("bureaux", "copies", "tcp/22", learned=OLD),), flows=())
    assert gone(hospital, watched=timedelta(days=1)) == ["bureaux>copies"]
    assert gone(hospital, watched=timedelta(days=31)) == ["pacs", "scanner", "bureaux>copies"]
    assert gone(hospital, seen=frozenset({"pacs"}), watched=timedelta(days=31)) == ["scanner", "bureaux>copies"]
