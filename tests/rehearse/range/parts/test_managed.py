import socket

import pytest
from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.furnishing import furnish


def test_a_machine_takes_whoever_calls_and_says_nothing(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "managed"):
        with socket.create_connection((setting.host("poste").address, setting.port(3389)), 5) as line:
            line.sendall(b"\x03\x00\x00\x13")
            line.settimeout(0.2)
            with pytest.raises(TimeoutError):
                line.recv(1)
        with socket.create_connection((setting.host("base").address, setting.port(1433)), 5):
            pass


def test_where_another_part_answers_it_leaves_the_port_alone(tmp_path):
    doors = {(host.id, port) for part in furnish(setting_in(tmp_path), only=["managed"]) for host, port in part.doors()}
    assert ("poste", 445) in doors
    assert not {("fichiers", 445), ("annuaire", 445), ("dossier", 443)} & doors
