import socket

from tests.rehearse.range.furnished import setting_in, standing


def test_a_page_is_swallowed_to_its_end(tmp_path):
    setting = setting_in(tmp_path)
    where = (setting.host("impr").address, setting.port(9100))
    with standing(setting, "printing"), socket.create_connection(where, 5) as line:
        line.sendall(b"\x1b%-12345X@PJL EXERCICE\r\n" * 2000)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(10) == b""
