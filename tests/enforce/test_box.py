"""The doors on a real firewall: namespaces, sockets, nftables."""

from pathlib import Path

import pytest
from tests.enforce import box_deaths
from tests.enforce.box import in_box
from tests.enforce.wards import OFFICE_TO_SERVERS, SERVERS_TO_CARE


def test_an_old_session_dies_while_a_lifeline_loses_no_message_and_the_other_way_goes_on():
    seen = in_box("sealed")
    assert seen["verdicts"] == [["shut", "proved-closed"]]
    assert (seen["session"], seen["fresh"]) == (False, False)
    assert (seen["session over IPv6"], seen["fresh over IPv6"]) == (False, False)
    assert (all(seen["lifelines"]), seen["lost"]) == (True, [])
    assert seen["messages"] > 50
    assert (seen["other_way"], seen["other_way_fresh"]) == (True, True)
    assert (seen["standing"], seen["opened"], seen["after"]) == (["shut"], ["opened"], True)


def test_unconfirmed_doors_and_care_doors_open_by_themselves_and_office_doors_do_not():
    seen = in_box("lapsing")
    assert (seen["shut"], seen["unconfirmed"]) == (False, True)
    assert (seen["fail-open"], seen["stay-shut"]) == (True, False)
    assert seen["left"] == 0


def test_a_broken_lifeline_opens_its_door_again():
    seen = in_box("broken-lifeline")
    assert seen["verdicts"] == [["rolled-back", "not-proved"]]
    assert seen["after"] is True
    assert "the lifeline to 10.2.0.10 (tcp/8042) answered before and does not any more" in seen["evidence"]


def test_a_door_that_nobody_shut_is_seen_to_leak():
    assert in_box("idle-device") == {"proof": "leaking", "trials": 2}


def test_nft_itself_accepts_the_structure_and_the_change():
    assert in_box("text-checked") == {"code": 0, "said": ""}


def test_arming_twice_changes_nothing_and_under_an_altered_chain_no_door_is_held():
    seen = in_box("tampered")
    assert seen["seen"] == [False, True, False, True, False, True, True]
    assert seen["whole"] == [1, 0]
    assert seen["refused"] == "its structure was altered while doors are shut"


def test_a_real_smb_session_reads_nothing_once_the_seal_is_over():
    pytest.importorskip("impacket", reason="impacket is not installed")
    seen = in_box("session", script=str(Path(__file__).with_name("box_smb.py")))
    assert seen["verdicts"] == [["shut", "proved-closed"]]
    assert seen["read before"] >= 20
    assert (seen["read after"], seen["logs on"], seen["logs on again"]) == (0, False, True)


@pytest.fixture(scope="module")
def deaths():
    return in_box("deaths", script=box_deaths.__file__)


def test_killed_and_never_back_office_doors_stay_shut_once_confirmed_and_all_others_open_by_themselves(deaths):
    assert deaths["unconfirmed"] == [True, [], [OFFICE_TO_SERVERS, SERVERS_TO_CARE]]
    assert deaths["confirmed"] == [True, [], [SERVERS_TO_CARE]]


def test_killed_at_any_line_journal_firewall_and_packets_agree_once_it_is_taken_up(deaths):
    seen = deaths["every step"]
    assert [each for each in seen if not each[2]] == []
    cut = {act: {step for name, step, _ in seen if name == act} for act in ("seal", "open", "resume")}
    assert cut["seal"] >= {"begin", "stage", "apply", "verify", "confirm"}
    assert cut["open"] >= {"begin", "open"}
    assert cut["resume"] >= {"revert"}
