from datetime import timedelta

import pytest
from tests.enforce.drivers.fleet import device_of, one

from cloison.enforce.https import place_at
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint, EnforcementPointId


def point(address):
    return EnforcementPoint(id=EnforcementPointId("coeur"), driver="panos", address=address)


def test_an_address_is_a_host_and_the_rest():
    assert place_at(point("https://10.90.0.4:8443/vsys2/"), "x") == ("https://10.90.0.4:8443", "vsys2")
    assert place_at(point("https://[fd00::1]"), "x") == ("https://[fd00::1]", "")


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", "http://a", "https://", "https://k:s@a", "https://a?x", "https://a/#b", "https://a/b c"),
        *("https://a:x", "file:///x", "https://a/../b?c"),
    ],
)
def test_what_is_not_over_tls_or_holds_a_password_is_refused(address):
    with pytest.raises(BadValueError):
        place_at(point(address), "https://HOST")


def test_a_device_whose_certificate_is_not_known_gets_no_key(tmp_path):
    with one(tmp_path, "webhook") as (ward, boxes, means):
        (tmp_path / "secrets" / "webhook.pem").unlink()
        boxes["webhook"].handle = None
        with pytest.raises(DeviceError, match=r"its certificate is not known.*webhook\.pem"):
            device_of(ward, means).held(())
        (tmp_path / "secrets" / "webhook.pem").write_text("no certificate")
        with pytest.raises(DeviceError, match="its certificate is not known"):
            device_of(ward, means).held(())


def test_refusals_are_told_by_their_code(tmp_path):
    with one(tmp_path, "webhook") as (ward, boxes, means):
        for code, words in ((500, "it refused: HTTP 500"), (302, "it refused: HTTP 302"), (403, "does not let us in")):
            boxes["webhook"].handle = lambda *_, code=code: (code, b"")
            with pytest.raises(DeviceError, match=words):
                device_of(ward, means).held(())


def test_the_patience_is_for_all_calls_of_an_act(tmp_path):
    with one(tmp_path, "fortigate") as (ward, _, means):
        hasty = type(means)(home=means.home, patience=timedelta(microseconds=1))
        with pytest.raises(DeviceError, match="it did not answer within"):
            device_of(ward, hasty).held(())
