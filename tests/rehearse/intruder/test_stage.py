import socket
import time

import pytest
from tests.rehearse.intruder.stages import order

from cloison.rehearse.intruder.bounds import Bounds, Purse, SpentError
from cloison.rehearse.intruder.stage import Account, Stage, Target, bound_sockets
from cloison.rehearse.intruder.truth import read_truth


def test_sockets_leave_from_the_order_s_address_to_the_range_alone_and_are_counted(tmp_path):
    asked = order(tmp_path, "scan", networks=("127.0.61.0/24",), bounds=Bounds(connections=2))
    with socket.create_server(("127.0.61.50", 0)) as listening:
        port = listening.getsockname()[1]
        with bound_sockets(asked, Purse(asked.bounds)):
            with socket.create_connection(("127.0.61.50", port)) as one:
                assert one.getsockname()[0] == asked.source
            with pytest.raises(PermissionError):
                socket.create_connection(("127.0.0.1", port))
            socket.create_connection(("127.0.61.50", port)).close()
            with pytest.raises(SpentError):
                socket.create_connection(("127.0.61.50", port))
    assert socket.socket.__name__ == "socket"


def test_names_are_no_way_around():
    assert socket.socket.__module__ == "socket"


def test_a_pause_is_on_the_clock_of_the_story_and_ends_with_the_time(tmp_path):
    stage = Stage(order(tmp_path, "scan", speed=600.0, bounds=Bounds(seconds=0.4)), "T1046", hostile=True)
    began = time.monotonic()
    stage.pause(1)
    assert time.monotonic() - began >= 0.1
    with pytest.raises(SpentError):
        stage.pause(60)


def test_an_account_serves_where_it_was_found(tmp_path):
    here = Target(name="fichiers", address="127.0.61.50")
    accounts = (
        Account(service="ssh", user="a", opens="s"),
        Account(service="smb", user="b", opens="s", on=("autre",)),
    )
    stage = Stage(order(tmp_path, "scan", here, accounts=accounts), "T1046", hostile=True)
    assert stage.account("ssh", here).user == "a"
    assert stage.account("smb", here) is None


def test_a_target_is_told_once(tmp_path):
    stage = Stage(order(tmp_path, "scan"), "T1046", hostile=True)
    for _ in range(3):
        stage.tell("10.0.0.1")
    assert [(deed.act, deed.technique, deed.target) for deed in read_truth(tmp_path)] == [("scan", "T1046", "10.0.0.1")]
