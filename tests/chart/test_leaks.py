"""Leaks of a small hospital."""

from dataclasses import replace

from tests.chart.maps import OLD, SMALL, conduit
from tests.chart.traffic import census_of, talk

from cloison.chart.leaks import find_leaks
from cloison.model.leak import LeakKind

DESK, SERVER, PACS, SCANNER, COPY, WORLD = "10.1.0.5", "10.2.0.5", "10.3.0.10", "10.4.0.7", "10.5.0.3", "203.0.113.9"

DECLARED = [
    talk(DESK, SERVER, "tcp/445", times=3),
    talk(SERVER, PACS, "tcp/443", times=2),
    talk(SCANNER, PACS, "tcp/104", times=9),
    talk(DESK, WORLD, "tcp/443"),
]


def report(*talks, hospital=SMALL):
    return find_leaks(hospital, census_of(*talks, hospital=hospital))


def seen(found, kind):
    return [(leak.from_, leak.to, *(hop.service for hop in leak.hops)) for leak in found.leaks if leak.kind is kind]


def unjudged(found):
    return {str(entry.what): entry.records for entry in found.unjudged}


def test_declared_traffic_is_no_leak():
    found = report(*DECLARED)
    assert found.leaks == ()
    assert found.unjudged == ()


def test_an_undeclared_crossing_is_a_leak_with_its_proof():
    found = report(*DECLARED, talk(DESK, SERVER, "tcp/3389", times=4))
    (leak,) = found.leaks
    assert (leak.kind, leak.from_, leak.to) == (LeakKind.UNDECLARED, "bureaux", "serveurs")
    (hop,) = leak.hops
    assert (hop.service, hop.src, hop.dst, hop.records) == ("tcp/3389", DESK, SERVER, 4)
    assert (leak.care_per_hour, leak.records) == (20.0, 10)
    assert str(leak.explanation) == (
        f"Bureaux to Serveurs: tcp/3389 passed 4 times, and no passage declares it ({DESK} to {SERVER})"
    )


def test_the_proof_is_a_record_that_was_answered():
    found = report(talk(DESK, PACS, answered=False, times=5), talk(DESK, PACS, at=60))
    assert found.leaks[0].hops[0].evidence.record == 6
    assert unjudged(found) == {"attempts between compartments that nobody answered": 5}


def test_an_attempt_that_nobody_answered_is_no_leak():
    assert report(talk(DESK, PACS, answered=False, times=5)).leaks == ()


def test_leaks_are_ranked_by_care_then_records_then_volume():
    found = report(
        talk(DESK, COPY, "tcp/22", sent=1),
        talk(DESK, COPY, "tcp/23", sent=10_000),
        talk(DESK, SCANNER, "tcp/80"),
        talk(DESK, PACS, "tcp/80"),
        talk(SCANNER, SERVER, "tcp/80"),
    )
    assert seen(found, LeakKind.UNDECLARED) == [
        ("scanners", "serveurs", "tcp/80"),
        ("bureaux", "imagerie", "tcp/80"),
        ("bureaux", "scanners", "tcp/80"),
        ("bureaux", "copies", "tcp/23"),
        ("bureaux", "copies", "tcp/22"),
    ]


def test_a_path_to_the_backups_through_a_leak_is_told():
    found = report(*DECLARED, talk(SERVER, COPY, "tcp/22"))
    assert seen(found, LeakKind.PATH) == [("bureaux", "copies", "tcp/445", "tcp/22")]
    assert seen(found, LeakKind.UNDECLARED) == [("serveurs", "copies", "tcp/22")]


def test_a_leak_of_one_hop_is_not_told_twice():
    found = report(talk(DESK, COPY, "tcp/22"))
    assert seen(found, LeakKind.PATH) == []


def test_an_undeclared_way_no_shorter_than_a_declared_one_is_no_path():
    found = report(*DECLARED, talk(DESK, SCANNER, "tcp/80"))
    assert seen(found, LeakKind.PATH) == []


def test_no_path_crosses_the_internet():
    found = report(talk(DESK, WORLD, "tcp/443"), talk(WORLD, PACS, "tcp/22"))
    assert seen(found, LeakKind.PATH) == []
    assert seen(found, LeakKind.UNDECLARED) == [("internet", "imagerie", "tcp/22")]


def test_what_a_machine_learned_is_a_leak_where_a_person_declared_what_passes():
    hospital = replace(SMALL, conduits=(*SMALL.conduits, conduit("bureaux", "copies", "tcp/22", learned=OLD)))
    found = report(talk(DESK, COPY, "tcp/22", times=7), hospital=hospital)
    assert seen(found, LeakKind.UNDECLARED) == [("bureaux", "copies", "tcp/22")]
    assert unjudged(found) == {}


def test_on_a_map_that_nobody_declared_learned_passages_are_counted_and_their_paths_shown():
    hospital = replace(
        SMALL, conduits=(conduit("bureaux", "copies", "tcp/22", learned=OLD),), flows=(), care_services=()
    )
    found = report(talk(DESK, COPY, "tcp/22", times=7), hospital=hospital)
    assert seen(found, LeakKind.UNDECLARED) == []
    assert seen(found, LeakKind.PATH) == [("bureaux", "copies", "tcp/22")]
    assert unjudged(found) == {"traffic on passages that were learned, and that nobody confirmed": 7}


def test_a_conduit_without_services_cannot_be_judged():
    hospital = replace(SMALL, conduits=(conduit("bureaux", "serveurs"),), flows=(), care_services=())
    found = report(talk(DESK, SERVER, "tcp/3389", times=2), hospital=hospital)
    assert seen(found, LeakKind.UNDECLARED) == []
    assert unjudged(found) == {"traffic on passages that list no service": 2}


def test_what_cannot_be_judged_is_counted():
    found = report(
        talk("10.77.0.1", SERVER, times=2),
        talk(DESK, PACS, "tcp/80", answered=None, times=3),
        talk(DESK, PACS, "icmp", times=4),
    )
    assert found.leaks == ()
    assert unjudged(found) == {
        "1 address is in no compartment: 10.77.0.1": 2,
        "traffic between compartments whose answer is not known": 3,
        "network messages between compartments (ICMP and others)": 4,
    }


def test_many_ports_are_one_leak():
    found = report(*(talk(DESK, PACS, f"tcp/{port}") for port in range(21000, 21040)))
    assert seen(found, LeakKind.UNDECLARED) == [("bureaux", "imagerie", "tcp/1024-65535")]
    assert found.leaks[0].hops[0].records == 40


def test_a_dynamic_port_alone_is_named():
    assert seen(report(talk(DESK, PACS, "tcp/49668")), LeakKind.UNDECLARED) == [("bureaux", "imagerie", "tcp/49668")]


def test_a_declared_range_covers_its_ports():
    hospital = replace(SMALL, conduits=(conduit("bureaux", "imagerie", "tcp/49152-65535"),), flows=(), care_services=())
    talks = [talk(DESK, PACS, "tcp/49700"), talk(DESK, PACS, "tcp/60000")]
    assert report(*talks, hospital=hospital).leaks == ()


def test_a_path_is_proved_by_the_service_that_an_intruder_would_take():
    found = report(*DECLARED, talk(SERVER, COPY, "udp/53", times=90), talk(SERVER, COPY, "tcp/445"))
    assert seen(found, LeakKind.PATH) == [("bureaux", "copies", "tcp/445", "tcp/445")]
