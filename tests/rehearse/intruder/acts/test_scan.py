import socket

from tests.rehearse.intruder.stages import act

from cloison.rehearse.intruder.bounds import Bounds
from cloison.rehearse.intruder.stage import Target


def test_each_machine_is_tried_on_each_port_and_told_once(tmp_path):
    with socket.create_server(("127.0.61.50", 0)) as listening:
        listening.settimeout(2)
        targets = [Target(name="a", address="127.0.61.50"), Target(name="b", address="127.0.61.51")]
        ports = [listening.getsockname()[1], 9]
        told = act(tmp_path, "scan", *targets, parameters={"ports": ports, "per_minute": 3000})
        peer, (source, _) = listening.accept()
        peer.close()
    assert sorted(told) == [("scan", "127.0.61.50"), ("scan", "127.0.61.51")]
    assert source == "127.0.61.9"


def test_it_stops_when_its_connections_are_spent(tmp_path):
    targets = [Target(name=str(number), address=f"127.0.61.{number}") for number in range(60, 90)]
    told = act(tmp_path, "scan", *targets, parameters={"ports": [9], "per_minute": 3000}, bounds=Bounds(connections=4))
    assert len(told) == 5  # the fifth is told before it is refused
