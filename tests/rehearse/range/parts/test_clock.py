import socket
import struct
import time

import pytest
from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.parts.clock import PACKET, answer_to, stamp

QUESTION = bytes([0x23]) + bytes(39) + stamp(1_700_000_000.25)


def test_an_answer_carries_the_questions_own_time_back():
    answer = answer_to(QUESTION, 1_700_000_001.5)
    assert answer[0] & 0b111 == 4
    assert answer[24:32] == QUESTION[40:48]
    assert struct.unpack("!II", answer[40:48]) == (1_700_000_001 + 2_208_988_800, 2**31)


@pytest.mark.parametrize("packet", [b"", b"\x23", bytes(PACKET)])
def test_what_is_no_question_has_no_answer(packet):
    assert answer_to(packet, 0.0) is None


def test_the_server_gives_the_time(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "clock"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.sendto(QUESTION, (setting.host("annuaire").address, setting.port(123)))
        seconds = struct.unpack("!I", line.recv(99)[40:44])[0] - 2_208_988_800
    assert abs(seconds - time.time()) < 60
