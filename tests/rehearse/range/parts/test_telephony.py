import pytest

from cloison.rehearse.range.parts.telephony import answer_to

CALL = "INVITE sip:15@operateur.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.72.0.11;branch=z9hG4bK1\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:15@x>\r\nCall-ID: 7\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\r\n"


def test_a_call_is_answered_with_what_names_it():
    lines = answer_to(CALL).split("\r\n")
    assert lines[0] == "SIP/2.0 200 OK"
    assert {"Call-ID: 7", "CSeq: 1 INVITE", "To: <sip:15@x>;tag=exercice"} <= set(lines)
    assert not any(line.startswith("Max-Forwards") for line in lines)


@pytest.mark.parametrize("text", ["", "bonjour", "ACK sip:15@x SIP/2.0\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n"])
def test_what_asks_nothing_has_no_answer(text):
    assert answer_to(text) is None
