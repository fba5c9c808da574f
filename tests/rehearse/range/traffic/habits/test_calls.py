import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in

from cloison.rehearse.range.parts.telephony import answer_to
from cloison.rehearse.range.traffic.habits.calls import request_of


@pytest.mark.parametrize("method", ["OPTIONS", "INVITE", "BYE"])
def test_the_operator_understands_what_the_gateway_asks(tmp_path, method):
    setting = setting_in(tmp_path)
    request = request_of(method, 2, "7.0", setting.host("poste"), setting.host("annuaire"))
    answer = answer_to(request)
    assert answer.startswith("SIP/2.0 200 OK")
    assert f"CSeq: 2 {method}" in answer


def test_a_silent_operator_is_an_error(tmp_path):
    with pytest.raises(ConnectionError):
        lived(setting_in(tmp_path), errand("calls", "poste", "annuaire", 5060, kind="OPTIONS"))


def test_without_a_gateway_nobody_calls(tmp_path):
    assert drawn(setting_in(tmp_path), "calls") == ()
