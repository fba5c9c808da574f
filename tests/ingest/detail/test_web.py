from tests.ingest.frames import frame, observe

from cloison.ingest.detail.web import Http, Tls


def test_a_request_and_its_answer_are_one_observation():
    asked = frame(
        1, "eth:ip:tcp:http", port="80", http__request__method="GET", http__host="www.example", http__request__uri="/a"
    )
    told = frame(
        4,
        "eth:ip:tcp:http",
        reply=True,
        port="80",
        http__response__code="404",
        http__request_in="1",
        http__content_length="12",
    )
    (row,) = observe(Http(), asked, told)
    assert (row["method"], row["host"], row["path"], row["status"], row["dst_bytes"]) == (
        "GET",
        "www.example",
        "/a",
        404,
        12,
    )
    assert row["record"] == 1


def test_several_requests_in_one_packet_are_several():
    packet = frame(1, "eth:ip:tcp:http", http__request__method=["GET", "POST"], http__request__uri=["/a", "/b"])
    assert [(row["method"], row["path"]) for row in observe(Http(), packet)] == [("GET", "/a"), ("POST", "/b")]


def test_a_handshake_tells_the_name_asked_for_and_the_version_taken():
    hello = frame(1, "eth:ip:tcp:tls", port="443", tls__handshake__type="1", tls__handshake__ja3="abc",
                  tls__handshake__extensions_server_name="WWW.example")  # fmt: skip
    taken = frame(2, "eth:ip:tcp:tls", reply=True, port="443", tls__handshake__type="2", tls__handshake__version="0x0303",
                  tls__handshake__extensions__supported_version="0x0304")  # fmt: skip
    (row,) = observe(Tls(), hello, taken)
    assert (row["server_name"], row["version"], row["ja3"]) == ("www.example", "TLSv13", "abc")
