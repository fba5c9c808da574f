import http.client

from tests.rehearse.intruder.stages import OUTSIDE, order

from cloison.rehearse.intruder.outward import DOCUMENT, post, redirection, serve
from cloison.rehearse.intruder.stage import Stage


def test_it_gives_the_document_and_swallows_what_is_sent(tmp_path):
    plain, sealed = serve(OUTSIDE.address, tmp_path, plain_port=0, sealed_port=0)
    line = http.client.HTTPConnection(OUTSIDE.address, plain, timeout=5)
    line.request("GET", "/document.exe")
    assert line.getresponse().read() == DOCUMENT
    line.close()
    stage = Stage(order(tmp_path, "beacon", shift=sealed - 443), "T1071.001", hostile=True)
    post(stage, OUTSIDE.address, "/depot", b"x" * 100_000)
    assert (tmp_path / f"outside-{OUTSIDE.address}.pem").stat().st_mode & 0o077 == 0


def test_the_redirection_names_its_addresses_and_ports_alone():
    text = redirection(["203.0.113.6", "203.0.113.13"])
    assert "ip daddr { 203.0.113.6, 203.0.113.13 } tcp dport 443 dnat to :8443" in text
