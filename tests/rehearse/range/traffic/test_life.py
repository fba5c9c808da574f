import socket
import threading

import pytest
from tests.rehearse.range.furnished import errand, setting_in, standing

from cloison.rehearse.range.traffic.life import Life, question_for

CLOCK = ("poste", "annuaire", 123)


def test_a_name_is_asked_once_a_minute_from_the_machines_own_address(tmp_path):
    setting = setting_in(tmp_path)
    life = Life(setting, "unites", resolves=True)
    asked = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((setting.name_server.address, setting.port(53)))
        answering = threading.Thread(target=answer_one, args=(server, asked))
        answering.start()
        for _ in range(3):
            life.look_up(setting.host("poste"), setting.host("dossier"))
        answering.join(5)
    assert [(name, peer[0]) for name, peer in asked] == [
        (question_for("dossier.ch.example")[12:], setting.host("poste").address)
    ]


def answer_one(server, asked):
    text, peer = server.recvfrom(512)
    asked.append((text[12:], peer))
    server.sendto(text, peer)


def test_a_connection_leaves_from_its_hosts_address_and_does_without_a_silent_name_server(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "printing"):
        one = errand("paper", "fichiers", "impr", 9100)
        with Life(setting, "serveurs", resolves=True).connect(one) as line:
            assert line.getsockname()[0] == setting.host("fichiers").address


def test_a_line_stays_open_until_something_goes_wrong_with_it(tmp_path):
    life, one, opened = Life(setting_in(tmp_path), "unites", resolves=False), errand("messages", *CLOCK), []

    def open_():
        opened.append(socket.socket())
        return opened[-1]

    for _ in range(2):
        with life.line(one, open_) as first:
            assert [first] == opened
    with pytest.raises(ZeroDivisionError), life.line(one, open_):
        raise ZeroDivisionError
    assert first.fileno() == -1
    with life.line(one, open_) as other:
        assert other is not first
    life.close()
    assert [each.fileno() for each in opened] == [-1, -1]


def test_an_idle_line_is_closed_before_its_other_end_does_and_no_other(tmp_path):
    life, opened = Life(setting_in(tmp_path), "unites", resolves=False), []
    for number, idle in enumerate((0.0, 60.0, None)):
        one = errand(f"habit-{number}", *CLOCK)
        with life.line(one, socket.socket, **({} if idle is None else {"idle": idle})) as line:
            opened.append(line)
    life.tidy()
    assert [line.fileno() == -1 for line in opened] == [True, False, False]
    life.close()
