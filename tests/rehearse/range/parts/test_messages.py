import socket
import sqlite3

import hl7
import pytest
from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.parts.messages import END, START, acknowledgement

ORDER = "MSH|^~\\&|POSTE|UNITES|INTERFACES|SERVEURS|20260310081500||ORU^R01^ORU_R01|M-17|P|2.5.1\rPID|1||EX-4\r"


def test_an_acknowledgement_names_the_message_and_goes_back_to_its_sender():
    answer = hl7.parse(acknowledgement(ORDER, "interfaces"))
    assert str(answer.segment("MSA")) == "MSA|AA|M-17"
    assert [str(answer.segment("MSH")[n]) for n in (5, 6, 9, 12)] == ["POSTE", "UNITES", "ACK^R01^ACK", "2.5.1"]


@pytest.mark.parametrize("text", ["", "PID|1", "MSH|^~\\&|A", "\x00" * 50])
def test_what_is_no_message_is_refused_and_not_kept(text):
    assert "MSA|AR|" in acknowledgement(text, "interfaces")


def test_messages_of_one_connection_are_kept_once_each_and_all_acknowledged(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "messages") as parts:
        where = (setting.host("interfaces").address, setting.port(2575))
        with socket.create_connection(where, 5) as line:
            line.sendall(
                b"".join(START + text.encode() + END for text in (ORDER, ORDER.replace("M-17", "M-18"), ORDER))
            )
            heard = b""
            while heard.count(END) < 3:
                heard += line.recv(4096)
        assert heard.count(b"MSA|AA|M-17") == 2
        (part,) = (one for one in parts if one.zone == "serveurs")
        kept = sqlite3.connect(part.folder / "received.sqlite")
        assert set(kept.execute("SELECT control, times FROM message")) == {("M-17", 2), ("M-18", 1)}
        kept.close()
