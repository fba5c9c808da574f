import os
import socket

from tests.rehearse.range.furnished import places, setting_in

from cloison.rehearse.range.part import listening
from cloison.rehearse.range.parts.clock import Clock
from cloison.rehearse.range.parts.printing import Printing


def test_what_listens_is_seen_without_knocking():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ("tcp", "127.0.0.1", port) in listening(os.getpid())
    assert ("tcp", "127.0.0.1", port) not in listening(os.getpid())
    assert listening(2**22 + 1) == frozenset()


def test_a_part_takes_the_hosts_of_its_roles_in_its_zone(tmp_path):
    setting = setting_in(tmp_path)
    assert [host.id for host in Printing(setting, "unites").hosts] == ["impr"]
    assert Printing(setting, "copies").hosts == ()


def test_a_part_that_was_stopped_is_gone_and_one_that_never_started_can_be_stopped(tmp_path):
    setting = setting_in(tmp_path)
    part = Clock(setting, "identite")
    part.stop()
    assert not part.ready()
    part.start(places()["identite"])
    assert part.alive()
    part.stop()
    assert not part.alive()
    assert part.process.returncode is not None
