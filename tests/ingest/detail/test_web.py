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


CERTIFICATE = (
    "302f 3027 020107 3000"  # signed part: serial number, algorithm
    "300e310c300a06035504030c034f776e"  # issuer: CN=Own
    "3000"  # validity
    "300e310c300a06035504030c034f776e"  # subject
    "3000 03020000"
).replace(" ", "")


def handshake(number, *kinds, **more):
    types = {"tls__handshake__type": list(kinds), "tls__handshake__version": "0x0303"}
    return frame(number, "eth:ip:tcp:tls", reply=True, port="443", **types, **more)


def test_the_server_s_certificate_is_told_wherever_it_comes():
    hello = frame(1, "eth:ip:tcp:tls", port="443", tls__handshake__type="1")
    together = handshake(2, "2", "11", "14", tls__handshake__certificate=[CERTIFICATE, "00"])
    (row,) = observe(Tls(), hello, together)
    assert (row["version"], row["subject"], row["issuer"]) == ("TLSv12", "CN=Own", "CN=Own")
    (later,) = observe(Tls(), hello, handshake(2, "2"), handshake(3, "11", tls__handshake__certificate=CERTIFICATE))
    assert later == row | {"seen_at": row["seen_at"] + 1}


def test_the_client_s_certificate_is_not_taken_for_the_server_s():
    shown = frame(3, "eth:ip:tcp:tls", port="443", tls__handshake__type="11", tls__handshake__certificate=CERTIFICATE)
    (row,) = observe(Tls(), handshake(2, "2"), shown)
    assert row.get("subject") is None


def test_a_session_taken_up_again_has_no_certificate():
    (row,) = observe(Tls(), handshake(2, "2", tls__record__content_type=["22", "20", "22"]))
    assert row["version"] == "TLSv12"
    assert row.get("subject") is None


def test_a_handshake_without_its_certificate_is_told_at_the_end():
    (row,) = observe(Tls(), handshake(2, "2"))
    assert row["version"] == "TLSv12"
    assert list(observe(Tls(), handshake(5, "11", tls__handshake__certificate=CERTIFICATE))) == []
