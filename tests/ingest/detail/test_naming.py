from ipaddress import IPv4Address

from tests.ingest.frames import frame, observe

from cloison.ingest.detail.naming import Dhcp, Dns

OVER = "eth:ip:udp:dns"


def dns(number, *, reply=False, **fields):
    known = {
        "dns__flags__response": "1" if reply else "0",
        "dns__id": "0x1",
        "dns__qry__name": "WWW.example",
        "dns__qry__type": "1",
    }
    return frame(number, OVER, reply=reply, port="53", **known | fields)


def test_a_question_and_its_answer_are_one_observation():
    (row,) = observe(Dns(), dns(1), dns(3, reply=True, dns__flags__rcode="0", dns__a=["192.0.2.1", "192.0.2.2"]))
    assert (row["query"], row["query_type"], row["code"]) == ("www.example", "A", "NOERROR")
    assert row["answers"] == ["192.0.2.1", "192.0.2.2"]
    assert (row["record"], row["dst_port"]) == (1, 53)


def test_a_question_without_answer_is_told_too():
    (row,) = observe(Dns(), dns(1, dns__qry__type="65432"))
    assert row["query_type"] == "65432"
    assert row.get("code") is None


def test_an_answer_alone_has_the_asking_side_as_source():
    (row,) = observe(Dns(), dns(1, reply=True, dns__flags__rcode="3"))
    assert (row["src"], row["code"]) == ("10.0.0.1", "NXDOMAIN")


def test_a_lease_names_the_host_and_its_address():
    given = frame(1, "eth:ip:udp:dhcp", dhcp__option__dhcp="5", dhcp__hw__mac_addr="02:00:00:00:00:01",
                  dhcp__ip__your="10.0.0.7", dhcp__ip__client=str(IPv4Address(0)), dhcp__option__hostname="PC-1")  # fmt: skip
    (row,) = observe(Dhcp(), given)
    assert (row["message"], row["assigned"], row["host_name"], row["src"]) == ("ACK", "10.0.0.7", "pc-1", None)
