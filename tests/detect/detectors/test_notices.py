import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import findings_of, notice

from cloison.detect.detectors.notices import DETECTOR

HOST, FAR, INSIDE = "10.1.0.1", "203.0.113.9", "10.2.0.1"
TROJAN, EXPLOIT = "A Network Trojan was detected", "Attempted Administrator Privilege Gain"


def found(rows):
    return findings_of(rows, DETECTOR)


@pytest.mark.parametrize(("src", "dst"), [(HOST, FAR), (FAR, HOST)])
def test_fires_on_the_machine_inside_whichever_way_the_packet_went(src, dst):
    (one,) = found([notice(i, src, dst, "ET MALWARE Check-in", TROJAN) for i in range(9)])
    assert one.sources == (HOST,)
    assert one.targets == (FAR,)
    assert one.technique == "T1071"
    assert one.confidence <= 0.4
    assert "9 records" in str(one.explanation)


def test_fires_once_for_a_host_and_technique():
    rows = [notice(i, HOST, INSIDE, f"rule {i}", EXPLOIT if i % 2 else TROJAN) for i in range(40)]
    assert sorted(one.technique for one in found(rows)) == ["T1071", "T1210"]
    assert len({one.id for one in found(rows)}) == 2


def test_fires_on_a_zeek_notice_by_its_name():
    (one,) = found([notice(0, HOST, INSIDE, "Scan::Port_Scan", None, tool="zeek-notice", severity=None)])
    assert one.technique == "T1046"


def test_fires_with_the_technique_that_the_tool_tells():
    (one,) = found([notice(0, HOST, INSIDE, "rule", EXPLOIT, technique="T1021.002")])
    assert one.technique == "T1021.002"


def test_an_exploit_from_outside_is_of_another_technique():
    (one,) = found([notice(0, FAR, HOST, "rule", EXPLOIT)])
    assert one.technique == "T1190"
    assert one.sources == (FAR,)


@pytest.mark.parametrize(
    "row",
    [
        notice(0, HOST, FAR, "ET INFO Something", TROJAN),
        notice(0, FAR, HOST, "ET CINS Active Threat Intelligence Poor Reputation IP", "Misc Attack"),
        notice(0, HOST, FAR, "SURICATA STREAM invalid ack", "Generic Protocol Command Decode"),
        notice(0, HOST, FAR, "ET POLICY Dropbox", "Potential Corporate Privacy Violation"),
        notice(0, HOST, FAR, "rule", TROJAN, severity=3),
        notice(0, FAR, HOST, "ET SCAN Potential SSH Scan", "Attempted Information Leak", severity=2),
        notice(0, HOST, FAR, "bad_TCP_checksum", None, tool="zeek-weird", severity=None),
        notice(0, HOST, FAR, "SSL::Invalid_Server_Cert", None, tool="zeek-notice", severity=None),
        notice(0, FAR, "198.51.100.4", "rule", TROJAN),
    ],
)
def test_quiet_on_noise(row):
    assert found([row]) == ()


def test_someone_outside_who_tries_many_things_counts():
    rows = [notice(i, FAR, HOST, f"ET SCAN {i}", "Attempted Information Leak", severity=2) for i in range(6)]
    (one,) = found(rows)
    assert one.detected_at.second == 4
    assert "6 signatures" in str(one.explanation)


def test_cuts_change_nothing():
    rows = [notice(i, FAR, HOST, f"rule {i % 7}", EXPLOIT, severity=2) for i in range(30)]
    assert same_however_cut([*rows, *(notice(i, HOST, FAR, "x", TROJAN) for i in range(9))], DETECTOR)
