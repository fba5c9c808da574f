"""Roles told by behaviour alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chart.traffic import census_of, other_rows, talk

from cloison.chart.guessing import guess
from cloison.chart.profile import Profile, Use, profiles
from cloison.chart.services import BY_NAME
from cloison.model.observations import Kind

ME = "10.0.0.9"
OTHERS = [f"10.0.1.{host}" for host in range(1, 30)]


def served(service, clients, **more):
    return [talk(client, ME, service, **more) for client in OTHERS[:clients]]


def used(service, servers, **more):
    return [talk(ME, server, service, **more) for server in OTHERS[:servers]]


def best_role(*talks, also=None):
    found = profiles(census_of(*talks, also=also), frozenset({ME}))
    roles = guess(found[ME]) if ME in found else ()
    return roles[0].role.name if roles else None


@pytest.mark.parametrize(
    ("talks", "role"),
    [
        (served("tcp/88", 4) + served("tcp/389", 4) + served("udp/53", 5) + served("tcp/445", 5), "domain-controller"),
        (served("tcp/445", 6) + used("udp/53", 1) + used("tcp/88", 1), "file-server"),
        (served("tcp/104", 3, sent=900_000, received=100), "pacs"),
        (served("tcp/104", 3, sent=900_000, received=100) + used("tcp/2575", 1), "pacs"),
        (used("tcp/11112", 1, sent=90_000, received=100), "modality"),
        (used("tcp/11112", 1, sent=100, received=90_000), "imaging-workstation"),
        (served("tcp/2575", 4) + used("tcp/6661", 3), "hl7-engine"),
        (used("tcp/2575", 1), "medical-device"),
        (served("tcp/9100", 2) + served("tcp/80", 1), "printer"),
        (used("tcp/9100", 8) + served("tcp/445", 6), "print-server"),
        (served("tcp/443", 6) + used("tcp/1433", 1), "web-server"),
        (served("tcp/1433", 3), "database-server"),
        (served("tcp/25", 4) + used("udp/53", 1), "mail-server"),
        (served("udp/53", 4), "dns-server"),
        (served("tcp/3128", 5) + used("tcp/443", 5), "proxy"),
        (served("tcp/9102", 4), "backup-server"),
        (used("tcp/9102", 4) + used("tcp/88", 1) + used("tcp/445", 1), "backup-server"),
        (served("udp/514", 6) + used("udp/53", 1), "log-server"),
        (served("tcp/104", 6, sent=900, received=1_000) + used("tcp/2575", 1), "worklist"),
        (served("tcp/2575", 1) + used("tcp/2575", 1), "medical-device"),
        (served("tcp/902", 2), "hypervisor"),
        (served("udp/123", 6), "ntp-server"),
        (served("tcp/554", 1), "camera"),
        (used("tcp/554", 8), "recorder"),
        (used("udp/5060", 1), "phone"),
        (served("udp/5060", 8), "call-server"),
        (served("tcp/502", 1), "plc"),
        (used("udp/47808", 6), "building-supervisor"),
        (used("tcp/3389", 7) + used("tcp/22", 7) + served("tcp/3389", 2), "jump-host"),
        (used("udp/161", 12), "monitoring-server"),
        (used("tcp/88", 1) + used("tcp/445", 2) + used("udp/53", 1) + used("tcp/443", 3), "workstation"),
    ],
)
def test_a_role_is_told_by_what_is_served_and_used(talks, role):
    assert best_role(*talks) == role


def test_a_share_that_one_colleague_opens_makes_no_file_server():
    assert best_role(*served("tcp/445", 1), *used("tcp/88", 1), *used("tcp/445", 1)) == "workstation"


def test_an_intruder_who_knocks_on_every_machine_makes_no_server_of_them():
    sweep = [talk("10.0.8.8", host) for host in (ME, *OTHERS)]
    assert best_role(*sweep) is None


def test_an_intruder_who_opens_many_sessions_is_no_bastion():
    assert best_role(*used("tcp/3389", 20), *used("tcp/22", 20), *used("tcp/5985", 20)) is None


def test_an_agent_that_one_server_visits_is_no_backup_server():
    assert best_role(*served("tcp/10006", 1), *served("tcp/443", 6)) == "web-server"


def test_attempts_without_an_answer_make_nobody():
    assert best_role(*served("tcp/88", 5, answered=False)) is None


def test_shares_of_a_domain_controller_tell_it_without_any_port():
    rows = other_rows(Kind.SMB, {"src": OTHERS[0], "dst": ME, "share": r"\\x\SYSVOL", "share_type": "disk"})
    assert best_role(also={Kind.SMB: rows}) == "domain-controller"


def test_reasons_carry_their_record_and_count():
    found = profiles(census_of(*served("tcp/104", 3, sent=900_000)), frozenset({ME}))
    reason = guess(found[ME])[0].reasons[0]
    assert (reason.origin, reason.record) == (0, 1)
    assert str(reason.note) == "serves DICOM to 3 machines (3 exchanges)"


uses = st.builds(
    Use,
    peers=st.integers(1, 50),
    records=st.integers(1, 1000),
    sent=st.integers(0, 10**9),
    received=st.integers(0, 10**9),
    origin=st.just(0),
    record=st.just(1),
)
families = st.dictionaries(st.sampled_from(sorted(BY_NAME)), uses, max_size=5)


@settings(deadline=None)
@given(st.builds(Profile, serves=families, uses=families))
def test_scores_are_probabilities_in_falling_order_with_a_reason_each(profile):
    found = guess(profile)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.5 <= score <= 1 for score in scores)
    assert all(one.reasons for one in found)
