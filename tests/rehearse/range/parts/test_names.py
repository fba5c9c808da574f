import socket

import dnslib
from tests.rehearse.range.furnished import setting_in, standing


def test_it_answers_for_the_hospital_both_ways_and_forwards_nothing(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "names"):
        archive = setting.host("pacs").address
        assert [str(one.rdata) for one in ask(setting, "PACS.ch.example").rr] == [archive]
        back = ".".join(reversed(archive.split("."))) + ".in-addr.arpa"
        assert [str(one.rdata) for one in ask(setting, back, "PTR").rr] == ["pacs.ch.example."]
        assert ask(setting, "ailleurs.example").header.rcode == dnslib.RCODE.NXDOMAIN
        assert not ask(setting, "pacs.ch.example", "AAAA").rr


def ask(setting, name, kind="A"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.sendto(dnslib.DNSRecord.question(name, kind).pack(), (setting.name_server.address, setting.port(53)))
        return dnslib.DNSRecord.parse(line.recv(4096))
